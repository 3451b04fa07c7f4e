import { expect, test } from "vitest";
import type { Record } from "./record-batch.ts";
import { batchBytes, maxTimestampMs } from "./record-size.ts";

const sizeOf = (...records: readonly Record[]): number => batchBytes({ records });

test("a batch takes 61 bytes, and each record 7 beside its key and value", () => {
  expect(sizeOf()).toBe(61);
  expect(sizeOf({ key: null, value: "s1" })).toBe(61 + 7 + 2);
  expect(sizeOf({ key: "blue", value: "s1" }, { key: null, value: "s22" })).toBe(61 + 7 + 4 + 2 + 7 + 3);
});

test("a value takes as many bytes as it is said to", () => {
  expect(sizeOf({ key: null, value: "s1", valueBytes: 1000 })).toBe(61 + 7 + 1000);
});

test("what coordinators and controllers write counts as a hundred bytes", () => {
  expect(sizeOf({ key: null, value: { type: "TopicRecord" } })).toBe(61 + 7 + 100);
});

test("a batch is as new as the newest of its records", () => {
  const at = (...timestamps: readonly (number | undefined)[]): number =>
    maxTimestampMs({ records: timestamps.map((timestampMs) => ({ key: null, value: "s1", timestampMs })) });
  expect(at(5, 9, 7)).toBe(9);
  expect(at(undefined, 3)).toBe(3);
  expect(at(undefined)).toBe(-1);
});
