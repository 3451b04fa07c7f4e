import { expect, test } from "vitest";
import { breachesMax, verdictOf } from "./verdict.ts";
import type { Breach } from "./verdict.ts";

const permission = { setting: "acks=1", why: "only the leader had it" };
const breach = (message: string): Breach => ({ message, witness: [] });
const permitted = (message: string): Breach => ({ ...breach(message), permission });

test("what was judged and not broken holds", () => {
  expect(verdictOf({ judged: 3, breaches: [] })).toEqual({ kind: "holds", judged: 3 });
});

test("silence is not consent", () => {
  expect(verdictOf({ judged: 0, breaches: [] })).toEqual({ kind: "unknown", reason: "the trial gave it nothing to judge" });
});

test("a breach that nothing permits is a violation, and the permitted ones are left out of it", () => {
  const breaches = [permitted("a"), breach("b"), permitted("c"), breach("d")];
  expect(verdictOf({ judged: 4, breaches })).toEqual({ kind: "violated", breaches: [breach("b"), breach("d")] });
});

test("breaches that are all permitted are not a violation", () => {
  expect(verdictOf({ judged: 2, breaches: [permitted("a")] })).toEqual({ kind: "not-promised", breaches: [permitted("a")] });
});

test("a violation stands even where nothing was counted as judged", () => {
  expect(verdictOf({ judged: 0, breaches: [breach("a")] }).kind).toBe("violated");
});

test("only the first breaches are kept", () => {
  const many = Array.from({ length: 3 * breachesMax }, (_, at) => breach(`${at}`));
  const verdict = verdictOf({ judged: 1, breaches: many });
  expect(verdict).toEqual({ kind: "violated", breaches: many.slice(0, breachesMax) });
  const allPermitted = verdictOf({ judged: 1, breaches: many.map(({ message }) => permitted(message)) });
  expect(allPermitted.kind === "not-promised" && allPermitted.breaches).toHaveLength(breachesMax);
});
