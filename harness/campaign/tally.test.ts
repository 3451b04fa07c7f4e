import { expect, test } from "vitest";
import {
  alwaysHolds,
  forgetfulFault,
  ownProperty,
  setupWith,
  smallSettings,
  stopsTwoBrokersAndMore,
  withOwnFault,
} from "../../test/support/fixed-trials.ts";
import { trialInMemory } from "../trial.ts";
import { exercises } from "../../model/reference/exercises.ts";
import { brokersFollowTheModel } from "../../properties/safety/brokers-follow-the-model.ts";
import { playTrial } from "./play-range.ts";
import { addTallies, emptyTally, tallyOf } from "./tally.ts";
import type { Tally } from "./tally.ts";

const numbers = [0, 1, 2, 3, 4, 5];
const tallies = numbers.map((number) => tallyOf(playTrial("tally", number, setupWith())));
const sumOf = (parts: readonly Tally[]): Tally => parts.reduce(addTallies, emptyTally);

test("the counts of the parts add up to those of the whole, however it is divided", () => {
  const whole = sumOf(tallies);
  expect(whole.trials).toBe(numbers.length);
  expect(addTallies(sumOf(tallies.slice(0, 2)), sumOf(tallies.slice(2)))).toEqual(whole);
  expect(addTallies(sumOf(tallies.slice(0, 5)), sumOf(tallies.slice(5)))).toEqual(whole);
  expect(addTallies(whole, emptyTally)).toEqual(whole);
  expect(addTallies(emptyTally, whole)).toEqual(whole);
});

test("each property has one verdict a trial", () => {
  for (const [id, { holds, notPromised, unknown, violated }] of Object.entries(sumOf(tallies).verdicts)) {
    expect([id, holds + notPromised + unknown + violated]).toEqual([id, numbers.length]);
  }
});

test("nothing is seen in more trials than there are", () => {
  const { sighted } = sumOf(tallies);
  expect(Object.keys(sighted).length).toBeGreaterThan(0);
  for (const count of Object.values(sighted)) expect(count).toBeLessThanOrEqual(numbers.length);
});

test("what the reference model was made to do is counted under names that are known, refusals with their errors", () => {
  const trials = Array.from({ length: 60 }, (_, number) =>
    tallyOf(playTrial("exercised", number, { ...setupWith(), properties: [brokersFollowTheModel] })),
  );
  const { exercised } = sumOf(trials);
  expect(Object.keys(exercised).filter((name) => !exercises.includes(name))).toEqual([]);
  expect(exercised["elect-clean"]).toBeGreaterThan(0);
  expect(exercised["refuse-append NOT_ENOUGH_REPLICAS"]).toBeGreaterThan(0);
  expect(exercises).not.toContain("refuse-append");
});

test("sends, steps, faults and events of one trial are counted", () => {
  const trial = trialInMemory(stopsTwoBrokersAndMore, setupWith());
  const { events, faults, sends, skippedSteps, steps, trials } = tallyOf(trial);
  expect({ faults, sends, skippedSteps, steps, trials }).toEqual({
    faults: { "stop-broker": 2, "kill-client": 1 },
    sends: 3,
    skippedSteps: 0,
    steps: 6,
    trials: 1,
  });
  expect(events).toBe(trial.played.history.length);
});

test("an own fault is counted under its own name", () => {
  const setup = { ...setupWith(), settings: { ...smallSettings, ownFaults: [forgetfulFault()] } };
  expect(tallyOf(trialInMemory(withOwnFault("forgetful"), setup)).faults).toEqual({ forgetful: 1, "stop-broker": 1 });
});

test("steps that are skipped for one reason are counted together, whomever they were about", () => {
  const { steps } = stopsTwoBrokersAndMore;
  const schedule = {
    ...stopsTwoBrokersAndMore,
    options: {
      ...stopsTwoBrokersAndMore.options,
      producers: [
        { id: "p1", config: {} },
        { id: "p2", config: {} },
      ],
    },
    steps: [
      ...steps,
      { id: "f4", after: { ms: 1400 }, do: { kind: "kill-client", client: "p2" } },
      { id: "s4", after: { ms: 1500 }, do: { kind: "send", producer: "p1", topic: "orders", partition: 0 } },
      { id: "s5", after: { ms: 1500 }, do: { kind: "send", producer: "p2", topic: "orders", partition: 0 } },
    ] as typeof steps,
  };
  expect(tallyOf(trialInMemory(schedule, setupWith())).skipReasons).toMatchInlineSnapshot(`
    {
      "producer p… is down": 2,
    }
  `);
});

test("a verdict of each kind is counted as what it is", () => {
  const breach = { message: "", witness: [0] };
  const permission = { setting: "acks=1", why: "" };
  const properties = [
    alwaysHolds,
    ownProperty("idle", () => ({ judged: 0, breaches: [] })),
    ownProperty("broken", () => ({ judged: 1, breaches: [breach] })),
    ownProperty("permitted", () => ({ judged: 1, breaches: [{ ...breach, permission }] })),
  ];
  const { verdicts } = tallyOf(trialInMemory(stopsTwoBrokersAndMore, { ...setupWith(), properties }));
  const none = { holds: 0, violated: 0, unknown: 0, notPromised: 0 };
  expect(verdicts).toEqual({
    "always-holds": { ...none, holds: 1 },
    idle: { ...none, unknown: 1 },
    broken: { ...none, violated: 1 },
    permitted: { ...none, notPromised: 1 },
  });
});
