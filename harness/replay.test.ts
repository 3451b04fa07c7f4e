import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../model/fingerprint.ts";
import type { History } from "../model/history.ts";
import { tellEvent } from "../reports/tell-event.ts";
import type { RunRecord } from "../reports/run-record.ts";
import { playInMemory } from "../sut/sim/play.ts";
import { kafkaRules } from "../sut/sim/rules/rules.ts";
import type { Rules } from "../sut/sim/rules/rules.ts";
import { errorOf } from "../test/support/errors.ts";
import { forgetfulFault, neverSent, setupWith, stopsTwoBrokers, throws, withOwnFault } from "../test/support/fixed-trials.ts";
import type { Loaded } from "./load-replayable.ts";
import { replay } from "./replay.ts";
import { inMemory } from "./system.ts";
import type { System } from "./system.ts";
import { trialInMemory } from "./trial.ts";
import type { TrialSetup } from "./trial.ts";

const loaded: Loaded = { schedule: stopsTwoBrokers, seed: "a:0", record: undefined };

const replayed = (what: Loaded, setup: TrialSetup, times = 1): ReturnType<typeof replay> =>
  replay(what, { setup, system: inMemory(setup.bug), times });

/** What is stored with a record of this schedule. */
function recorded(bug: string | undefined, fingerprint: string, changes: Partial<RunRecord> = {}): Loaded {
  const record: RunRecord = {
    format: "kafka-trial.record/1",
    title: "",
    finding: { property: "brokers-follow-the-model", class: "broker-bug", alsoBroken: [] },
    madeWith: { "kafka-trial": "0.1.0", node: "24.0.0" },
    seed: "a:0",
    sut: "sim",
    bug: bug ?? null,
    replay: { grade: "exact", fingerprint },
    schedule: stopsTwoBrokers,
    scheduleAsFound: stopsTwoBrokers,
    ...changes,
  };
  return { ...loaded, record };
}

const fingerprintWith = (setup: TrialSetup): string => fingerprintOf(trialInMemory(stopsTwoBrokers, setup).played.history);

test("every time gives the same history", async () => {
  const { fingerprints, shown, violations } = await replayed(loaded, setupWith(), 3);
  expect(fingerprints).toHaveLength(3);
  expect(new Set(fingerprints)).toEqual(new Set([fingerprintWith(setupWith())]));
  expect(violations).toBe(0);
  expect(shown.judged.some(({ verdict }) => verdict.kind === "violated")).toBe(false);
});

test("violations are counted, and what is shown is one of them", async () => {
  const { shown, violations } = await replayed(loaded, setupWith("R01"), 3);
  expect(violations).toBe(3);
  expect(shown.judged.some(({ verdict }) => verdict.kind === "violated")).toBe(true);
});

describe("whether the history is the stored one", () => {
  test("it is where record, system and planted bug are the same", async () => {
    const setup = setupWith("R01");
    expect((await replayed(recorded("R01", fingerprintWith(setup)), setup)).isAsStored).toBe(true);
    expect((await replayed(recorded("R01", "0000000000000000"), setup)).isAsStored).toBe(false);
  });

  test("there is nothing to compare without a record, with another planted bug, or with a record of real Kafka", async () => {
    const stored = fingerprintWith(setupWith());
    expect((await replayed(loaded, setupWith())).isAsStored).toBeUndefined();
    expect((await replayed(recorded("R01", stored), setupWith())).isAsStored).toBeUndefined();
    expect((await replayed(recorded(undefined, stored), setupWith("R01"))).isAsStored).toBeUndefined();
    expect((await replayed(recorded(undefined, stored, { sut: "kafka" }), setupWith())).isAsStored).toBeUndefined();
  });
});

test("an own fault that keeps something between trials is named as a cause, with the first event that differs", async () => {
  const setup = { ...setupWith(), settings: { ownFaults: [forgetfulFault()] } };
  const own = { ...loaded, schedule: withOwnFault("forgetful") };
  const { code, message } = await errorOf(() => replayed(own, setup, 2));
  expect(code).toBe("NOT_DETERMINISTIC");
  expect(message).toMatchInlineSnapshot(
    `"the same schedule gave two histories: event 23 was "plays f2 on broker 1", and then "plays f2 on broker 2"; an own fault that keeps something between trials can be the cause"`,
  );
});

test("an own property that throws is told with the trial's seed", async () => {
  const { code, message } = await errorOf(() => replayed(loaded, { ...setupWith(), properties: [neverSent, throws] }));
  expect(code).toBe("TRIAL_CRASHED");
  expect(message).toMatch(/^kafka-trial failed in trial a:0: TypeError: nobody has thought of this\n {4}at /);
});

test("whoever looks on is told of every time", async () => {
  const seen: number[] = [];
  const setup = setupWith();
  await replay(loaded, { setup, system: inMemory(), times: 3, onProgress: (played) => seen.push(played) });
  expect(seen).toEqual([1, 2, 3]);
});

test("it can be called off between two times", async () => {
  const controller = new AbortController();
  const replaying = replay(loaded, { setup: setupWith(), system: inMemory(), times: 1000, signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  const { fingerprints } = await replaying;
  expect(fingerprints.length).toBeGreaterThan(0);
  expect(fingerprints.length).toBeLessThan(1000);
  expect(new Set(fingerprints).size).toBe(1);
}, 10_000);

test("a rule that depends on chance is found, and the first event that differs is named", async () => {
  const histories: History[] = [];
  const rules: Rules = { ...kafkaRules, grantsVote: (question) => Math.random() < 0.5 && kafkaRules.grantsVote(question) };
  const system: System = {
    ...inMemory(),
    play: (schedule) => {
      const played = playInMemory(schedule, { rules });
      histories.push(played.history);
      return played;
    },
  };
  const { code, message } = await errorOf(() => replay(loaded, { setup: setupWith(), system, times: 100 }));
  expect(code).toBe("NOT_DETERMINISTIC");
  const [one, other] = [histories[0]!, histories.at(-1)!];
  const at = Number(/^the same schedule gave two histories: event (\d+) was /.exec(message)?.[1]);
  expect(one.slice(0, at)).toEqual(other.slice(0, at));
  expect(one[at]).not.toEqual(other[at]);
  expect(message).toContain(`event ${at} was "${tellEvent(one[at]!)}", and then "${tellEvent(other[at]!)}"`);
});
