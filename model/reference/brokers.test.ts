import { describe, expect, test } from "vitest";
import { brokerId } from "../ids.ts";
import {
  after,
  append,
  batch,
  beginShutdown,
  busy,
  calm,
  copyIn,
  errorOf,
  fence,
  join,
  recover,
  register,
  replicate,
  takeDown,
  unfence,
  valuesIn,
} from "./hand-made-cluster.ts";
import { emptyCluster, isActive } from "./state.ts";

const one = brokerId(1);

describe("standing", () => {
  test("a broker is active while it is registered, not fenced and not shutting down (KIP-841)", () => {
    expect(isActive(emptyCluster, one)).toBe(false);
    const registered = after(emptyCluster, register(1, { isFenced: true }));
    expect(isActive(registered, one)).toBe(false);
    expect(isActive(after(registered, unfence(1)), one)).toBe(true);
    expect(isActive(after(registered, unfence(1), fence(1)), one)).toBe(false);
    const leaving = after(registered, unfence(1), beginShutdown(1));
    expect(isActive(leaving, one)).toBe(false);
    expect(isActive(after(leaving, fence(1), unfence(1)), one)).toBe(false);
    expect(isActive(after(leaving, register(1, { epoch: 7 })), one)).toBe(true);
  });

  test("a broker that has not registered has no standing to change", () => {
    expect(errorOf(emptyCluster, fence(1))).toBe("BROKER_ID_NOT_REGISTERED");
    expect(errorOf(emptyCluster, beginShutdown(1))).toBe("BROKER_ID_NOT_REGISTERED");
  });
});

test("a broker that goes down keeps its log and loses its roles, as leader, follower and coordinator", () => {
  const next = after(busy(), join("c1"), join("c1", 2), takeDown(1));
  expect([copyIn(next, 1).role.kind, copyIn(next, 2).role.kind, valuesIn(next, 1)]).toEqual(["down", "follower", "abc"]);
  expect([...next.groups.get("billing")!.coordinators.keys()]).toEqual([2]);
  expect(errorOf(next, append(1, batch("d", 3, 0)))).toBe("NOT_LEADER_OR_FOLLOWER");
});

describe("recover-replica", () => {
  const crashed = after(busy(), takeDown(1));

  test("after a crash of the process everything is there, and the watermark may be an older one", () => {
    const next = after(crashed, recover(1, 3, 0));
    expect(copyIn(next, 1)).toMatchObject({ highWatermark: 0, role: { kind: "idle" }, isDamaged: false });
    expect(valuesIn(next, 1)).toBe("abc");
  });

  test("records may be missing after a power loss only, and the replica is damaged then", () => {
    expect(errorOf(crashed, recover(1, 2, 2))).toBe("OFFSET_OUT_OF_RANGE");
    const next = after(crashed, recover(1, 1, 1, true));
    expect([valuesIn(next, 1), copyIn(next, 1).isDamaged]).toEqual(["a", true]);
    expect(copyIn(after(crashed, recover(1, 3, 2, true)), 1).isDamaged).toBe(false);
  });

  test("a power loss takes from what is known of producers what it takes from the log", () => {
    const idempotent = after(
      calm,
      append(1, batch("a", 0, 0, { id: 7 })),
      append(1, batch("b", 1, 0, { id: 7, sequence: 1 })),
      takeDown(1),
    );
    expect(
      copyIn(after(idempotent, recover(1, 1, 0, true)), 1).producers.get(batch("", 0, 0, { id: 7 }).producerId)?.batches,
    ).toEqual([[0, 1]]);
  });

  test("it is refused with more than there was, with a higher watermark, and to a broker that is up", () => {
    expect(errorOf(crashed, recover(1, 4, 2))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(crashed, recover(1, 3, 3))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(crashed, recover(1, 1, 2, true))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(busy(), recover(1, 3, 2))).toBe("DUPLICATE_BROKER_REGISTRATION");
    expect(errorOf(emptyCluster, recover(1, 0, 0))).toBe("UNKNOWN_TOPIC_OR_PARTITION");
  });

  test("a replica that is up again does not follow before it is told to", () => {
    expect(errorOf(after(busy(), takeDown(3), recover(3, 2, 0)), replicate(3, batch("c", 2, 0)))).toBe(
      "NOT_LEADER_OR_FOLLOWER",
    );
  });
});
