import { runFormat } from "../reports/run-json.ts";
import type { RunJson } from "../reports/run-json.ts";
import type { RunResult } from "./run.ts";

/** The result of a campaign for programs: one JSON object. */
export function runJsonOf({ findings, seconds, seed, tally, uncovered }: RunResult): RunJson {
  const { faults, sighted, skippedSteps, trials, verdicts } = tally;
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
