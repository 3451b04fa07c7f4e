import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { check, property } from "fast-check";
import { encodeReadable } from "../reports/run-record.ts";
import { errorOf, refusalOf } from "../test/support/errors.ts";
import {
  alwaysHolds,
  forgetfulFault,
  neverSent,
  ownProperty,
  stopsTwoBrokers,
  stopsTwoBrokersAndMore,
  throws,
  withOwnFault,
} from "../test/support/fixed-trials.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { assertTrial, assertTrials, checkTrials } from "./assert-trials.ts";
import type { TrialsOptions } from "./assert-trials.ts";
import { schedules } from "./generate/schedules.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

mkdirSync(folder.at("no-regressions"));
const topics = [{ name: "orders", partitions: 1, replicationFactor: 3, config: {} }];
const small: TrialsOptions = {
  cluster: { brokers: 3, topics },
  clients: { producers: [{ id: "p1", config: {} }], groups: [] },
  runs: 3,
  seed: "assert",
  output: folder.at("out"),
  // Not those of this checkout.
  regressions: folder.at("no-regressions"),
};

/** A folder with these schedules in it, by name. */
function regressionsOf(name: string, schedules: Readonly<Record<string, unknown>>): string {
  const path = folder.at(name);
  mkdirSync(path);
  for (const [file, schedule] of Object.entries(schedules)) {
    writeFileSync(folder.at(name, file), encodeReadable(schedule as typeof stopsTwoBrokers));
  }
  return path;
}

describe("a campaign in a test", () => {
  test("resolves where everything holds, with what it has exercised", async () => {
    const { findings, outcome, regressions, seed, tally } = await assertTrials(small);
    expect({ findings, outcome, regressions, seed }).toEqual({
      findings: [],
      outcome: "held",
      regressions: { played: 0, violated: [] },
      seed: "assert",
    });
    expect(tally.trials).toBe(3);
  });

  test("rejects where a property is violated, with seed, path, story and the line that plays it again", async () => {
    const { code, message } = await errorOf(() =>
      assertTrials({ ...small, bug: "R01", properties: ["brokers-follow-the-model"], runs: 100 }),
    );
    expect(code).toBe("PROPERTY_VIOLATED");
    const [first, second, ...rest] = message.split("\n");
    expect(first).toMatch(/^seed assert, stored in .*\/assert-\d+-brokers-follow-the-model\/record\.json$/);
    expect(second).toBe("VIOLATED  brokers-follow-the-model   broker bug");
    const file = first!.replace("seed assert, stored in ", "");
    expect(rest.slice(0, 8).some((line) => line.includes(`kafka-trial replay ${file} `))).toBe(true);
    expect(message).toContain("planted bug R01");
  });

  test("rejects as undecided where a property that was named has nothing to judge", async () => {
    const idle = ownProperty("idle", () => ({ judged: 0, breaches: [] }));
    const refusal = await refusalOf(() => assertTrials({ ...small, properties: [alwaysHolds, idle] }));
    expect(refusal).toMatchInlineSnapshot(
      `"UNDECIDED: seed assert: idle had nothing to judge in 3 trials; play more of them, or let clients do more"`,
    );
  });

  test("returns what came of it instead, where nobody asserts anything", async () => {
    const { findings, outcome } = await checkTrials({ ...small, properties: [neverSent] });
    expect(outcome).toBe("violated");
    expect(findings.map(({ property }) => property.id)).toEqual(["never-sent"]);
  });

  test("is the same campaign for the same seed, and another one without", async () => {
    const { tally } = await checkTrials(small);
    expect((await checkTrials(small)).tally).toEqual(tally);
    const { seed: _, ...unseeded } = small;
    const [one, other] = [await checkTrials(unseeded), await checkTrials(unseeded)];
    expect(one.seed).not.toBe(other.seed);
  });
});

