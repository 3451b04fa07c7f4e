import { basename } from "node:path";
import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../reports/run-record.ts";
import { forgetfulFault, stopsTwoBrokers, withOwnFault } from "../test/support/fixed-trials.ts";
import { refusalOf } from "../test/support/errors.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { generateSchedule } from "./generate/generate-schedule.ts";
import { loadArgument, loadFile } from "./load-replayable.ts";
import { rootOf } from "./seed.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let written = 0;

/** A file that holds this text, or this value as JSON. */
function fileWith(content: unknown): string {
  const path = folder.at(`file-${++written}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** Why a file is refused, without its path. */
async function refusal(content: unknown): Promise<string> {
  const path = fileWith(content);
  return (await refusalOf(() => loadFile(path))).replace(path, "FILE");
}

const record: RunRecord = {
  format: "kafka-trial.record/1",
  title: "Something was lost.",
  finding: { property: "no-lost-acked-record", class: "broker-bug", alsoBroken: [] },
  madeWith: { "kafka-trial": "0.1.0", node: "24.0.0" },
  seed: "5f3a09c2:131",
  sut: "sim",
  bug: null,
  replay: { grade: "exact", fingerprint: "0123456789abcdef" },
  schedule: stopsTwoBrokers,
  scheduleAsFound: stopsTwoBrokers,
};

describe("what can be read", () => {
  test("a schedule is named by its file", () => {
    const path = fileWith(stopsTwoBrokers);
    expect(loadFile(path)).toEqual({ schedule: stopsTwoBrokers, record: undefined, seed: basename(path, ".json") });
  });

  test("a run record is named by its seed", () => {
    expect(loadFile(fileWith(record))).toEqual({ schedule: stopsTwoBrokers, record, seed: "5f3a09c2:131" });
  });

  test("an own fault can be played by whoever brings it along", async () => {
    const path = fileWith(withOwnFault("forgetful"));
    expect(loadFile(path, { ownFaults: [forgetfulFault()] }).schedule.steps).toHaveLength(3);
    expect((await refusalOf(() => loadFile(path))).replace(path, "FILE")).toMatchInlineSnapshot(
      `"INPUT: FILE: step f2: the fault "forgetful" is not one of kafka-trial's own, and nobody has brought it along"`,
    );
  });

  test("an argument is a file where there is one, and otherwise the seed of a trial", () => {
    expect(loadArgument(fileWith(record)).record).toEqual(record);
    const schedule = generateSchedule(rootOf("5f3a09c2:131"), {});
    expect(loadArgument("5f3a09c2:131")).toEqual({ schedule, seed: "5f3a09c2:131", record: undefined });
  });

  test("the seed of a campaign stands for its first trial", () => {
    expect(loadArgument("5f3a09c2").seed).toBe("5f3a09c2:0");
  });
});

describe("what is refused, and how it is told", () => {
  test("a file that is not there", async () => {
    const path = folder.at("nowhere.json");
    expect(await refusalOf(() => loadArgument(path))).toBe(`INPUT: ${path}: there is no such file`);
    expect(await refusalOf(() => loadFile(path))).toContain(`INPUT: ${path}: ENOENT`);
    expect(await refusalOf(() => loadArgument("nowhere.json"))).toBe("INPUT: nowhere.json: there is no such file");
  });

  test("a folder", async () => {
    expect(await refusalOf(() => loadFile(folder.path))).toContain("EISDIR");
  });

  test("a text that is neither a file nor a seed", async () => {
    expect(await refusalOf(() => loadArgument("not a seed"))).toMatchInlineSnapshot(
      `"USAGE: not a seed is neither a file nor a seed; a seed is letters, digits, dots, dashes and underscores, at most 64, and for one trial a colon and its number: 5f3a09c2 or 5f3a09c2:131"`,
    );
  });

  test("something that is not JSON, with line and column", async () => {
    expect(await refusal(`{\n  "format": "kafka-trial.schedule/1",\n  "options": oops\n}\n`)).toMatchInlineSnapshot(
      `"INPUT: FILE: line 3, column 14: this is not JSON: Unexpected token 'o'"`,
    );
    expect(await refusal(`{ "format": 1`)).toMatchInlineSnapshot(
      `"INPUT: FILE: line 1, column 14: this is not JSON: Expected ',' or '}' after property value"`,
    );
    expect(await refusal("")).toMatchInlineSnapshot(
      `"INPUT: FILE: line 1, column 1: this is not JSON: Unexpected end of JSON input"`,
    );
  });

  test("JSON that holds no object", async () => {
    expect(await refusal("[]")).toMatchInlineSnapshot(`"INPUT: FILE: it holds no object, and so no schedule"`);
    expect(await refusal("null")).toContain("it holds no object");
  });

  test("another format, and none", async () => {
    expect(await refusal({ format: "jepsen/1" })).toMatchInlineSnapshot(
      `"INPUT: FILE: its "format" is "jepsen/1"; it should be "kafka-trial.schedule/1" or "kafka-trial.record/1""`,
    );
    expect(await refusal({})).toMatchInlineSnapshot(
      `"INPUT: FILE: its "format" is missing; it should be "kafka-trial.schedule/1" or "kafka-trial.record/1""`,
    );
  });

  test.each(["schedule", "record"])("a %s of a newer format", async (what) => {
    const format = `kafka-trial.${what}/2`;
    expect(await refusal({ format })).toBe(
      `INPUT: FILE: its format is ${format}, which a newer kafka-trial has written; this one reads formats up to /1`,
    );
  });

  test("an unknown field, with its path", async () => {
    const { options, steps } = stopsTwoBrokers;
    expect(await refusal({ ...stopsTwoBrokers, options: { ...options, broker: 3 } })).toMatchInlineSnapshot(
      `"INPUT: FILE: options.broker: there is no such field"`,
    );
    const [first, ...rest] = steps;
    expect(await refusal({ ...stopsTwoBrokers, steps: [{ ...first, when: 3 }, ...rest] })).toMatchInlineSnapshot(
      `"INPUT: FILE: steps.0.when: there is no such field"`,
    );
    const misspelt = { ...stopsTwoBrokers, steps: [{ id: "x" }] };
    expect(await refusal({ ...record, schedule: misspelt })).toMatchInlineSnapshot(
      `"INPUT: FILE: schedule, steps.0.after: it is missing"`,
    );
  });

  test.each([
    ["broker 4", "broker 4"],
    ["leaderOf(orders-7)", "orders-7"],
    ["leaderOf(payments-0)", "payments-0"],
    ["coordinatorOf(audit)", "audit"],
    ["the big one", "the big one"],
  ])("a step that is aimed at %s, which cannot be there", async (target, named) => {
    const aimed = { id: "f9", after: { ms: 0 }, do: { kind: "kill-broker", target } };
    const text = await refusal({ ...stopsTwoBrokers, steps: [aimed] });
    expect(text).toMatch(/^INPUT: FILE: step f9: /);
    expect(text).toContain(named);
  });

  test.each(["title", "finding", "bug", "replay", "seed", "sut"] as const)("a record without its %s", async (field) => {
    const { [field]: _, ...rest } = record;
    expect(await refusal(rest)).toMatch(/^INPUT: FILE: a run record has/);
  });
});
