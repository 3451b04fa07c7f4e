import { describe, expect, test } from "vitest";
import { brokerId, offset } from "../ids.ts";
import type { Action } from "./actions.ts";
import {
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
  followWatermark,
  lead,
  orders,
  recover,
  replicate,
  takeDown,
  truncate,
  unfence,
  valuesIn,
  follow,
} from "./hand-made-cluster.ts";
import { firstBroken } from "./invariants.ts";
import type { ClusterState } from "./state.ts";

const at = (broker: number) => ({ broker: brokerId(broker), partition: orders });
const advanceStart = (broker: number, to: number, isRequested = true): Action => ({
  kind: "advance-log-start",
  ...at(broker),
  logStart: offset(to),
  isRequested,
});
const followStart = (broker: number, to: number): Action => ({ kind: "follow-log-start", ...at(broker), logStart: offset(to) });
const restart = (broker: number, to: number, isWithinBatch = false): Action => ({
  kind: "restart-log",
  ...at(broker),
  logStart: offset(to),
  isWithinBatch,
});

describe("advance-log-start", () => {
  test("forgets what is committed, and no more (KAFKA-5634)", () => {
    const next = copyIn(after(busy(), advanceStart(1, 2)), 1);
    expect([next.logStart, next.epochs]).toEqual([2, [{ epoch: 0, startOffset: 2 }]]);
    expect(errorOf(busy(), advanceStart(1, 3))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(busy(), advanceStart(1, 1), advanceStart(1, 1))).toBe("OFFSET_OUT_OF_RANGE");
  });

  test("is asked of a leader, and done by retention on any replica", () => {
    expect(errorOf(busy(), advanceStart(2, 1))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(busy(), advanceStart(2, 1, false))).toBeUndefined();
    const compacted = busy(clusterWith({ compacted: true }));
    expect([true, false].map((isRequested) => errorOf(compacted, advanceStart(1, 1, isRequested)))).toEqual([
      "POLICY_VIOLATION",
      "POLICY_VIOLATION",
    ]);
  });
});

test("follow-log-start goes as far as the leader's, and not beyond the follower's own watermark", () => {
  const deleted = after(busy(), advanceStart(1, 2));
  expect(copyIn(after(deleted, followStart(2, 2)), 2).logStart).toBe(2);
  expect(errorOf(deleted, followStart(3, 2))).toBe("OFFSET_OUT_OF_RANGE");
  expect(errorOf(deleted, followWatermark(3, 2), followStart(3, 2))).toBeUndefined();
  expect(errorOf(after(busy(), advanceStart(1, 1)), followStart(2, 2))).toBe("OFFSET_OUT_OF_RANGE");
});

describe("restart-log", () => {
  /** Broker 3 lost what it had, and meanwhile the leader deletes it. */
  const behind = after(busy(), takeDown(3), advanceStart(1, 2), recover(3, 0, 0, true), follow(3, 0, 1));

  test("begins where the leader's log begins, with what the leader had there", () => {
    const next = after(behind, restart(3, 2));
    expect(copyIn(next, 3)).toMatchObject({ logStart: 2, highWatermark: 2, epochs: [] });
    expect(errorOf(next, replicate(3, batch("c", 2, 0)))).toBeUndefined();
  });

  test("is refused to a log that reaches so far (KAFKA-2143), beyond the leader's start, and to a leader", () => {
    expect(errorOf(after(busy(), advanceStart(1, 2)), restart(2, 2))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(behind, restart(3, 3))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(behind, restart(1, 2))).toBe("NOT_LEADER_OR_FOLLOWER");
  });

  test("may go back to where a batch begins, and only of a log that has nothing", () => {
    expect(copyIn(after(behind, restart(3, 2), restart(3, 1, true)), 3)).toMatchObject({ logStart: 1, highWatermark: 1 });
    expect(errorOf(behind, restart(3, 2, true))).toBe("OFFSET_OUT_OF_RANGE");
    // Broker 2 has never heard of the deletion, and its log begins before the batch.
    const elected = [fence(1), elect({ leader: 2, epoch: 1, isr: [2, 3], version: 1 }), lead(2, 1, [2, 3], 1), follow(3, 1, 2)];
    expect(errorOf(behind, restart(3, 2), ...elected, restart(3, 1, true))).toBeUndefined();
    expect(errorOf(after(busy(), advanceStart(1, 2)), restart(2, 1, true))).toBe("OFFSET_OUT_OF_RANGE");
  });

  test("forgets producers, and hears only of those that write from then on", () => {
    const [first, second] = [batch("a", 0, 0, { id: 7 }), batch("b", 1, 0, { id: 8 })];
    const onAll = [first, second].flatMap((one) => [append(1, one), replicate(2, one), replicate(3, one)]);
    const written = after(calm, ...onAll, fetch(1, 2, 2, 0), fetch(1, 3, 2, 0), advance(1, 2));
    const begun = after(written, takeDown(3), advanceStart(1, 1), recover(3, 0, 0, true), follow(3, 0, 1), restart(3, 1));
    const known = (state: ClusterState): readonly number[] => [...copyIn(state, 3).producers.keys()];
    expect([known(written), known(begun), known(after(begun, replicate(3, second)))]).toEqual([[7, 8], [], [8]]);
    expect(firstBroken(after(begun, replicate(3, second)))).toBeUndefined();
    expect([...copyIn(begun, 1).producers.keys()]).toEqual([7, 8]);
  });
});

