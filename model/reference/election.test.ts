import { describe, expect, test } from "vitest";
import { brokerId } from "../ids.ts";
import type { Action } from "./actions.ts";
import {
  beginShutdown,
  committedIn,
  adoptIsr,
  advance,
  after,
  append,
  batch,
  busy,
  calm,
  changeIsr,
  clusterWith,
  copyIn,
  elect,
  electUnclean,
  errorOf,
  fence,
  fetch,
  follow,
  lead,
  orders,
  partitionIn,
  proposeIsr,
  recover,
  register,
  replicate,
  takeDown,
  takeOffice,
  unfence,
  valuesIn,
} from "./hand-made-cluster.ts";
import { setOf } from "./broker-set.ts";
import { emptyCluster, minIsrOf } from "./state.ts";

describe("elect-clean", () => {
  test("makes a member of the ISR leader under the next epoch", () => {
    const next = partitionIn(after(calm, elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 })));
    expect([next.leader, next.leaderEpoch, next.partitionEpoch]).toEqual([2, 1, 1]);
  });

  test("is refused to who is not in the ISR, is fenced, or is shutting down", () => {
    const shrunk = after(calm, fence(3), changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }));
    expect(errorOf(shrunk, elect({ leader: 3, epoch: 1, isr: [1, 2], version: 2 }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(calm, fence(2), elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(calm, beginShutdown(2), elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 }))).toBe(
      "INELIGIBLE_REPLICA",
    );
  });

  test("is refused with epochs that do not grow by one", () => {
    expect(errorOf(calm, elect({ leader: 2, epoch: 2, isr: [1, 2, 3], version: 1 }))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(calm, elect({ leader: 2, epoch: 0, isr: [1, 2, 3], version: 1 }))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(calm, elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 2 }))).toBe("INVALID_UPDATE_VERSION");
    expect(errorOf(emptyCluster, elect({ leader: 2, epoch: 1, isr: [2], version: 1 }))).toBe("UNKNOWN_TOPIC_OR_PARTITION");
  });

  test("leaves a partition without a leader where nobody in the ISR is fit, and with its last member in the ISR", () => {
    const all = after(calm, fence(1), fence(2), fence(3));
    expect(partitionIn(after(all, elect({ leader: -1, epoch: 1, isr: [1], version: 1 }))).leader).toBe(-1);
    expect(errorOf(all, elect({ leader: -1, epoch: 1, isr: [], version: 1 }))).toBe("INELIGIBLE_REPLICA");
  });
});

describe("elect-unclean", () => {
  const deserted = (unclean: boolean) =>
    after(
      busy(clusterWith({ unclean, minIsr: 1 })),
      fence(3),
      changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
      fence(1),
      fence(2),
      unfence(3),
    );
  const decided = { leader: 3, epoch: 1, isr: [3], version: 2 };

  test("makes a leader from outside the ISR, and its log becomes the truth when it takes office", () => {
    const from = after(deserted(true));
    expect(committedIn(from)).toBe("ab");
    const next = after(from, electUnclean(decided), lead(3, 1, [3], 2));
    expect([partitionIn(next).leader, valuesIn(next, 3), partitionIn(next).lossyEpoch]).toEqual([3, "ab", 1]);
  });

  test("is refused where it is not enabled, where it is not needed, and with an ISR of others", () => {
    expect(errorOf(deserted(false), electUnclean(decided))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(deserted(false), { ...electUnclean(decided), isUncleanAsked: true } as Action)).toBeUndefined();
    expect(errorOf(clusterWith({ unclean: true }), electUnclean({ leader: 3, epoch: 1, isr: [3], version: 1 }))).toBe(
      "ELECTION_NOT_NEEDED",
    );
    expect(errorOf(deserted(true), electUnclean({ ...decided, isr: [1, 3] }))).toBe("INVALID_UPDATE_VERSION");
    expect(errorOf(deserted(true), fence(3), electUnclean(decided))).toBe("INELIGIBLE_REPLICA");
  });

  test("is refused to a broker that has no replica", () => {
    expect(errorOf(deserted(true), register(9), electUnclean({ ...decided, leader: 9, isr: [9] }))).toBe("INELIGIBLE_REPLICA");
  });
});

