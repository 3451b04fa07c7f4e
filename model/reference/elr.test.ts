import { describe, expect, test } from "vitest";
import {
  after,
  beginShutdown,
  busy,
  changeIsr,
  clusterWith,
  elect,
  electFromElr,
  electLastKnown,
  errorOf,
  fence,
  partitionIn,
  recover,
  register,
  takeDown,
  unfence,
} from "./hand-made-cluster.ts";
import { brokerId } from "../ids.ts";
import { setOf } from "./broker-set.ts";

/** Eligible leaders are kept; 2 and 3 are fenced, and broker 1 is in sync alone. */
const alone = after(
  busy(clusterWith({ elr: true })),
  fence(2),
  changeIsr({ leader: 1, epoch: 0, isr: [1, 3], version: 1 }),
  fence(3),
  changeIsr({ leader: 1, epoch: 0, isr: [1], elr: [3], version: 2 }),
);
/** And then it is fenced as well. */
const deserted = after(alone, fence(1), elect({ leader: -1, epoch: 1, isr: [], elr: [1, 3], version: 3 }));

describe("eligible leader replicas (KIP-966)", () => {
  test("are those who left an ISR that was too small, and nobody while it is not", () => {
    expect(partitionIn(alone).elr).toBe(setOf([brokerId(3)]));
    const two = after(busy(clusterWith({ elr: true })), fence(2));
    expect(errorOf(two, changeIsr({ leader: 1, epoch: 0, isr: [1, 3], elr: [2], version: 1 }))).toBe("INELIGIBLE_REPLICA");
  });

  test("stay so unless they are out of service", () => {
    const back = after(alone, unfence(3));
    expect(errorOf(back, fence(1), elect({ leader: -1, epoch: 1, isr: [], elr: [1], version: 3 }))).toBe(
      "INVALID_UPDATE_VERSION",
    );
  });

  test("lead where nobody is in sync, and the ISR starts over with them", () => {
    expect(
      errorOf(deserted, unfence(3), electFromElr({ leader: 3, epoch: 2, isr: [3], elr: [1], version: 4 })),
    ).toBeUndefined();
    expect(errorOf(deserted, unfence(3), electFromElr({ leader: 3, epoch: 2, isr: [1, 3], version: 4 }))).toBe(
      "INVALID_UPDATE_VERSION",
    );
    expect(errorOf(deserted, electFromElr({ leader: 3, epoch: 2, isr: [3], elr: [1], version: 4 }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(deserted, unfence(2), electFromElr({ leader: 2, epoch: 2, isr: [2], version: 4 }))).toBe(
      "INELIGIBLE_REPLICA",
    );
    expect(errorOf(alone, electFromElr({ leader: 3, epoch: 1, isr: [3], version: 3 }))).toBe("ELECTION_NOT_NEEDED");
  });

  test("do not serve before they have left, if they came back uncleanly", () => {
    const restarted = after(
      deserted,
      takeDown(3),
      recover(3, 2, 0),
      register(3, { epoch: 9, isFenced: true, isUnclean: true }),
    );
    expect(errorOf(restarted, unfence(3))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(restarted, changeIsr({ leader: -1, epoch: 1, isr: [], elr: [1], version: 4 }), unfence(3))).toBeUndefined();
  });

  test("are not kept where the cluster does not keep them", () => {
    const without = after(busy(), fence(2), changeIsr({ leader: 1, epoch: 0, isr: [1, 3], version: 1 }), fence(3));
    expect(errorOf(without, changeIsr({ leader: 1, epoch: 0, isr: [1], elr: [3], version: 2 }))).toBe("INVALID_REQUEST");
  });
});

describe("the last known leader", () => {
  const nobody = after(
    deserted,
    takeDown(1),
    takeDown(3),
    changeIsr({ leader: -1, epoch: 1, isr: [], elr: [], lastKnownLeader: 1, version: 4 }),
    unfence(2),
  );
  const decided = { epoch: 2, version: 5 } as const;

  test("leads when nobody eligible is left, and what it lacks is lost", () => {
    const back = after(nobody, recover(1, 0, 0, true), register(1, { epoch: 9, isFenced: true, isUnclean: true }), unfence(1));
    const next = after(back, electLastKnown({ leader: 1, isr: [1], ...decided }));
    expect(partitionIn(next)).toMatchObject({ leader: 1, lossyEpoch: 2 });
  });

  test("is nobody else, is in service, and is not asked for while somebody is eligible", () => {
    expect(errorOf(nobody, electLastKnown({ leader: 2, isr: [2], ...decided }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(nobody, electLastKnown({ leader: 1, isr: [1], ...decided }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(deserted, unfence(1), electLastKnown({ leader: 1, epoch: 2, isr: [1], version: 4 }))).toBe(
      "ELECTION_NOT_NEEDED",
    );
    expect(
      errorOf(
        nobody,
        recover(1, 3, 0),
        register(1, { epoch: 9 }),
        beginShutdown(1),
        electLastKnown({ leader: 1, isr: [1], ...decided }),
      ),
    ).toBe("INELIGIBLE_REPLICA");
  });
});
