import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { consumerReadBound, isWaitedFor, nextHighWatermark, recomputesOnIsrChange } from "./high-watermark.ts";
import type { FollowerView } from "./high-watermark.ts";

const member = (end: number): FollowerView => ({ endOffset: offset(end), isInMaximalIsr: true, isAboutToJoin: false });
const outsider = (end: number): FollowerView => ({ endOffset: offset(end), isInMaximalIsr: false, isAboutToJoin: false });
const joiner = (end: number): FollowerView => ({ endOffset: offset(end), isInMaximalIsr: false, isAboutToJoin: true });

/** A leader with watermark 4, a log that ends at 10, and `min.insync.replicas` of 2. */
const nextOf = (isrSize: number, followers: readonly FollowerView[]): number =>
  nextHighWatermark({ highWatermark: offset(4), logEndOffset: offset(10), isrSize, minIsr: 2, followers });

test.each<readonly [string, number, readonly FollowerView[], number]>([
  ["the watermark is where the slowest member of the ISR is", 3, [member(8), member(6)], 6],
  ["it reaches the leader's own end when all have everything", 3, [member(10), member(10)], 10],
  ["a follower outside the ISR does not hold it back", 2, [member(8), outsider(0)], 8],
  ["a follower that has caught up and may join holds it back", 2, [member(8), joiner(7)], 7],
  ["a follower that has not been heard of in this term holds it back", 3, [member(8), member(-1)], 4],
  ["it does not fall when a member is behind it", 3, [member(8), member(2)], 4],
  ["it stands still while fewer than min.insync.replicas are in sync", 1, [outsider(10)], 4],
])("%s", (_sentence, isrSize, followers, expected) => {
  expect(nextOf(isrSize, followers)).toBe(expected);
});

test("a consumer reads up to the watermark and not to the log's end", () => {
  expect(consumerReadBound({ highWatermark: offset(4), logEndOffset: offset(10) })).toBe(4);
});

test("the watermark waits for a replica outside the ISR that is caught up and may join, and for no other", () => {
  expect(isWaitedFor({ isCaughtUp: true, isEligible: true })).toBe(true);
  expect(isWaitedFor({ isCaughtUp: true, isEligible: false })).toBe(false);
  expect(isWaitedFor({ isCaughtUp: false, isEligible: true })).toBe(false);
});

test("a changed ISR is reason enough to look where the watermark is", () => {
  expect(recomputesOnIsrChange({ isrSize: 2 })).toBe(true);
});
