import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import type { Schedule } from "../../model/schedule.ts";
import { schedules } from "./schedules.ts";

const sends = ({ steps }: Schedule): number => steps.filter((step) => step.do.kind === "send").length;
const kills = ({ steps }: Schedule): number => steps.filter((step) => step.do.kind === "kill-broker").length;

test("it makes schedules that can be played", () => {
  fc.assert(
    fc.property(schedules(), (schedule) => checkSchedule(schedule) === undefined),
    { seed: 1, numRuns: 100 },
  );
});

test("what its settings fix is the same in all of them", () => {
  const isSo = ({ options, steps }: Schedule): boolean =>
    options.brokers === 3 && steps.every((step) => step.do.kind !== "kill-broker");
  fc.assert(fc.property(schedules({ brokers: 3, faults: ["pause-broker"] }), isSo), { seed: 1, numRuns: 100 });
});

test("a counterexample is shrunk to what is needed for it", () => {
  const run = fc.check(
    fc.property(schedules(), (schedule) => sends(schedule) < 2 || kills(schedule) < 1),
    { seed: 42, numRuns: 200 },
  );
  expect(run.failed).toBe(true);
  const [found] = run.counterexample!;
  expect([sends(found), kills(found), found.steps.length]).toEqual([2, 1, 3]);
  expect(found.options.groups).toEqual([]);
  expect(found.options.producers).toHaveLength(1);
  expect(found.steps.every(({ after }) => (after.ms ?? 0) === 0)).toBe(true);
});

test("the same seed and path find the same counterexample", () => {
  const property = fc.property(schedules(), (schedule) => sends(schedule) < 2);
  const first = fc.check(property, { seed: 7 });
  const again = fc.check(property, { seed: 7, path: first.counterexamplePath! });
  expect(again.counterexample).toEqual(first.counterexample);
});

test("a schedule that was found elsewhere can be given as an example, and shrinks as well", () => {
  const [example] = fc.sample(schedules(), { seed: 3, numRuns: 1 });
  const run = fc.check(
    fc.property(schedules(), (schedule) => sends(schedule) < 1),
    { examples: [[example!]], seed: 3 },
  );
  expect(run.counterexample![0]!.steps).toHaveLength(1);
});
