import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { isEligibleForIsr, isOutOfSync, mayJoinIsr } from "./isr-membership.ts";

test.each([
  ["a follower with everything committed joins", 6, 6, 4, true],
  ["a follower behind the watermark does not", 5, 6, 4, false],
  ["a follower with everything committed but not all of before the leader's term does not", 5, 5, 8, false],
  ["a follower at the start of the leader's term joins", 8, 5, 8, true],
])("%s", (_sentence, end, highWatermark, epochStart, expected) => {
  const question = {
    followerEndOffset: offset(end),
    highWatermark: offset(highWatermark),
    epochStartOffset: offset(epochStart),
  };
  expect(mayJoinIsr(question)).toBe(expected);
});

test.each([
  ["a member that is as long as the leader stays, however long nothing was heard of it", 7, 7, 99_999, false],
  ["a member that is behind stays for replica.lag.time.max.ms", 5, 7, 2000, false],
  ["a member that has been behind for longer than that goes", 5, 7, 2001, true],
  ["so does one that is longer than the leader and does not fetch", 9, 7, 2001, true],
])("%s", (_sentence, end, leaderEnd, caughtUpMsAgo, expected) => {
  const question = { followerEndOffset: offset(end), leaderEndOffset: offset(leaderEnd), caughtUpMsAgo, lagTimeMaxMs: 2000 };
  expect(isOutOfSync(question)).toBe(expected);
});

test.each([
  ["a process in service that has fetched is eligible", true, 7, 7, true],
  ["one that is fenced or stops is not", false, 7, 7, false],
  ["nor is one that has not fetched since it was started again", true, 8, 7, false],
])("%s", (_sentence, isActive, registeredEpoch, fetchedEpoch, expected) => {
  expect(isEligibleForIsr({ isActive, registeredEpoch, fetchedEpoch })).toBe(expected);
});
