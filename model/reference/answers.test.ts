import { describe, expect, test } from "vitest";
import type { ErrorName } from "../error-code.ts";
import { brokerId, leaderEpoch, partitionEpoch } from "../ids.ts";
import type { Action } from "./actions.ts";
import { setOf } from "./broker-set.ts";
import {
  after,
  calm,
  changeIsr,
  elect,
  errorOf,
  fence,
  orders,
  proposeIsr,
  register,
  partitionIn,
  takeDown,
  takeOffice,
  unfence,
} from "./hand-made-cluster.ts";
import { withPartition } from "./state.ts";

/** All brokers are in service, and the controller of epoch 1 decides. */
const inOffice = after(calm, takeOffice(1));

/** The same, decided in another controller's term. */
const by = (controllerEpoch: number, action: Action): Action => ({ ...action, controllerEpoch }) as Action;

interface Asked {
  readonly by?: number;
  readonly error?: ErrorName;
}
const refusedRegistration = (broker: number, { by = 1, error = "DUPLICATE_BROKER_REGISTRATION" }: Asked = {}): Action => ({
  kind: "refuse-registration",
  broker: brokerId(broker),
  controllerEpoch: by,
  error,
});
const refusedHeartbeat = (brokerEpoch: number, { by = 1, error = "STALE_BROKER_EPOCH" }: Asked = {}): Action => ({
  kind: "refuse-heartbeat",
  broker: brokerId(1),
  brokerEpoch,
  controllerEpoch: by,
  error,
});
const refusedElection = (election: "preferred" | "unclean", error: ErrorName, by = 1): Action => ({
  kind: "refuse-election",
  partition: orders,
  election,
  controllerEpoch: by,
  error,
});
const refusedMove = (to: readonly number[] | null, error: ErrorName, by = 1): Action => ({
  kind: "refuse-reassignment",
  partition: orders,
  target: to?.map(brokerId) ?? null,
  controllerEpoch: by,
  error,
});
const refusedIsr = (error: ErrorName, { by = 1, brokerEpoch = 1 } = {}): Action => ({
  kind: "refuse-isr",
  partition: orders,
  proposal: {
    leader: brokerId(1),
    leaderEpoch: leaderEpoch(0),
    partitionEpoch: partitionEpoch(0),
    isr: setOf([brokerId(1), brokerId(2)]),
    brokerEpochs: [],
  },
  brokerEpoch,
  controllerEpoch: by,
  error,
});

describe("the controller in office refuses by what has been decided, and by nothing else", () => {
  test("a registration while the broker is in service", () => {
    expect(errorOf(inOffice, refusedRegistration(1))).toBeUndefined();
    expect(errorOf(inOffice, fence(1), refusedRegistration(1))).toBe("NONE");
    expect(errorOf(inOffice, takeOffice(2), by(2, fence(1)), refusedRegistration(1, { by: 2 }))).toBe("NONE");
    expect(errorOf(inOffice, refusedRegistration(4))).toBe("NONE");
    expect(errorOf(inOffice, refusedRegistration(1, { error: "STALE_BROKER_EPOCH" }))).toBe("DUPLICATE_BROKER_REGISTRATION");
  });

  test("a heartbeat of a process that another one has replaced", () => {
    const again = register(1, { epoch: 7 });
    expect(errorOf(inOffice, again, refusedHeartbeat(1))).toBeUndefined();
    expect(errorOf(inOffice, again, refusedHeartbeat(7))).toBe("NONE");
    expect(errorOf(inOffice, refusedHeartbeat(1))).toBe("NONE");
  });

  test("the preferred leader's election: it leads, or cannot", () => {
    const away = elect({ leader: 2, epoch: 1, isr: [2, 3], version: 1 });
    expect(errorOf(inOffice, refusedElection("preferred", "ELECTION_NOT_NEEDED"))).toBeUndefined();
    expect(errorOf(inOffice, refusedElection("preferred", "PREFERRED_LEADER_NOT_AVAILABLE"))).toBe("ELECTION_NOT_NEEDED");
    expect(errorOf(inOffice, fence(1), away, refusedElection("preferred", "PREFERRED_LEADER_NOT_AVAILABLE"))).toBeUndefined();
    expect(errorOf(inOffice, fence(1), away, refusedElection("preferred", "ELECTION_NOT_NEEDED"))).toBe(
      "PREFERRED_LEADER_NOT_AVAILABLE",
    );
    const back = elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 });
    expect(errorOf(inOffice, back, refusedElection("preferred", "PREFERRED_LEADER_NOT_AVAILABLE"))).toBe("NONE");
  });

  test("anybody's election: somebody leads, or nobody is alive", () => {
    const nobody = elect({ leader: -1, epoch: 1, isr: [1], version: 1 });
    const dark = [fence(2), fence(3), fence(1), nobody];
    expect(errorOf(inOffice, refusedElection("unclean", "ELECTION_NOT_NEEDED"))).toBeUndefined();
    expect(errorOf(inOffice, refusedElection("unclean", "ELIGIBLE_LEADERS_NOT_AVAILABLE"))).toBe("ELECTION_NOT_NEEDED");
    expect(errorOf(inOffice, ...dark, refusedElection("unclean", "ELIGIBLE_LEADERS_NOT_AVAILABLE"))).toBeUndefined();
    expect(errorOf(inOffice, ...dark, unfence(3), refusedElection("unclean", "ELIGIBLE_LEADERS_NOT_AVAILABLE"))).toBe("NONE");
  });

  test("a move to where it cannot be, and a cancellation of what is not under way or would leave nobody in sync", () => {
    const placed = { version: 1, replicas: [4, 5, 1, 2, 3], adding: [4, 5], removing: [1, 2, 3] };
    const begun = changeIsr({ leader: 1, epoch: 0, isr: [1, 2, 3], ...placed });
    const moving = after(inOffice, register(4), register(5), begun);
    const withIsr = (...isr: readonly number[]) =>
      withPartition(moving, orders, { ...partitionIn(moving), isr: setOf(isr.map(brokerId)) });
    expect(errorOf(inOffice, refusedMove([1, 9], "INVALID_REPLICA_ASSIGNMENT"))).toBeUndefined();
    expect(errorOf(inOffice, refusedMove([], "INVALID_REPLICA_ASSIGNMENT"))).toBeUndefined();
    expect(errorOf(inOffice, refusedMove([1, 2], "INVALID_REPLICA_ASSIGNMENT"))).toBe("NONE");
    expect(errorOf(inOffice, refusedMove(null, "NO_REASSIGNMENT_IN_PROGRESS"))).toBeUndefined();
    expect(errorOf(moving, refusedMove(null, "NO_REASSIGNMENT_IN_PROGRESS"))).toBe("NONE");
    expect(errorOf(withIsr(1, 4), refusedMove(null, "INVALID_REPLICA_ASSIGNMENT"))).toBe("NONE");
    expect(errorOf(withIsr(4), refusedMove(null, "INVALID_REPLICA_ASSIGNMENT"))).toBeUndefined();
  });

  test("an ISR that another process of the broker asked for, or that does not follow upon the present one", () => {
    expect(errorOf(inOffice, proposeIsr(1, 1, 2), refusedIsr("STALE_BROKER_EPOCH"))).toBe("NONE");
    const again = [takeDown(1), register(1, { epoch: 7 })];
    expect(errorOf(inOffice, proposeIsr(1, 1, 2), ...again, refusedIsr("STALE_BROKER_EPOCH"))).toBeUndefined();
    const other = changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 });
    expect(errorOf(inOffice, proposeIsr(1, 1, 2), other, refusedIsr("INVALID_UPDATE_VERSION"))).toBeUndefined();
    expect(errorOf(inOffice, proposeIsr(1, 1, 2), refusedIsr("INVALID_UPDATE_VERSION"))).toBe("NONE");
  });
});

