import { describe, expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { followerLogStart, isBelowLogStart, logStartAfterDelete, upToHighWatermark } from "./log-start.ts";

describe("deleting records", () => {
  const after = (before: number, logStart = 3, highWatermark = 7): number | undefined =>
    logStartAfterDelete({ before: offset(before), logStart: offset(logStart), highWatermark: offset(highWatermark) });

  test.each([
    ["moves the log start to an offset up to the watermark", 5, 5],
    ["may go as far as the watermark", 7, 7],
    ["may be asked to go as far as that, wherever it is", upToHighWatermark, 7],
    ["never moves the log start back", 2, 3],
    ["never moves the log start back, not even to the first offset", 0, 3],
  ])("%s", (_sentence, before, expected) => {
    expect(after(before)).toBe(expected);
  });

  test("is out of range beyond the watermark, and below every offset", () => {
    expect(after(8)).toBeUndefined();
    expect(after(-2)).toBeUndefined();
  });
});

describe("a follower's log start", () => {
  const following = (leaderLogStart: number, odd: { readonly highWatermark?: number; readonly isDiverging?: boolean } = {}) =>
    followerLogStart({
      leaderLogStart: offset(leaderLogStart),
      logStart: offset(3),
      highWatermark: offset(odd.highWatermark ?? 9),
      isDiverging: odd.isDiverging ?? false,
    });

  test("moves to its leader's", () => {
    expect(following(5)).toBe(5);
  });

  test("does not go back with a leader whose own was set back", () => {
    expect(following(1)).toBe(3);
  });

  test("does not go beyond the watermark that the follower knows", () => {
    expect(following(8, { highWatermark: 6 })).toBe(6);
  });

  test("stays where it is on an answer that tells of a divergence", () => {
    expect(following(5, { isDiverging: true })).toBe(3);
  });
});

test("what is before the log start is not to be had; the log start itself is", () => {
  const isBelow = (fetchOffset: number): boolean => isBelowLogStart({ fetchOffset: offset(fetchOffset), logStart: offset(3) });
  expect([2, 3, 4].map(isBelow)).toEqual([true, false, false]);
});
