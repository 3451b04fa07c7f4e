import { expect, test } from "vitest";
import { rollsSegment } from "./segment-roll.ts";
import type { RollQuestion } from "./segment-roll.ts";

const rolls = (question: Partial<RollQuestion>): boolean =>
  rollsSegment({ sizeInBytes: 600, batchBytes: 400, segmentBytes: 1000, waitedMs: 50, segmentMs: 50, ...question });

test("a segment is filled up to its last byte, and not beyond", () => {
  expect(rolls({})).toBe(false);
  expect(rolls({ batchBytes: 401 })).toBe(true);
});

test("a segment is written to until it is older than it may be", () => {
  expect(rolls({ waitedMs: 51 })).toBe(true);
});

test("an empty segment takes whatever comes", () => {
  expect(rolls({ sizeInBytes: 0, batchBytes: 5000, waitedMs: 5000 })).toBe(false);
});
