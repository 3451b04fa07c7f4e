import { expect, test } from "vitest";
import { leaderEpoch } from "../../../model/ids.ts";
import { beginsEpoch } from "./epoch-recovery.ts";

const begins = (batchEpoch: number, latestEpoch: number): boolean =>
  beginsEpoch({ batchEpoch: leaderEpoch(batchEpoch), latestEpoch: leaderEpoch(latestEpoch) });

test("the first batch of a log begins its epoch, also where that is 0", () => {
  expect([begins(0, -1), begins(3, -1)]).toEqual([true, true]);
});

test("a batch begins an epoch that is higher than all before it, and no other", () => {
  expect([begins(1, 0), begins(1, 1), begins(0, 1)]).toEqual([true, false, false]);
});

test("a batch without an epoch begins none", () => {
  expect(begins(-1, -1)).toBe(false);
});
