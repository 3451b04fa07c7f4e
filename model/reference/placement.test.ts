import { describe, expect, test } from "vitest";
import { brokerId, partitionEpoch } from "../ids.ts";
import type { Action } from "./actions.ts";
import {
  after,
  calm,
  changeIsr,
  copyIn,
  elect,
  errorOf,
  fetch,
  lead,
  orders,
  partitionIn,
  proposeIsr,
  register,
} from "./hand-made-cluster.ts";
import { noBrokers, setOf } from "./broker-set.ts";

const make = (broker: number, version: number): Action => {
  return { kind: "create-replica", broker: brokerId(broker), partition: orders, partitionEpoch: partitionEpoch(version) };
};
const remove = (broker: number, version: number): Action => ({ ...make(broker, version), kind: "delete-replica" }) as Action;
const adopted = (version: number): Action => ({
  kind: "adopt-isr",
  broker: brokerId(1),
  partition: orders,
  isr: setOf([1, 2, 3].map(brokerId)),
  partitionEpoch: partitionEpoch(version),
});

const placed = { leader: 1, epoch: 0, isr: [1, 2, 3], version: 1 };
const begin = changeIsr({ ...placed, replicas: [4, 2, 3, 1], adding: [4], removing: [1] });
const withFour = after(calm, register(4));
/** Broker 4 is being added in place of broker 1, has its log, and the leader knows of it. */
const moving = after(withFour, begin, make(4, 1), adopted(1));
const joined = after(moving, fetch(1, 4, 0, 0, -1), proposeIsr(1, 1, 2, 3, 4));
const complete = { leader: 4, epoch: 1, isr: [2, 3, 4], version: 2, replicas: [4, 2, 3] };

describe("a reassignment", () => {
  test("begins with all replicas, old and new", () => {
    const { adding, removing, replicas } = partitionIn(moving);
    expect([replicas, adding, removing]).toEqual([[4, 2, 3, 1], setOf([brokerId(4)]), setOf([brokerId(1)])]);
  });

  test("is not begun with a broker that is not there, nor with replicas that nobody adds or that go at once", () => {
    expect(errorOf(calm, begin)).toBe("INVALID_REPLICA_ASSIGNMENT");
    expect(errorOf(withFour, changeIsr({ ...placed, replicas: [4, 2, 3, 1] }))).toBe("INVALID_REPLICA_ASSIGNMENT");
    expect(errorOf(withFour, changeIsr({ ...placed, replicas: [4, 1, 2, 3], adding: [4, 3] }))).toBe(
      "INVALID_REPLICA_ASSIGNMENT",
    );
    const atOnce = { ...placed, epoch: 1, replicas: [4, 1, 2], isr: [1, 2], adding: [4], removing: [3] };
    expect(errorOf(withFour, elect(atOnce))).toBe("INVALID_REPLICA_ASSIGNMENT");
  });

  test("is complete when all that stay are in sync, and may make the new one leader", () => {
    const next = partitionIn(after(joined, elect(complete)));
    expect([next.replicas, next.leader, next.adding, next.removing]).toEqual([[4, 2, 3], 4, noBrokers, noBrokers]);
  });

  test("is not complete before, and nobody leads who did not ask to join", () => {
    expect(errorOf(moving, elect({ ...complete, leader: 2, isr: [2, 3] }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(moving, elect(complete))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(joined, elect({ ...complete, isr: [3, 4] }))).toBe("INELIGIBLE_REPLICA");
  });

  test("takes nobody away in the same term, because a leader counts on its replicas", () => {
    expect(errorOf(joined, changeIsr({ ...complete, leader: 1, epoch: 0, isr: [1, 2, 3], replicas: [1, 2, 3] }))).toBe(
      "INVALID_UPDATE_VERSION",
    );
  });

  test("can be cancelled: the new one goes", () => {
    const cancelled = partitionIn(after(moving, elect({ ...placed, epoch: 1, version: 2, replicas: [2, 3, 1] })));
    expect([cancelled.replicas, cancelled.adding, cancelled.removing]).toEqual([[2, 3, 1], noBrokers, noBrokers]);
  });
});

describe("a broker's log", () => {
  test("is made where there is a replica to be, once", () => {
    expect(copyIn(moving, 4).log.end).toBe(0);
    expect(errorOf(withFour, begin, make(4, 0))).toBe("INVALID_REPLICA_ASSIGNMENT");
    expect(errorOf(moving, make(4, 1))).toBe("INVALID_REPLICA_ASSIGNMENT");
    expect(errorOf(moving, make(2, 1))).toBe("INVALID_REPLICA_ASSIGNMENT");
  });

  test("stays until the broker reads that it has no replica any more", () => {
    const moved = after(joined, elect(complete));
    expect(copyIn(moved, 1).role.kind).toBe("leader");
    expect(errorOf(moved, remove(1, 1))).toBe("INVALID_REPLICA_ASSIGNMENT");
    expect(errorOf(moved, remove(2, 2))).toBe("INVALID_REPLICA_ASSIGNMENT");
    expect(errorOf(moved, remove(1, 3))).toBe("INVALID_REPLICA_ASSIGNMENT");
    const gone = after(moved, remove(1, 2));
    expect(partitionIn(gone).copies[1]).toBeUndefined();
    expect(errorOf(gone, remove(1, 2))).toBe("UNKNOWN_TOPIC_OR_PARTITION");
  });
});

test("a leader takes no fetch of a replica that it has not read of", () => {
  const unread = after(withFour, begin, make(4, 1));
  expect(errorOf(unread, fetch(1, 4, 0, 0, -1))).toBe("UNKNOWN_LEADER_EPOCH");
  expect(errorOf(moving, fetch(1, 4, 0, 0, -1))).toBeUndefined();
});

test("how many have to be in sync goes by the replicas that the leader knows of", () => {
  const fewer = after(calm, elect({ leader: 1, epoch: 1, isr: [1], version: 1, replicas: [1] }));
  expect(errorOf(calm, elect({ leader: 1, epoch: 1, isr: [1, 2], version: 1, replicas: [1] }))).toBe("INELIGIBLE_REPLICA");
  expect(partitionIn(after(fewer, lead(1, 1, [1], 1))).replicas).toEqual([1]);
});
