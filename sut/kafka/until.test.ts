import { expect, test } from "vitest";
import { until } from "./until.ts";

/** Looks that find these things missing, one after the other, and then the last one for ever. */
function looks(...found: readonly (readonly string[])[]): {
  readonly look: () => readonly string[];
  readonly count: () => number;
} {
  let at = 0;
  return { look: () => found[Math.min(at++, found.length - 1)]!, count: () => at };
}

test("it ends with the first look that finds nothing missing", async () => {
  const { count, look } = looks(["a leader"], []);
  expect(await until(look, { limitMs: 1000, everyMs: 1 })).toEqual([]);
  expect(count()).toBe(2);
});

test("looks that find nothing missing only count in a row", async () => {
  const { count, look } = looks([], [], ["a leader"], []);
  expect(await until(look, { limitMs: 1000, everyMs: 1, looks: 3 })).toEqual([]);
  expect(count()).toBe(6);
});

test("where the limit is reached, it says what was missing last", async () => {
  const { look } = looks(["a leader", "a group"], ["a group"]);
  expect(await until(look, { limitMs: 20, everyMs: 1 })).toEqual(["a group"]);
});

test("it ends with the reason of its signal", async () => {
  const { look } = looks(["a leader"]);
  await expect(until(look, { limitMs: 10_000, everyMs: 1, signal: AbortSignal.timeout(5) })).rejects.toThrow(/timeout/);
});
