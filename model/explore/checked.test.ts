import { expect, test } from "vitest";
import { checkFound } from "./checked.ts";
import { Codec } from "./codec.ts";
import type { Search } from "./moves.ts";
import { guardsOf, smallScope } from "./scope.ts";
import { Successors } from "./successors.ts";
import { firstWorld } from "./world.ts";

const search: Search = { scope: smallScope, guards: guardsOf(smallScope) };
const first = firstWorld(smallScope);
const codec = new Codec(smallScope, first);
const words = Uint32Array.from(codec.encode(first));
const successors = new Successors(search, codec);
const count = successors.find(words, 0);
const check = (found: Uint32Array, many: number): void => checkFound(codec, search, first, { found, count: many });

test("what is remembered as the model has it passes", () => {
  expect(count).toBeGreaterThan(2);
  expect(() => check(successors.found, count)).not.toThrow();
});

test("a world that is another one ends the search, and so do two in another order", () => {
  const other = successors.found.slice();
  other[codec.words + 1]!++;
  expect(() => check(other, count)).toThrow("something else than the model does");
  const swapped = successors.found.slice();
  swapped.copyWithin(0, codec.words, 2 * codec.words);
  swapped.set(successors.found.subarray(0, codec.words), codec.words);
  expect(() => check(swapped, count)).toThrow("something else than the model does");
});

test("one that is missing, or one too many, ends it as well", () => {
  expect(() => check(successors.found, count - 1)).toThrow("something else");
  expect(() => check(successors.found, count + 1)).toThrow(`${count + 1} steps of which the model takes ${count}`);
});
