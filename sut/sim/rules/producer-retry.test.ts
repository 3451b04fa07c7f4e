import { expect, test } from "vitest";
import { requeue } from "./producer-retry.ts";

const sequenceOf = (batch: number): number => (batch < 100 ? batch : -1);
const requeued = (waiting: readonly number[], retried: number): readonly number[] => requeue({ waiting, retried, sequenceOf });

test("a repeated batch goes before whatever has not been sent yet", () => {
  expect(requeued([100, 101], 3)).toEqual([3, 100, 101]);
});

test("repeated batches are in the order of their sequence", () => {
  expect(requeued([1, 5, 100], 3)).toEqual([1, 3, 5, 100]);
  expect(requeued([1, 2], 3)).toEqual([1, 2, 3]);
});

test("a batch without a sequence goes first", () => {
  expect(requeued([101, 102], 100)).toEqual([100, 101, 102]);
});

test("the only batch is the only one", () => {
  expect(requeued([], 3)).toEqual([3]);
});
