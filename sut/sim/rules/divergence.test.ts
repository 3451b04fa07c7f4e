import { expect, test } from "vitest";
import { leaderEpoch, offset } from "../../../model/ids.ts";
import { LeaderEpochCache } from "../broker/log/leader-epoch-cache.ts";
import { findDivergence, isUnknownEpoch } from "./divergence.ts";

/** The leader's log: epoch 0 from offset 0, epoch 2 from 5, epoch 3 from 8, and its end at 10. */
function divergenceOf(lastFetchedEpoch: number, fetchOffset: number): readonly [number, number] | undefined {
  const epochs = new LeaderEpochCache();
  for (const [epoch, start] of [
    [0, 0],
    [2, 5],
    [3, 8],
  ] as const)
    epochs.assign(leaderEpoch(epoch), offset(start));
  const found = findDivergence({
    lastFetchedEpoch: leaderEpoch(lastFetchedEpoch),
    fetchOffset: offset(fetchOffset),
    leaderEndOffset: offset(10),
    endOffsetFor: (epoch) => epochs.endOffsetFor(epoch, offset(10)),
  });
  return found && [found.epoch, found.endOffset];
}

test.each<readonly [string, number, number, readonly [number, number] | undefined]>([
  ["an empty follower does not diverge", -1, 0, undefined],
  ["a follower that is behind in the present epoch does not diverge", 3, 9, undefined],
  ["a follower at the leader's end does not diverge", 3, 10, undefined],
  ["a follower that is longer in the present epoch diverges at the leader's end", 3, 12, [3, 10]],
  ["a follower at the end of an earlier epoch does not diverge", 2, 8, undefined],
  ["a follower that is longer in an earlier epoch diverges where that epoch ends", 2, 9, [2, 8]],
  ["a follower with an epoch that the leader never saw is told of the one before it", 1, 5, [0, 5]],
  ["logs of equal length with different last epochs diverge", 1, 10, [0, 5]],
])("%s", (_sentence, epoch, from, expected) => {
  expect(divergenceOf(epoch, from)).toEqual(expected);
});

test("an epoch is unknown to a leader only if it is later than all that the leader has heard of", () => {
  const isUnknown = (last: number, latest: number): boolean =>
    isUnknownEpoch({ lastFetchedEpoch: leaderEpoch(last), latestEpoch: leaderEpoch(latest) });
  expect([isUnknown(4, 3), isUnknown(0, -1)]).toEqual([true, true]);
  expect([isUnknown(3, 3), isUnknown(1, 3), isUnknown(-1, -1)]).toEqual([false, false, false]);
});