describe("KAFKA_TRIAL_SEED", () => {
  const { seed: _, ...unseeded } = small;
  let before: string | undefined;
  beforeEach(() => {
    before = process.env["KAFKA_TRIAL_SEED"];
  });
  afterEach(() => {
    if (before === undefined) delete process.env["KAFKA_TRIAL_SEED"];
    else process.env["KAFKA_TRIAL_SEED"] = before;
  });

  test("is the seed where the test names none", async () => {
    process.env["KAFKA_TRIAL_SEED"] = "from-outside";
    expect((await checkTrials({ ...unseeded, runs: 1 })).seed).toBe("from-outside");
    expect((await checkTrials({ ...small, runs: 1 })).seed).toBe("assert");
  });

  test("is refused where it is none", async () => {
    process.env["KAFKA_TRIAL_SEED"] = "5f3a09c2:131";
    expect(await refusalOf(() => checkTrials(unseeded))).toMatchInlineSnapshot(
      `"USAGE: "5f3a09c2:131" is no seed of a campaign: a seed is letters, digits, dots, dashes and underscores, at most 64, and for one trial a colon and its number: 5f3a09c2 or 5f3a09c2:131"`,
    );
  });
});

describe("stored schedules", () => {
  test("are played before anything else, in order of their names", async () => {
    const regressions = regressionsOf("good", { "b.json": stopsTwoBrokers, "a.json": stopsTwoBrokersAndMore, "note.txt": {} });
    const result = await assertTrials({ ...small, regressions });
    expect(result.regressions).toEqual({ played: 2, violated: [] });
    expect(result.tally.trials).toBe(3);
  });

  test("that fail are named, and nothing else is played", async () => {
    const regressions = regressionsOf("bad", { "holds.json": { ...stopsTwoBrokers, steps: [] }, "lost.json": stopsTwoBrokers });
    const options = { ...small, regressions, bug: "R01", properties: ["no-lost-acked-record"] } as const;
    const { code, message } = await errorOf(() => assertTrials(options));
    expect(code).toBe("PROPERTY_VIOLATED");
    const [first, second] = message.split("\n");
    expect(first).toContain(`regression ${folder.at("bad", "lost.json")}, stored in ${folder.at("out")}`);
    expect(second).toContain("VIOLATED  no-lost-acked-record");
    const result = await checkTrials(options);
    expect(result.outcome).toBe("violated");
    expect(result.tally.trials).toBe(0);
    expect(result.regressions.violated.map(({ regression }) => regression)).toEqual([folder.at("bad", "lost.json")]);
  });

  test("can have own faults in them", async () => {
    const regressions = regressionsOf("own", { "own.json": withOwnFault("forgetful") });
    const result = await assertTrials({ ...small, regressions, faults: [forgetfulFault()] });
    expect(result.regressions.played).toBe(1);
    expect(await refusalOf(() => assertTrials({ ...small, regressions }))).toContain("nobody has brought it along");
  });

  test("are named where something own throws in one of them", async () => {
    const regressions = regressionsOf("crash", { "crash.json": stopsTwoBrokers });
    const file = folder.at("crash", "crash.json");
    expect(await refusalOf(() => assertTrials({ ...small, regressions, properties: [throws] }))).toContain(
      `TRIAL_CRASHED: kafka-trial failed in trial ${file}: TypeError: nobody has thought of this`,
    );
  });

  test("are refused where one cannot be read, or where the folder that was named is not there", async () => {
    const regressions = regressionsOf("newer", { "newer.json": { format: "kafka-trial.schedule/2" } });
    expect(await refusalOf(() => assertTrials({ ...small, regressions }))).toContain("which a newer kafka-trial has written");
    expect(await refusalOf(() => assertTrials({ ...small, regressions: folder.at("nowhere") }))).toMatch(
      /^INPUT: .*nowhere: there are no regressions to be read: Error: ENOENT/,
    );
  });
});

