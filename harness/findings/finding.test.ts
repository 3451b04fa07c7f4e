import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fingerprintOf } from "../../model/fingerprint.ts";
import { replayableOf } from "../../reports/run-record.ts";
import type { RunRecord } from "../../reports/run-record.ts";
import { errorOf } from "../../test/support/errors.ts";
import { neverSent, ownProperty, setupWith, stopsTwoBrokers, stopsTwoBrokersAndMore } from "../../test/support/fixed-trials.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { loadFile } from "../load-replayable.ts";
import { inMemory } from "../system.ts";
import type { System } from "../system.ts";
import { trialInMemory } from "../trial.ts";
import { investigate, replayCommand } from "./finding.ts";
import type { Finding, FindingOptions } from "./finding.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const setup = setupWith("R01");
const property = "no-lost-acked-record";
const trial = trialInMemory(stopsTwoBrokersAndMore, setup);
const options: FindingOptions = { setup, system: inMemory(setup.bug), output: folder.path, shrinks: true };

/** As the in-memory cluster, but it says that it is real Kafka. */
const kafka: System = { ...inMemory(setup.bug), id: "kafka", name: "Kafka", replayGrade: "schedule-exact" };

const recordIn = (file: string): RunRecord => JSON.parse(readFileSync(file, "utf8")) as RunRecord;

describe("a finding that was shrunk", () => {
  let finding: Finding;
  /** What was on disk when the first candidate had been played. */
  let atFirst: { readonly names: readonly string[]; readonly record: RunRecord; readonly historyLines: number } | undefined;

  beforeAll(() => {
    const path = folder.at("findings", `a-0-${property}`);
    finding = investigate(
      { seed: "a:0", trial, property },
      {
        ...options,
        onProgress: () => {
          if (atFirst !== undefined) return;
          const history = readFileSync(join(path, "history.as-found.jsonl"), "utf8");
          atFirst = {
            names: readdirSync(path).toSorted(),
            record: recordIn(join(path, "record.json")),
            historyLines: history.trimEnd().split("\n").length,
          };
        },
      },
    );
  });

  test("was on disk before anything was shrunk: history and schedule", () => {
    expect(atFirst?.names).toEqual(["history.as-found.jsonl", "record.json"]);
    expect(atFirst?.record.schedule).toEqual(stopsTwoBrokersAndMore);
    expect(atFirst?.record.replay.fingerprint).toBe(fingerprintOf(trial.played.history));
    expect(atFirst?.historyLines).toBe(trial.played.history.length + 1);
  });

  test("is simpler than it was, and remembers how it was found", () => {
    expect(finding.schedule.steps.length).toBeLessThanOrEqual(stopsTwoBrokers.steps.length);
    expect(finding.stepsBeforeShrinking).toBe(stopsTwoBrokersAndMore.steps.length);
    expect(recordIn(finding.file).scheduleAsFound).toEqual(stopsTwoBrokersAndMore);
    expect(readdirSync(dirname(finding.file)).toSorted()).toEqual([
      "history.as-found.jsonl",
      "history.shrunk.jsonl",
      "record.json",
    ]);
  });

  test("breaks the same property when its file is played, with the fingerprint that is stored", () => {
    const { record, schedule } = loadFile(finding.file);
    const again = trialInMemory(schedule, setup);
    expect(again.judged.find((one) => one.property.id === property)?.verdict.kind).toBe("violated");
    expect(fingerprintOf(again.played.history)).toBe(record!.replay.fingerprint);
  });

  test("holds where the bug is not planted", () => {
    const { judged } = trialInMemory(loadFile(finding.file).schedule, setupWith());
    expect(judged.filter(({ verdict }) => verdict.kind === "violated")).toEqual([]);
  });

  test("is a readable file that says everything of the finding", () => {
    const text = readFileSync(finding.file, "utf8");
    const replayable = replayableOf(JSON.parse(text));
    expect(replayable.kind).toBe("record");
    const record = recordIn(finding.file);
    expect(record).toMatchObject({
      title: finding.breach.message,
      finding: { property, class: "broker-bug" },
      seed: "a:0",
      sut: "sim",
      bug: "R01",
      replay: { grade: "exact" },
      schedule: finding.schedule,
    });
    for (const step of record.schedule.steps) {
      expect(text.split("\n").filter((line) => line.includes(`"id": "${step.id}"`)).length).toBeGreaterThan(0);
    }
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(250);
  });

  test("has a story that names the trial, the bug and the line that plays it again", () => {
    expect(finding.story).toContain("trial      a:0");
    expect(finding.story).toContain("planted bug R01");
    expect(finding.story).toContain(`kafka-trial replay ${finding.file}   (exact)`);
  });
});

