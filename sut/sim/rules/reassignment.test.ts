import { expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { finishedReassignment } from "./reassignment.ts";

const ids = (...all: readonly number[]) => all.map(brokerId);

const moving = (isr: readonly number[], adding: readonly number[] = [4], removing: readonly number[] = [1]) => ({
  replicas: ids(4, 2, 3, 1),
  addingReplicas: ids(...adding),
  removingReplicas: ids(...removing),
  isr: ids(...isr),
});

test("a reassignment is over when all that are to be replicas are in sync, and the others go", () => {
  expect(finishedReassignment(moving([1, 2, 3, 4]))).toEqual({ replicas: ids(4, 2, 3), isr: ids(2, 3, 4) });
});

test("it is not while one of them is missing, be it new or old (KAFKA-15665)", () => {
  expect(finishedReassignment(moving([1, 2, 3]))).toBeUndefined();
  expect(finishedReassignment(moving([1, 2, 4]))).toBeUndefined();
});

test("replicas that are only added stay, and so does the ISR", () => {
  expect(finishedReassignment(moving([1, 2, 3, 4], [4], []))).toEqual({ replicas: ids(4, 2, 3, 1), isr: ids(1, 2, 3, 4) });
});

test("where nothing is moved nothing is over, and nobody is left with no replica", () => {
  expect(finishedReassignment(moving([1, 2, 3, 4], [], []))).toBeUndefined();
  expect(finishedReassignment(moving([1, 2, 3, 4], [], [1, 2, 3, 4]))).toBeUndefined();
});
