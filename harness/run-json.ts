import { exercises } from "../model/reference/exercises.ts";
import { runFormat } from "../reports/run-json.ts";
import type { RunJson } from "../reports/run-json.ts";
import type { RunResult } from "./run.ts";

/** The result of a campaign for programs: one JSON object. */
export function runJsonOf({ findings, seconds, seed, tally, uncovered }: RunResult): RunJson {
  const { exercised, faults, sighted, skippedSteps, trials, verdicts } = tally;
  return {
    format: runFormat,
    seed,
    trials,
    seconds: rounded(seconds),
    trialsPerSecond: seconds === 0 ? 0 : rounded(trials / seconds),
    skippedSteps,
    faults,
    verdicts,
    sighted,
    exercised: Object.fromEntries(exercises.map((exercise) => [exercise, exercised[exercise] ?? 0])),
    uncovered,
    findings: findings.map((finding) => ({
      property: finding.property.id,
      class: finding.class,
      seed: finding.seed,
      steps: finding.schedule.steps.length,
      stepsBeforeShrinking: finding.stepsBeforeShrinking,
      file: finding.file,
    })),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