describe("change-isr", () => {
  test("takes out who is not fit, without being asked, and anybody at the leader's request", () => {
    expect(errorOf(calm, fence(3), changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }))).toBeUndefined();
    expect(errorOf(calm, proposeIsr(1, 1, 2), changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }))).toBeUndefined();
  });

  test("is refused where nobody asked, without the leader, or with another leader", () => {
    expect(errorOf(calm, changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }))).toBe("INVALID_UPDATE_VERSION");
    expect(errorOf(calm, fence(1), changeIsr({ leader: 1, epoch: 0, isr: [2, 3], version: 1 }))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(calm, fence(1), changeIsr({ leader: 2, epoch: 0, isr: [2, 3], version: 1 }))).toBe("INVALID_UPDATE_VERSION");
    expect(errorOf(calm, fence(1), changeIsr({ leader: 2, epoch: 1, isr: [2, 3], version: 1 }))).toBe("FENCED_LEADER_EPOCH");
  });

  const shrunk = after(
    busy(),
    proposeIsr(1, 1, 2),
    changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
    adoptIsr(1, 1, 1, 2),
  );

  test("takes back a member that the leader asked for", () => {
    expect(
      errorOf(shrunk, proposeIsr(1, 1, 2, 3), changeIsr({ leader: 1, epoch: 0, isr: [1, 2, 3], version: 2 })),
    ).toBeUndefined();
  });

  test("is refused for a member that nobody asked for, or that is fenced or shutting down by now (KIP-841)", () => {
    const back = changeIsr({ leader: 1, epoch: 0, isr: [1, 2, 3], version: 2 });
    expect(errorOf(shrunk, back)).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(shrunk, proposeIsr(1, 1, 2, 3), fence(3), back)).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(shrunk, proposeIsr(1, 1, 2, 3), beginShutdown(3), back)).toBe("INELIGIBLE_REPLICA");
  });

  test("does not take a request that was made before something else changed", () => {
    const asked = after(shrunk, proposeIsr(1, 1, 2, 3), fence(2), changeIsr({ leader: 1, epoch: 0, isr: [1], version: 2 }));
    expect(errorOf(asked, changeIsr({ leader: 1, epoch: 0, isr: [1, 3], version: 3 }))).toBe("INELIGIBLE_REPLICA");
  });
});

describe("become-leader and become-follower", () => {
  const elected = after(busy(), elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 }));

  test("replicas take up the roles that were decided, once an epoch", () => {
    const next = after(elected, lead(2, 1, [1, 2, 3], 1), follow(3, 1, 2));
    expect(copyIn(next, 2).role).toMatchObject({ kind: "leader", epoch: 1, epochStartOffset: 3 });
    expect(copyIn(next, 3).role).toEqual({ kind: "follower", epoch: 1 });
    expect(errorOf(next, follow(3, 1, 2))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(next, follow(3, 0, 1))).toBe("FENCED_LEADER_EPOCH");
  });

  test("it is refused in an epoch that nobody was elected in, behind or as another leader, and while the broker is down", () => {
    expect(errorOf(elected, lead(2, 2, [1, 2, 3], 1))).toBe("UNKNOWN_LEADER_EPOCH");
    expect(errorOf(elected, lead(3, 1, [1, 2, 3], 1))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(elected, follow(3, 1, 1))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(elected, takeDown(2), lead(2, 1, [1, 2, 3], 1))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(elected, lead(9, 1, [1, 2, 3], 1))).toBe("NOT_LEADER_OR_FOLLOWER");
  });

  test("a leader that lost power lacks what it lost, and that is void from then on", () => {
    const lost = after(busy(), takeDown(1), recover(1, 1, 1, true), elect({ leader: 1, epoch: 1, isr: [1, 2, 3], version: 1 }));
    expect(committedIn(lost)).toBe("ab");
    const next = after(lost, lead(1, 1, [1, 2, 3], 1));
    expect([committedIn(next), partitionIn(next).lossyEpoch]).toEqual(["a", 1]);
  });
});

