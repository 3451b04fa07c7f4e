import { expect, test } from "vitest";
import type { Breach, Verdict } from "../../properties/verdict.ts";
import { ownProperty } from "../../test/support/fixed-trials.ts";
import { fails } from "./same-failure.ts";

const breach: Breach = { message: "x was lost", witness: [3] };
const acksOne: Breach = { ...breach, permission: { setting: "acks=1", why: "" } };

/** Whether a trial in which property `a` comes to this verdict fails as `as` did. */
const isSame = (as: Breach, verdict: Verdict, property = "a"): boolean =>
  fails("a", as)({ judged: [{ property: ownProperty(property, () => ({ judged: 0, breaches: [] })), verdict }] });

test("the same property, violated again, is the same failure, whatever is said of it", () => {
  expect(isSame(breach, { kind: "violated", breaches: [{ message: "y was lost", witness: [9] }] })).toBe(true);
});

test("another property, or one that holds or is undecided, is not", () => {
  expect(isSame(breach, { kind: "violated", breaches: [breach] }, "b")).toBe(false);
  expect(isSame(breach, { kind: "holds", judged: 1 })).toBe(false);
  expect(isSame(breach, { kind: "unknown", reason: "" })).toBe(false);
});

test("what is permitted does not fail like what is not", () => {
  expect(isSame(breach, { kind: "not-promised", breaches: [acksOne] })).toBe(false);
  expect(isSame(acksOne, { kind: "violated", breaches: [breach] })).toBe(false);
  expect(isSame(acksOne, { kind: "not-promised", breaches: [acksOne] })).toBe(true);
});

test("a permission is that of its setting", () => {
  const acksNone: Breach = { ...breach, permission: { setting: "acks=0", why: "" } };
  expect(isSame(acksOne, { kind: "not-promised", breaches: [acksNone] })).toBe(false);
  expect(isSame(acksOne, { kind: "not-promised", breaches: [acksNone, acksOne] })).toBe(true);
});

test("a variant is only the same as itself", () => {
  const truncation: Breach = { ...breach, variant: "truncate" };
  expect(isSame(truncation, { kind: "violated", breaches: [breach] })).toBe(false);
  expect(isSame(breach, { kind: "violated", breaches: [truncation] })).toBe(false);
  expect(isSame(truncation, { kind: "violated", breaches: [breach, truncation] })).toBe(true);
});