test("a finding is left as it is where nobody asks for shrinking", () => {
  const finding = investigate({ seed: "b:0", trial, property }, { ...options, shrinks: false });
  expect(finding.schedule).toBe(stopsTwoBrokersAndMore);
  expect(readdirSync(dirname(finding.file)).toSorted()).toEqual(["history.as-found.jsonl", "record.json"]);
});

test("on real Kafka it is shrunk where the in-memory cluster fails in the same way, which is then what shows it", () => {
  const { file, schedule } = investigate({ seed: "c:0", trial, property }, { ...options, system: kafka });
  expect(schedule.steps.length).toBeLessThan(stopsTwoBrokersAndMore.steps.length);
  expect(recordIn(file)).toMatchObject({ sut: "sim", replay: { grade: "exact" } });
});

test("on real Kafka it is left as it is where the in-memory cluster holds", () => {
  const { file, schedule, story } = investigate(
    { seed: "d:0", trial, property },
    { ...options, setup: setupWith(), system: kafka },
  );
  expect(schedule).toBe(stopsTwoBrokersAndMore);
  expect(recordIn(file)).toMatchObject({ sut: "kafka", bug: null, replay: { grade: "schedule-exact" } });
  expect(story).toContain(`kafka-trial replay ${file} --sut kafka   (schedule-exact)`);
});

test("what else was broken in the same trial is named", () => {
  const both = { ...setup, properties: [neverSent, ...setup.properties] };
  const broken = trialInMemory(stopsTwoBrokers, both);
  const { file } = investigate({ seed: "e:0", trial: broken, property }, { ...options, setup: both, shrinks: false });
  expect(recordIn(file).finding.alsoBroken).toContain("never-sent");
  expect(recordIn(file).finding.alsoBroken).not.toContain(property);
});

test("names of seeds and own properties lead to no other folder", () => {
  const odd = ownProperty("../../every order is billed/once", (facts) => neverSent.check(facts));
  const broken = trialInMemory(stopsTwoBrokers, { ...setup, properties: [odd] });
  const found = { seed: "regressions/lost.json", trial: broken, property: odd.id };
  const { file } = investigate(found, { ...options, shrinks: false });
  expect(dirname(dirname(file))).toBe(folder.at("findings"));
  expect(existsSync(file)).toBe(true);
});

test("it is a mistake of something own where the trial does not show what it has shown", async () => {
  const { code } = await errorOf(() => investigate({ seed: "f:0", trial, property: "producer-order" }, options));
  expect(code).toBe("NOT_DETERMINISTIC");
});

test("a command line can be pasted whatever the file is called", () => {
  expect(replayCommand(".kafka-trial/findings/a-0/record.json", inMemory())).toBe(
    "kafka-trial replay .kafka-trial/findings/a-0/record.json",
  );
  expect(replayCommand("/home/Jo's files/record.json", inMemory())).toBe(
    String.raw`kafka-trial replay '/home/Jo'\''s files/record.json'`,
  );
  expect(replayCommand("$HOME/record.json", kafka)).toBe("kafka-trial replay '$HOME/record.json' --sut kafka");
});