describe("propose-isr", () => {
  const shrunk = after(
    busy(),
    proposeIsr(1, 1, 2),
    changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
    adoptIsr(1, 1, 1, 2),
  );

  test("is refused to a follower, while another is under way, and without the leader itself", () => {
    expect(errorOf(calm, proposeIsr(2, 1, 2))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(calm, proposeIsr(1, 1, 2), proposeIsr(1, 1))).toBe("INVALID_UPDATE_VERSION");
    expect(errorOf(calm, proposeIsr(1, 2, 3))).toBe("INELIGIBLE_REPLICA");
  });

  test("is refused for a replica that has not come up to the watermark", () => {
    const ahead = after(shrunk, fetch(1, 2, 3, 0), advance(1, 3));
    expect(errorOf(ahead, proposeIsr(1, 1, 2, 3))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(ahead, replicate(3, batch("c", 2, 0)), fetch(1, 3, 3, 0), proposeIsr(1, 1, 2, 3))).toBeUndefined();
  });

  test("is refused for a replica that has not come up to where the leader's term began (KAFKA-7128)", () => {
    const second = after(
      shrunk,
      elect({ leader: 2, epoch: 1, isr: [1, 2], version: 2 }),
      lead(2, 1, [1, 2], 2),
      follow(3, 1, 2),
    );
    expect(copyIn(second, 2)).toMatchObject({ highWatermark: 2, role: { epochStartOffset: 3 } });
    expect(errorOf(second, fetch(2, 3, 2, 1, 0), proposeIsr(2, 1, 2, 3))).toBe("INELIGIBLE_REPLICA");
    expect(errorOf(second, replicate(3, batch("c", 2, 0)), fetch(2, 3, 3, 1, 0), proposeIsr(2, 1, 2, 3))).toBeUndefined();
  });
});

test("adopt-isr takes what was decided with that partition epoch, and nothing else", () => {
  const decided = after(calm, proposeIsr(1, 1, 2), changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }));
  const { role } = copyIn(after(decided, adoptIsr(1, 1, 2, 1)), 1);
  expect(role).toMatchObject({ isr: setOf([brokerId(1), brokerId(2)]), partitionEpoch: 1, proposed: undefined });
  expect(errorOf(decided, adoptIsr(1, 1, 1))).toBe("INVALID_UPDATE_VERSION");
  expect(errorOf(decided, adoptIsr(1, 2, 1, 2))).toBe("INVALID_UPDATE_VERSION");
  expect(errorOf(decided, adoptIsr(2, 1, 1, 2))).toBe("NOT_LEADER_OR_FOLLOWER");
  expect(errorOf(decided, adoptIsr(1, 0, 1, 2, 3))).toBeUndefined();
});

test("adopt-isr takes no ISR of the past (KAFKA-12686)", () => {
  const shrunk = after(
    calm,
    proposeIsr(1, 1, 2),
    changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
    adoptIsr(1, 1, 1, 2),
  );
  expect(errorOf(shrunk, adoptIsr(1, 0, 1, 2, 3))).toBe("INVALID_UPDATE_VERSION");
  expect(errorOf(shrunk, adoptIsr(1, 1, 1, 2))).toBeUndefined();
});

test("adopt-isr is no answer to what the controller has not decided yet, and frees the leader of what was refused", () => {
  expect(errorOf(calm, proposeIsr(1, 1, 2), adoptIsr(1, 0, 1, 2, 3))).toBe("INVALID_UPDATE_VERSION");
  const gone = after(calm, takeOffice(1), proposeIsr(1, 1, 2), fence(2));
  const proposal = { ...partitionIn(gone).proposals[0]! };
  const refuse: Action = { kind: "refuse-isr", partition: orders, proposal, controllerEpoch: 1, error: "INELIGIBLE_REPLICA" };
  expect(copyIn(after(gone, refuse, adoptIsr(1, 0, 1, 2, 3)), 1).role).toMatchObject({ proposed: undefined });
});

test("min.insync.replicas counts for at most as much as there are replicas", () => {
  expect(minIsrOf(partitionIn(clusterWith({ minIsr: 9 })))).toBe(3);
  expect(errorOf(clusterWith({ minIsr: 9 }), append(1, batch("a", 0, 0)))).toBeUndefined();
  expect(partitionIn(calm, orders).replicas).toEqual([1, 2, 3]);
});
