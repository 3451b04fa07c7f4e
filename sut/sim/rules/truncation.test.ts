import { expect, test } from "vitest";
import { leaderEpoch, offset } from "../../../model/ids.ts";
import { LeaderEpochCache } from "../broker/log/leader-epoch-cache.ts";
import { keptOnBecomingFollower, truncationOffset } from "./truncation.ts";

/** A follower's log: epoch 0 from offset 0, epoch 2 from 5, and its end at 9. */
function cutOn(divergingEpoch: number, divergingEnd: number): number {
  const epochs = new LeaderEpochCache();
  epochs.assign(leaderEpoch(0), offset(0));
  epochs.assign(leaderEpoch(2), offset(5));
  return truncationOffset({
    diverging: { epoch: leaderEpoch(divergingEpoch), endOffset: offset(divergingEnd) },
    logEndOffset: offset(9),
    endOffsetFor: (epoch) => epochs.endOffsetFor(epoch, offset(9)),
  });
}

test.each([
  ["a shared epoch that the leader ended earlier is cut at the leader's end", 2, 7, 7],
  ["a shared epoch that this log ended earlier is cut at its own end", 0, 6, 5],
  ["an epoch that this log does not have is cut at the end of the one before it", 1, 7, 5],
  ["an epoch later than all of this log is cut no further than its end", 3, 12, 9],
  ["an epoch later than all of this log is cut at the leader's end of it", 3, 6, 6],
])("%s", (_sentence, epoch, end, expected) => {
  expect(cutOn(epoch, end)).toBe(expected);
});

test("a replica that begins to follow keeps everything, also what is beyond its watermark", () => {
  expect(keptOnBecomingFollower({ logEndOffset: offset(9), highWatermark: offset(4) })).toBe(9);
});
