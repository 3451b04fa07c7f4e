import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { complaintsIn, kafkaTrial, linesOf, otherNode } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { RunJson } from "../../reports/run-json.ts";

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

/** What is the same each time. */
const essence = (json: RunJson): RunJson => ({ ...json, seconds: 0, trialsPerSecond: 0 });

describe("run --json", () => {
  const args = ["run", "--runs", "20", "--seed", "abc", "--json"];

  test("prints one object and nothing else, exits 0, and gives the same one again", async () => {
    const first = await kafkaTrial(args, { cwd });
    expect(first.exitCode).toBe(0);
    expect(linesOf(first.stdout)).toHaveLength(1);
    const json = JSON.parse(first.stdout) as RunJson;
    expect(Object.keys(json)).toEqual([
      "format",
      "seed",
      "trials",
      "seconds",
      "trialsPerSecond",
      "skippedSteps",
      "faults",
      "verdicts",
      "sighted",
      "exercised",
      "uncovered",
      "findings",
    ]);
    expect(json).toMatchObject({ format: "kafka-trial.run/1", seed: "abc", trials: 20 });
    for (const counts of Object.values(json.verdicts)) {
      expect(Object.keys(counts).toSorted()).toEqual(["holds", "notPromised", "unknown", "violated"]);
    }
    expect(linesOf(first.stderr)[0]).toContain("seed abc");
    expect(linesOf(first.stderr).at(-1)).toBe("seed abc");

    const again = await kafkaTrial([...args, "--workers", "1"], { cwd });
    expect(essence(JSON.parse(again.stdout) as RunJson)).toEqual(essence(json));
  });

  test("says where each finding is, and the files are there", async () => {
    const { exitCode, stdout } = await kafkaTrial(["run", "--runs", "200", "--seed", "find", "--bug", "R01", "--json"], {
      cwd,
    });
    expect(exitCode).toBe(1);
    const { findings } = JSON.parse(stdout) as RunJson;
    const violated = findings.filter((finding) => finding.class !== "your-settings-permit-this");
    expect(violated).toHaveLength(1);
    expect(Object.keys(violated[0]!)).toEqual(["property", "class", "seed", "steps", "stepsBeforeShrinking", "file"]);
    expect(violated[0]!.steps).toBeLessThan(violated[0]!.stepsBeforeShrinking);
    for (const { file } of findings) expect(existsSync(folder.at(file))).toBe(true);
  });
});

describe("run for people", () => {
  test("begins and ends with the seed, and sums up what was exercised and what held", async () => {
    const ended = await kafkaTrial(["run", "--runs", "20", "--seed", "abc"], { cwd });
    const lines = linesOf(ended.stdout);
    expect(ended.exitCode).toBe(0);
    expect(lines[0]).toMatch(/^kafka-trial \d+\.\d+\.\d+ {3}seed abc {3}in-memory cluster {3}\d+ workers?$/);
    expect(lines.at(-1)).toBe("seed abc");
    expect(lines.at(-2)).toBe("HELD: nothing was violated");
    expect(lines[1]).toMatch(/^exercised {2}20 trials in /);
    expect(complaintsIn(ended)).toEqual([]);
  });

  test("makes up a seed where none is given", async () => {
    const { stdout } = await kafkaTrial(["run", "--runs", "1"], { cwd });
    const seed = /seed ([0-9a-f]{8}) /.exec(linesOf(stdout)[0]!)?.[1];
    expect(seed).toBeDefined();
    expect(linesOf(stdout).at(-1)).toBe(`seed ${seed}`);
  });

  test("goes on for a while with --duration", async () => {
    const { exitCode, stdout } = await kafkaTrial(["run", "--duration", "300ms", "--workers", "1", "--seed", "abc"], { cwd });
    expect([0, 2]).toContain(exitCode);
    const seconds = Number(/ trials in ([\d.]+) s/.exec(stdout)?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(0.3);
    expect(seconds).toBeLessThan(30);
  });

  test("is about the properties and faults that are named", async () => {
    const named = ["--property", "producer-order", "--fault", "kill-broker", "--fault", "cut-link"];
    const { exitCode, stdout } = await kafkaTrial(["run", "--runs", "30", "--seed", "abc", "--json", ...named], { cwd });
    expect(exitCode).toBe(0);
    const { faults, verdicts } = JSON.parse(stdout) as RunJson;
    expect(Object.keys(verdicts)).toEqual(["producer-order"]);
    expect(Object.keys(faults).toSorted()).toEqual(["cut-link", "kill-broker"]);
  });
});

// A thousand trials each, which take their time where the machine has other things to do.
describe("--require-coverage", { timeout: 600_000 }, () => {
  const args = ["run", "--runs", "1000", "--seed", "cover", "--property", "no-phantom-record", "--require-coverage", "--json"];

  test("exits 0 where a thousand trials have gone through each situation that is expected of them", async () => {
    const { exitCode, stdout } = await kafkaTrial(args, { cwd });
    const { sighted, uncovered } = JSON.parse(stdout) as RunJson;
    expect([exitCode, uncovered]).toEqual([0, []]);
    expect(sighted["leader-moved"]).toBeGreaterThan(100);
  });

  test("exits 3 and names what was missed", async () => {
    // A coordinator with this planted bug refuses nothing, and the property that judges does not mind.
    const { exitCode, stdout } = await kafkaTrial([...args.slice(0, -1), "--bug", "G14"], { cwd });
    expect(exitCode).toBe(3);
    expect(linesOf(stdout).at(-2)).toBe("UNCOVERED: nothing was violated, but it has not gone through commit-refused");
  });
});

describe("run --scenario", () => {
  const args = ["run", "--scenario", "consumer-dies-before-committing"];

  test("plays it in each of its ways, and tells what came of it, what happened and what is left to the application", async () => {
    const { exitCode, stdout } = await kafkaTrial(args, { cwd });
    expect(exitCode).toBe(0);
    const told = linesOf(stdout).map((line) => line.trim());
    expect(told[0]).toBe("consumer-dies-before-committing   in-memory cluster");
    expect(told.filter((line) => line.startsWith("outcome"))).toEqual([
      "outcome      7 sent, 7 acknowledged; never processed: s4, s5, s6; at most 6 waiting at a time",
      "outcome      7 sent, 7 acknowledged; processed twice: s1, s2, s3; at most 6 waiting at a time",
      "outcome      7 sent, 7 acknowledged; processed twice: s1, s2, s3; output of 7 counts once; 2 discarded; at most 6 waiting at a time",
    ]);
    expect(told).toContain("permitted    at-least-once-processing: commit before processing");
    expect(told.filter((line) => line.startsWith("left to you"))).toHaveLength(3);
    expect(told.some((line) => line.endsWith("c1 is killed") || line.endsWith("is killed"))).toBe(true);
  });

  test("prints one object with --json, and is about a planted bug where one is named", async () => {
    const { exitCode, stdout } = await kafkaTrial([...args, "--json", "--bug", "G14"], { cwd });
    expect([exitCode, linesOf(stdout).length]).toEqual([0, 1]);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "kafka-trial.scenario/1",
      scenario: "consumer-dies-before-committing",
      ways: [
        { id: "at-most-once", outcome: { sent: 7, neverProcessed: ["s4", "s5", "s6"] }, deviations: [] },
        { id: "at-least-once", outcome: { processedTwice: ["s1", "s2", "s3"] } },
        { id: "exactly-once", outcome: { output: { counted: 7, twice: [], discarded: 2 } } },
      ],
    });
    const found = await kafkaTrial(["run", "--scenario", "broker-dies-while-sending", "--bug", "D12"], { cwd });
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toContain("VIOLATED");
  });

  test("is no campaign, and names the nearest scenario where there is none of that name", async () => {
    const campaign = await kafkaTrial([...args, "--runs", "3"], { cwd });
    expect([campaign.exitCode, campaign.stderr]).toEqual([64, expect.stringContaining("--runs")]);
    const unknown = await kafkaTrial(["run", "--scenario", "consumer-dies"], { cwd });
    expect([unknown.exitCode, unknown.stderr]).toEqual([64, expect.stringContaining("kafka-trial list scenarios")]);
  });
});