describe("what is refused before anything is played", () => {
  const refused = (changes: TrialsOptions): Promise<string> => refusalOf(() => assertTrials({ ...small, ...changes }));

  test("names that nobody has", async () => {
    expect(await refused({ properties: ["no-lost-record"] })).toMatch(/^USAGE: .*did you mean "no-lost-acked-record"\?/);
    expect(await refused({ bug: "R99" })).toMatch(/^USAGE: there is no bug "R99"/);
    expect(await refused({ faults: ["kill-brokers" as "kill-broker"] })).toMatch(/^USAGE: .*did you mean "kill-broker"\?/);
    expect(await refused({ seed: "no seed" })).toMatch(/^USAGE: "no seed" is no seed of a campaign/);
  });

  test("a cluster that cannot be", async () => {
    const [topic] = topics;
    const group = { id: "billing", topics: ["orders"], members: ["c1"], commit: "auto", handlerMs: 0, config: {} } as const;
    expect([
      await refused({ cluster: { brokers: 0 } }),
      await refused({ cluster: { brokers: 2.5 } }),
      await refused({ cluster: { brokers: 2, topics } }),
      await refused({ cluster: { topics: [] } }),
      await refused({ cluster: { topics: [{ ...topic!, partitions: 0 }] } }),
      await refused({ cluster: { brokers: 3, config: { "min.insync.replica": 2 } as object } }),
      await refused({ clients: { producers: [{ id: "p1", config: { acks: "2" as "1" } }] } }),
      await refused({ clients: { groups: [{ ...group, members: [] }] } }),
      await refused({ clients: { groups: [{ ...group, topics: ["payments"] }] } }),
      await refused({ clients: { producers: [{ id: "c1", config: {} }], groups: [group] } }),
    ]).toMatchInlineSnapshot(`
      [
        "USAGE: there can be no such trial: options.brokers: Invalid value: Expected >=1 but received 0",
        "USAGE: there can be no such trial: options.brokers: Invalid integer: Received 2.5",
        "USAGE: there can be no such trial: topic orders cannot have 3 replicas on 2 brokers",
        "USAGE: there can be no such trial: it needs a topic",
        "USAGE: there can be no such trial: options.topics.0.partitions: Invalid value: Expected >=1 but received 0",
        "USAGE: there can be no such trial: options.brokerConfig.min.insync.replica: there is no such field",
        "USAGE: there can be no such trial: options.producers.0.config.acks: Invalid type: Expected ("0" | "1" | "all") but received "2"",
        "USAGE: there can be no such trial: options.groups.0.members: Invalid length: Expected >=1 but received 0",
        "USAGE: there can be no such trial: group billing subscribes to payments, which is no topic of the trial",
        "USAGE: there can be no such trial: two clients are called c1",
      ]
    `);
  });

  test("an own fault or workload that throws is told with the trial", async () => {
    const fault = {
      ...forgetfulFault(),
      generate: () => {
        throw new TypeError("nobody has thought of this");
      },
    };
    const refusal = await refused({ faults: [fault], runs: 50 });
    expect(refusal).toMatch(/^TRIAL_CRASHED: kafka-trial failed in trial assert:\d+: TypeError: nobody has thought of this/);
    expect(await refused({ properties: [throws] })).toContain("failed in trial assert:0: TypeError: nobody has thought");
  });
});

describe("one schedule in a test", () => {
  test("nothing happens where everything holds", () => {
    expect(() => assertTrial(stopsTwoBrokers, { output: folder.path })).not.toThrow();
  });

  test("the story is thrown where a property is violated", async () => {
    const options = { bug: "R01", properties: ["no-lost-acked-record"], output: folder.at("one") };
    const { code, message } = await errorOf(() => assertTrial(stopsTwoBrokers, options));
    expect(code).toBe("PROPERTY_VIOLATED");
    expect(message).toMatch(/^no-lost-acked-record is violated, stored in .*record\.json\nVIOLATED {2}no-lost-acked-record/);
  });

  test("fast-check shrinks it", () => {
    const options = { properties: [neverSent], output: folder.at("fast-check") };
    const { counterexample, failed } = check(
      property(schedules({ brokers: 3 }), (schedule) => assertTrial(schedule, options)),
      { numRuns: 5, seed: 1 },
    );
    expect(failed).toBe(true);
    expect(counterexample?.[0].steps).toHaveLength(1);
  });
});
