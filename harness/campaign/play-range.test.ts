import { expect, test } from "vitest";
import { errorOf } from "../../test/support/errors.ts";
import { alwaysHolds, neverSent, ownProperty, setupWith, throws } from "../../test/support/fixed-trials.ts";
import type { TrialSetup } from "../trial.ts";
import { guarded, playRange, playTrial } from "./play-range.ts";
import { isPermitted } from "./suspect.ts";

/** Judged by how many records are sent: many trials send less. */
const sendsLittle = ownProperty("sends-little", ({ sends }) => {
  if (sends.size <= 25) return { judged: 1, breaches: [] };
  return { judged: 1, breaches: [{ message: `${sends.size} records were sent.`, witness: [0] }] };
});
const setup: TrialSetup = { ...setupWith(), properties: [sendsLittle] };
const isViolated = (number: number): boolean =>
  playTrial("range", number, setup).judged.some(({ verdict }) => verdict.kind === "violated");

const numbers = Array.from({ length: 12 }, (_, at) => at);
const violated = numbers.filter(isViolated);

test("the seed that these tests use has a violation, but not in the first trial, and more than one", () => {
  expect(violated.length).toBeGreaterThan(1);
  expect(violated[0]).toBeGreaterThan(0);
});

test("nothing is played after the first violation, where the campaign stops there", () => {
  const { suspects, tally, violatedAt } = playRange("range", { from: 0, to: 12 }, setup, true);
  expect(violatedAt).toBe(violated[0]);
  expect(tally.trials).toBe(violated[0]! + 1);
  expect(suspects.map(({ trial }) => trial)).toEqual([violated[0]]);
});

test("all trials are played where it goes on, and the first violation is the one that is told", () => {
  const { suspects, tally, violatedAt } = playRange("range", { from: 0, to: 12 }, setup, false);
  expect(violatedAt).toBe(violated[0]);
  expect(tally.trials).toBe(12);
  expect(tally.verdicts["sends-little"]?.violated).toBe(violated.length);
  expect(suspects.map(({ trial }) => trial)).toEqual([violated[0]]);
});

test("a range in the middle is about its own trials", () => {
  const from = violated[0]! + 1;
  const { tally, violatedAt } = playRange("range", { from, to: 12 }, setup, false);
  expect(tally.trials).toBe(12 - from);
  expect(violatedAt).toBe(violated[1]);
});

test("what the settings permit ends nothing", () => {
  const permission = { setting: "acks=1", why: "" };
  const permitted = ownProperty("permitted", () => ({ judged: 1, breaches: [{ message: "", witness: [0], permission }] }));
  const { suspects, tally, violatedAt } = playRange("range", { from: 0, to: 3 }, { ...setup, properties: [permitted] }, true);
  expect(violatedAt).toBeUndefined();
  expect(tally.trials).toBe(3);
  expect(suspects.map(({ trial }) => trial)).toEqual([0]);
  expect(suspects.every(isPermitted)).toBe(true);
});

test("an own property that throws is told with the seed of the trial, and the cause is kept", async () => {
  const crashing = { ...setup, properties: [alwaysHolds, neverSent, throws] };
  const error = await errorOf(() => playRange("range", { from: 7, to: 9 }, crashing, false));
  expect(error.code).toBe("TRIAL_CRASHED");
  expect(error.message.split("\n")[0]).toBe("kafka-trial failed in trial range:7: TypeError: nobody has thought of this");
  expect(error.cause).toBeInstanceOf(TypeError);
});

test("something that is thrown and no error is told as well", async () => {
  const throwText = (): never => {
    // oxlint-disable-next-line no-throw-literal -- own code can do so
    throw "a text";
  };
  expect((await errorOf(() => guarded("a:0", throwText))).message).toBe("kafka-trial failed in trial a:0: a text");
});