describe("a planted bug", () => {
  test("is found, told with its ticket, and its finding stored", async () => {
    const { exitCode, stdout } = await kafkaTrial(
      ["run", "--runs", "200", "--seed", "find", "--bug", "r01", "--output", "out"],
      {
        cwd,
      },
    );
    expect(exitCode).toBe(1);
    expect(linesOf(stdout)[0]).toContain("planted bug R01");
    expect(stdout).toContain("because    planted bug R01 (KAFKA-1211");
    expect(linesOf(stdout).at(-2)).toBe("VIOLATED: see above");
    const file = /kafka-trial replay (out\/findings\/\S+\/record\.json) {3}\(exact\)/.exec(stdout)?.[1];
    expect(JSON.parse(readFileSync(folder.at(file!), "utf8"))).toMatchObject({ format: "kafka-trial.record/1", bug: "R01" });
  });
});

test("Ctrl-C ends a run with what has been played so far, and exits 130", async () => {
  const { exitCode, stdout } = await kafkaTrial(["run", "--duration", "40s", "--seed", "abc", "--workers", "1"], {
    cwd,
    // When it has said what it will do, it does it.
    onOutput: (child, sofar) => {
      if (linesOf(sofar).length === 1) setTimeout(() => child.kill("SIGINT"), 1000);
    },
  });
  expect(exitCode).toBe(130);
  expect(stdout).toMatch(/\nexercised {2}[\d,]+ trials in /);
  expect(linesOf(stdout).at(-1)).toBe("seed abc");
});

test("whoever reads the first line and goes, as head does, breaks nothing", async () => {
  const ended = await kafkaTrial(["run", "--runs", "5", "--seed", "abc"], {
    cwd,
    onOutput: (child) => child.stdout.destroy(),
  });
  expect([ended.exitCode, complaintsIn(ended)]).toEqual([0, []]);
});

const older = otherNode();

describe.skipIf(older === undefined)(`with the machine's own Node, ${older?.version}`, () => {
  const surroundings = { cwd, node: older?.path ?? "node" };

  test("a checkout works, and the exit code is passed on", async () => {
    const { exitCode, stdout } = await kafkaTrial(["run", "--runs", "5", "--seed", "abc", "--json"], surroundings);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ seed: "abc", trials: 5 });
    const wrong = await kafkaTrial(["run", "--sed", "abc"], surroundings);
    expect([wrong.exitCode, wrong.stdout, linesOf(wrong.stderr).length]).toEqual([64, "", 1]);
  });

  test("Ctrl-C is passed on as well", async () => {
    const { exitCode, stdout } = await kafkaTrial(["run", "--duration", "40s", "--seed", "abc", "--workers", "1"], {
      ...surroundings,
      onOutput: (child, sofar) => {
        if (linesOf(sofar).length === 1) setTimeout(() => child.kill("SIGINT"), 500);
      },
    });
    expect(exitCode).toBe(130);
    expect(linesOf(stdout).at(-1)).toBe("seed abc");
  });
});
