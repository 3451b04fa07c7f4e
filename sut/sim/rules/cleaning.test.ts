import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { cleanableBound, isDeletionOver, isMarkerNeeded, isWorthCleaning } from "./cleaning.ts";

test("a log is cleaned up to its active segment, and never beyond what is committed and decided (KAFKA-13194)", () => {
  const bound = (activeBaseOffset: number, lastStableOffset: number): number =>
    cleanableBound({ activeBaseOffset: offset(activeBaseOffset), lastStableOffset: offset(lastStableOffset) });
  expect([bound(4, 9), bound(4, 4), bound(9, 4)]).toEqual([4, 4, 4]);
});

test("a log is cleaned when more than the given share of it is new, and never for nothing", () => {
  const isWorth = (dirtyBytes: number, cleanBytes: number, minDirtyRatio: number): boolean =>
    isWorthCleaning({ dirtyBytes, cleanBytes, minDirtyRatio, waitedMs: 100, maxLagMs: 100 });
  expect(isWorth(50, 50, 0.5)).toBe(false);
  expect(isWorth(51, 50, 0.5)).toBe(true);
  expect(isWorth(1, 999, 0)).toBe(true);
  expect(isWorth(0, 100, 0)).toBe(false);
});

test("a log is cleaned, however little of it is new, when some of that has waited too long (KIP-354)", () => {
  const isWorth = (waitedMs: number, dirtyBytes = 1): boolean =>
    isWorthCleaning({ dirtyBytes, cleanBytes: 999, minDirtyRatio: 0.5, waitedMs, maxLagMs: 100 });
  expect([isWorth(100), isWorth(101), isWorth(101, 0)]).toEqual([false, true, false]);
});

test("a marker is needed as long as any batch of its transaction is left (KAFKA-14055)", () => {
  expect([isMarkerNeeded({ hasBatches: true }), isMarkerNeeded({ hasBatches: false })]).toEqual([true, false]);
});

test("a tombstone goes when a cleaner has met it before, and its time is over (KIP-534)", () => {
  const isOver = (nowMs: number, deleteHorizonMs?: number): boolean =>
    isDeletionOver({ deleteHorizonMs, nowMs, deleteRetentionMs: 50, writtenMs: 0 });
  expect([isOver(900), isOver(899, 900), isOver(900, 900)]).toEqual([false, false, true]);
});
