import { expect, test } from "vitest";
import { Memory } from "./memory.ts";
import { fieldsMax } from "./part-table.ts";

/** One part in one place, with these fields. */
const situation = (...values: readonly number[]) => ({
  rows: Int32Array.of(0),
  fields: Uint16Array.from({ length: fieldsMax }, (_, field) => values[field] ?? 0),
});

function recalled(memory: Memory, tree: number, ...values: readonly number[]): number {
  const { fields, rows } = situation(...values);
  return memory.recall(tree, rows, fields);
}

test("what was found is found again where all that was looked at is the same, whatever the rest is", () => {
  const memory = new Memory();
  const tree = memory.tree();
  expect(recalled(memory, tree, 7, 3)).toBe(-1);
  memory.remember(tree, situation(7, 3, 1), [0, 1], 42);
  expect(recalled(memory, tree, 7, 3, 1)).toBe(42);
  expect(recalled(memory, tree, 7, 3, 9)).toBe(42);
  expect(recalled(memory, tree, 7, 4, 1)).toBe(-1);
  expect(recalled(memory, tree, 6, 3, 1)).toBe(-1);
});

test("other values have other branches, below and above those that there are, and what is looked at next may be something else", () => {
  const memory = new Memory();
  const tree = memory.tree();
  memory.remember(tree, situation(7, 3), [0, 1], 1);
  memory.remember(tree, situation(2, 0, 5), [0, 2], 2);
  memory.remember(tree, situation(90), [0], 0);
  memory.remember(tree, situation(7, 1), [0, 1], 4);
  expect([recalled(memory, tree, 7, 3), recalled(memory, tree, 2, 8, 5), recalled(memory, tree, 90)]).toEqual([1, 2, 0]);
  expect([recalled(memory, tree, 7, 1), recalled(memory, tree, 7, 2), recalled(memory, tree, 8)]).toEqual([4, -1, -1]);
});

test("trees know nothing of each other, and a model that looks at something else for no reason is told so", () => {
  const memory = new Memory();
  const tree = memory.tree();
  const other = memory.tree();
  memory.remember(tree, situation(1), [0], 5);
  memory.remember(other, situation(1), [], 6);
  expect([recalled(memory, tree, 1), recalled(memory, other, 9)]).toEqual([5, 6]);
  expect(() => memory.remember(tree, situation(1, 2), [1], 5)).toThrow("looked at something else");
  expect(() => memory.remember(tree, situation(1, 2), [0, 1], 5)).toThrow("looked at something else");
});