describe("a controller that has been replaced and does not know it answers from its own past", () => {
  test("by what was decided in its term and before, and by nothing that was decided later", () => {
    const replaced = after(inOffice, takeOffice(2), by(2, fence(1)), by(2, register(1, { epoch: 7 })));
    expect(errorOf(replaced, refusedRegistration(1))).toBeUndefined();
    expect(errorOf(replaced, refusedHeartbeat(1))).toBe("NONE");
    expect(errorOf(replaced, refusedHeartbeat(7))).toBeUndefined();
    const late = after(inOffice, fence(1), takeOffice(2), by(2, unfence(1)));
    expect(errorOf(late, refusedRegistration(1))).toBe("NONE");
    expect(errorOf(late, refusedRegistration(1, { by: 2 }))).toBeUndefined();
  });

  test("each by the end of its own term", () => {
    const thrice = after(inOffice, takeOffice(3), by(3, fence(1)), takeOffice(4), by(4, unfence(1)), by(4, fence(2)));
    expect(errorOf(thrice, refusedRegistration(1, { by: 1 }))).toBeUndefined();
    expect(errorOf(thrice, refusedRegistration(1, { by: 3 }))).toBe("NONE");
    expect(errorOf(thrice, refusedRegistration(2, { by: 3 }))).toBeUndefined();
    expect(errorOf(thrice, refusedRegistration(2, { by: 4 }))).toBe("NONE");
  });

  test("also of partitions", () => {
    const moved = after(
      inOffice,
      takeOffice(2),
      elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1, controllerEpoch: 2 }),
    );
    expect(errorOf(moved, refusedElection("preferred", "ELECTION_NOT_NEEDED"))).toBeUndefined();
    expect(errorOf(moved, refusedElection("preferred", "ELECTION_NOT_NEEDED", 2))).toBe("NONE");
    expect(errorOf(moved, refusedMove(null, "NO_REASSIGNMENT_IN_PROGRESS"))).toBeUndefined();
    expect(errorOf(moved, refusedIsr("FENCED_LEADER_EPOCH", { by: 2 }))).toBeUndefined();
    expect(errorOf(moved, refusedIsr("FENCED_LEADER_EPOCH"))).toBe("NONE");
  });

  test("and nobody answers for a term in which nobody was in office", () => {
    expect(errorOf(after(inOffice, takeOffice(3)), refusedRegistration(1, { by: 2 }))).toBe("NOT_CONTROLLER");
    expect(errorOf(inOffice, refusedRegistration(1, { by: 2 }))).toBe("NOT_CONTROLLER");
  });
});