describe("a log of which nothing can be read any more", () => {
  const [first, second] = [batch("a", 0, 0, { id: 7 }), batch("b", 1, 0, { id: 8 })];
  const onAll = [first, second].flatMap((one) => [append(1, one), replicate(2, one), replicate(3, one)]);
  const written = after(
    clusterWith({ unclean: true, minIsr: 1 }),
    ...onAll,
    fetch(1, 2, 2, 0),
    fetch(1, 3, 2, 0),
    advance(1, 2),
    followWatermark(2, 2),
    advanceStart(1, 2),
    followStart(2, 2),
  );
  const known = (state: ClusterState, broker: number): readonly number[] => [...copyIn(state, broker).producers.keys()];

  test("tells nothing of producers when it is loaded", () => {
    expect(known(written, 2)).toEqual([7, 8]);
    expect(known(after(written, takeDown(2), recover(2, 2, 2, false, 2)), 2)).toEqual([]);
    expect(known(after(written, takeDown(2), recover(2, 2, 2)), 2)).toEqual([7, 8]);
  });

  test("tells nothing of producers when it is cut at its start, or before", () => {
    const elected = { leader: 3, epoch: 1, isr: [3], version: 2 };
    const emptied = after(
      written,
      fence(3),
      changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
      takeDown(3),
      recover(3, 1, 0, true),
      fence(1),
      fence(2),
      unfence(3),
      electUnclean(elected),
      lead(3, 1, [3], 2),
      append(3, batch("x", 1, 1)),
      follow(2, 1, 3),
      truncate(2, 1),
    );
    expect([known(emptied, 2), copyIn(emptied, 2).logStart, valuesIn(emptied, 2)]).toEqual([[], 1, "a"]);
    expect(known(emptied, 3)).toEqual([7]);
    expect(firstBroken(after(emptied, replicate(2, batch("x", 1, 1))))).toBeUndefined();
  });
});

describe("a follower with other records where its leader has deleted them", () => {
  // Broker 1 wrote "x" in epoch 0 and nobody has it; broker 2 leads in epoch 1, wrote "y" there and has it deleted.
  const decided = { leader: 2, epoch: 1, isr: [2, 3], version: 1 };
  const departed = after(
    calm,
    append(1, batch("x", 0, 0), 1),
    fence(1),
    elect(decided),
    lead(2, 1, [2, 3], 1),
    follow(3, 1, 2),
    append(2, batch("y", 0, 1)),
    replicate(3, batch("y", 0, 1)),
    fetch(2, 3, 1, 1),
    advance(2, 1),
    follow(1, 1, 2),
  );

  test("has its fetch accepted, and counts as one that has them, because it begins no earlier", () => {
    const next = after(
      departed,
      advanceStart(2, 1),
      fetch(2, 1, 1, 1, 0),
      append(2, batch("z", 1, 1)),
      replicate(1, batch("z", 1, 1)),
    );
    expect(valuesIn(next, 1)).toBe("yz");
    expect(firstBroken(next)).toBeUndefined();
    expect(errorOf(next, followStart(1, 1))).toBe("OFFSET_OUT_OF_RANGE");
    expect(
      errorOf(after(next, fetch(2, 1, 2, 1), fetch(2, 3, 1, 1)), followWatermark(1, 1), followStart(1, 1)),
    ).toBeUndefined();
  });

  test("is told of the difference as long as they are there", () => {
    expect(errorOf(departed, fetch(2, 1, 1, 1, 0))).toBe("OFFSET_OUT_OF_RANGE");
  });
});
