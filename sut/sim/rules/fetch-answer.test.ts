import { expect, test } from "vitest";
import { countsForFollower, tellsWatermark } from "./fetch-answer.ts";

test("an answer counts while its partition is followed, whatever it says", () => {
  for (const isDiverging of [true, false]) {
    expect(countsForFollower({ isFollowed: true, isDiverging })).toBe(true);
    expect(countsForFollower({ isFollowed: false, isDiverging })).toBe(false);
  }
});

test("a watermark is taken from an answer with records and not from one that tells of a divergence", () => {
  expect(tellsWatermark({ isDiverging: false })).toBe(true);
  expect(tellsWatermark({ isDiverging: true })).toBe(false);
});
