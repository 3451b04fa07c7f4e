import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeReadable } from "../../reports/run-record.ts";
import type { RunRecord } from "../../reports/run-record.ts";
import { investigate } from "../../harness/findings/finding.ts";
import { inMemory } from "../../harness/system.ts";
import { trialInMemory } from "../../harness/trial.ts";
import { complaintsIn, kafkaTrial, linesOf } from "../support/command-line.ts";
import { setupWith, stopsTwoBrokers, stopsTwoBrokersAndMore } from "../support/fixed-trials.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

const property = "no-lost-acked-record";
/** The record of a violation, as it was found. */
let file: string;
let record: RunRecord;

beforeAll(() => {
  const setup = setupWith("R01");
  const trial = trialInMemory(stopsTwoBrokersAndMore, setup);
  const options = { setup, system: inMemory(setup.bug), output: cwd, shrinks: false };
  file = investigate({ seed: "abc:7", trial, property }, options).file;
  record = JSON.parse(readFileSync(file, "utf8")) as RunRecord;
  writeFileSync(folder.at("schedule.json"), encodeReadable(stopsTwoBrokers));
});

describe("replay of a record", () => {
  test("shows the same violation, event by event, and exits 1", async () => {
    const ended = await kafkaTrial(["replay", file], { cwd });
    const { exitCode, stdout } = ended;
    expect([exitCode, complaintsIn(ended)]).toEqual([1, []]);
    const lines = linesOf(stdout);
    expect(lines[0]).toBe("replay abc:7   exact   planted bug R01");
    expect(lines[1]).toBe(`  fingerprint ${record.replay.fingerprint}`);
    expect(lines[2]).toBe("  the history is the stored one, event by event");
    expect(lines[4]).toBe(`VIOLATED  ${property}   broker bug`);
    expect(stdout).toContain(`  replay     kafka-trial replay ${file}   (exact)`);
  });

  test("holds without its planted bug, and exits 0", async () => {
    const { exitCode, stdout } = await kafkaTrial(["replay", file, "--bug", "none"], { cwd });
    expect(exitCode).toBe(0);
    expect(linesOf(stdout)[0]).toBe("replay abc:7   exact");
    expect(stdout).toContain("HELD: ");
  });

  test("gives one fingerprint however often it is played", async () => {
    const { exitCode, stdout } = await kafkaTrial(["replay", file, "--times", "3", "--json"], { cwd });
    expect(exitCode).toBe(1);
    expect(linesOf(stdout)).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "kafka-trial.replay/1",
      seed: "abc:7",
      grade: "exact",
      times: 3,
      violations: 3,
      fingerprints: [record.replay.fingerprint],
      isAsStored: true,
      verdicts: { [property]: { kind: "violated" } },
    });
  });

  test("says so where the history is not the stored one", async () => {
    const other = { ...record, replay: { ...record.replay, fingerprint: "0000000000000000" } };
    writeFileSync(folder.at("other.json"), encodeReadable(other));
    const { exitCode, stdout } = await kafkaTrial(["replay", "other.json"], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("the history is not the stored one");
  });

  test("prints nothing of a file that could steer the terminal", async () => {
    writeFileSync(folder.at("evil.json"), JSON.stringify({ ...record, seed: "abc\u001b[2J" }));
    const { stdout } = await kafkaTrial(["replay", "evil.json"], { cwd });
    expect(stdout).not.toContain("\u001b");
    expect(linesOf(stdout)[0]).toContain(String.raw`replay abc\u001b[2J`);
  });
});

describe("replay of something else", () => {
  test("a schedule by itself is played by Kafka's own rules, unless a bug is named", async () => {
    const { exitCode, stdout } = await kafkaTrial(["replay", "schedule.json"], { cwd });
    expect([exitCode, linesOf(stdout)[0]]).toEqual([0, "replay schedule   exact"]);
    const bugged = await kafkaTrial(["replay", "schedule.json", "--bug", "R01"], { cwd });
    expect(bugged.exitCode).toBe(1);
    expect(bugged.stdout).toContain("kafka-trial replay schedule.json --bug R01   (exact)");
  });

  test("a seed is the trial of its campaign", async () => {
    const { exitCode, stdout } = await kafkaTrial(["replay", "abc:3", "--json"], { cwd });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ seed: "abc:3", times: 1, violations: 0 });
  });

  test("Ctrl-C ends a long one, and exits 130", async () => {
    const started = Date.now();
    const ended = await kafkaTrial(["replay", "schedule.json", "--times", "1000000", "--json"], {
      cwd,
      onStart: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
    });
    expect([ended.exitCode, complaintsIn(ended)]).toEqual([130, []]);
    expect(Date.now() - started).toBeLessThan(30_000);
  });
});

describe("shrink", () => {
  test("finds a simpler schedule that fails in the same way, stores it, and exits 1", async () => {
    const { exitCode, stdout } = await kafkaTrial(["shrink", file, "--output", "shrunk"], { cwd });
    expect(exitCode).toBe(1);
    expect(linesOf(stdout)[0]).toBe(`VIOLATED  ${property}   broker bug`);
    expect(stdout).toContain(`3 steps, 2 faults (shrunk from ${stopsTwoBrokersAndMore.steps.length} steps)`);
    const shrunk = /kafka-trial replay (shrunk\/\S+)/.exec(stdout)?.[1];
    const again = await kafkaTrial(["replay", shrunk!], { cwd });
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toContain("the history is the stored one, event by event");
  });

  test("has nothing to do where everything holds", async () => {
    const { exitCode, stdout } = await kafkaTrial(["shrink", "schedule.json"], { cwd });
    expect([exitCode, stdout]).toEqual([0, "there is nothing to shrink: every property holds\n"]);
  });
});
