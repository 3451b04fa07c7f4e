import { describe, expect, test } from "vitest";
import { leaderEpoch, offset } from "../../../model/ids.ts";
import { countsAsProgress, followerHighWatermark, mayFollowerAppend } from "./follower-progress.ts";

test("a fetch counts unless the follower is about to cut its log", () => {
  expect(countsAsProgress({ isDiverging: false })).toBe(true);
  expect(countsAsProgress({ isDiverging: true })).toBe(false);
});

describe("a follower appends", () => {
  const mayAppend = (batchEpoch: number, followedEpoch: number, requestedOffset: number, logEndOffset: number): boolean =>
    mayFollowerAppend({
      batchEpoch: leaderEpoch(batchEpoch),
      followedEpoch: leaderEpoch(followedEpoch),
      requestedOffset: offset(requestedOffset),
      logEndOffset: offset(logEndOffset),
    });

  test.each([
    ["a batch of the epoch that it follows", 3, 3, 5, 5, true],
    ["a batch of an earlier epoch", 1, 3, 5, 5, true],
    ["no batch of an epoch that it has not been told of", 4, 3, 5, 5, false],
    ["nothing that was asked for before its log was cut", 3, 3, 5, 4, false],
    ["nothing that was asked for before its log grew", 3, 3, 5, 6, false],
  ])("%s", (_sentence, batchEpoch, followedEpoch, requestedOffset, logEndOffset, expected) => {
    expect(mayAppend(batchEpoch, followedEpoch, requestedOffset, logEndOffset)).toBe(expected);
  });
});

test.each([
  ["a follower's watermark is the leader's", 5, 3, 9, 5],
  ["it is not beyond the follower's own log", 9, 3, 6, 6],
  ["it does not fall when a new leader knows less", 2, 4, 9, 4],
])("%s", (_sentence, leader, own, end, expected) => {
  const replica = { leaderHighWatermark: offset(leader), highWatermark: offset(own), logEndOffset: offset(end) };
  expect(followerHighWatermark(replica)).toBe(expected);
});
