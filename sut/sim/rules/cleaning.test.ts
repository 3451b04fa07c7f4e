import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { cleanableBound, isWorthCleaning } from "./cleaning.ts";

test("a log is cleaned up to its active segment, and never beyond its watermark (KAFKA-13194)", () => {
  const bound = (activeBaseOffset: number, highWatermark: number): number =>
    cleanableBound({ activeBaseOffset: offset(activeBaseOffset), highWatermark: offset(highWatermark) });
  expect([bound(4, 9), bound(4, 4), bound(9, 4)]).toEqual([4, 4, 4]);
});

test("a log is cleaned when more than the given share of it is new, and never for nothing", () => {
  const isWorth = (dirtyBytes: number, cleanBytes: number, minDirtyRatio: number): boolean =>
    isWorthCleaning({ dirtyBytes, cleanBytes, minDirtyRatio });
  expect(isWorth(50, 50, 0.5)).toBe(false);
  expect(isWorth(51, 50, 0.5)).toBe(true);
  expect(isWorth(1, 999, 0)).toBe(true);
  expect(isWorth(0, 100, 0)).toBe(false);
});
