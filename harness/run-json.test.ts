import { afterAll, expect, test } from "vitest";
import { neverSent, setupWith } from "../test/support/fixed-trials.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { exercises } from "../model/reference/exercises.ts";
import { runJsonOf } from "./run-json.ts";
import { run } from "./run.ts";
import { inMemory } from "./system.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test("a campaign as JSON has these fields and no others, and its numbers are rounded", async () => {
  const setup = { ...setupWith(), properties: [neverSent] };
  const result = await run({
    seed: "json",
    end: { runs: 3 },
    setup,
    system: inMemory(),
    workers: 0,
    keepsGoing: false,
    output: folder.path,
    decidesEach: false,
  });
  const json = runJsonOf({ ...result, seconds: 0.12345 });
  expect(JSON.parse(JSON.stringify(json))).toEqual({
    format: "kafka-trial.run/1",
    seed: "json",
    trials: 1,
    seconds: 0.12,
    trialsPerSecond: 8.1,
    skippedSteps: result.tally.skippedSteps,
    faults: result.tally.faults,
    verdicts: { "never-sent": { holds: 0, violated: 1, unknown: 0, notPromised: 0 } },
    sighted: result.tally.sighted,
    exercised: Object.fromEntries(exercises.map((exercise) => [exercise, 0])),
    uncovered: [],
    findings: [
      {
        property: "never-sent",
        class: "service-bug",
        seed: "json:0",
        steps: 1,
        stepsBeforeShrinking: result.findings[0]!.stepsBeforeShrinking,
        file: folder.at("findings", "json-0-never-sent", "record.json"),
      },
    ],
  });
  expect(result.findings[0]!.stepsBeforeShrinking).toBeGreaterThan(1);
});

test("a campaign without a trial has no speed", async () => {
  const said = { outcome: "undecided" as const, wasCalledOff: false, uncovered: [] };
  const result = { findings: [], seed: "none", seconds: 0, suspects: [], ...said };
  const tally = {
    trials: 0,
    events: 0,
    sends: 0,
    steps: 0,
    skippedSteps: 0,
    missedAnchors: 0,
    faults: {},
    sighted: {},
    exercised: {},
    verdicts: {},
    skipReasons: {},
  };
  expect(runJsonOf({ ...result, tally }).trialsPerSecond).toBe(0);
});
