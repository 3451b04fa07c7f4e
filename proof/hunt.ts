/** Campaigns against one planted bug: how long it takes to find it, who sees it, and what is left of the trial that showed it. */

import { runCampaign } from "../harness/campaign/campaign.ts";
import { playTrial } from "../harness/campaign/play-range.ts";
import { brokenIn, isPermitted } from "../harness/campaign/suspect.ts";
import { shrinkFound } from "../harness/findings/finding.ts";
import type { Found } from "../harness/findings/finding.ts";
import { lanesInMemory } from "../harness/run.ts";
import { trialSeed } from "../harness/seed.ts";
import { inMemory } from "../harness/system.ts";
import type { TrialSetup } from "../harness/trial.ts";
import { kafkaTrialVersion } from "../harness/version.ts";
import type { Property } from "../properties/property.ts";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";
import type { Detection, Pass } from "./track-record.ts";

export interface HuntOptions {
  /** Those that judge, unless they need evidence that they are not given. */
  readonly properties: readonly Property[];
  readonly seeds: readonly string[];
  /** Trials that are played at most for each seed. */
  readonly runs: number;
  /** Threads; 0 plays in this one. What is found does not depend on it. */
  readonly workers: number;
  readonly clientEvidenceOnly: boolean;
  /** How many candidates may be played to find a simpler schedule, if not as many as ever. */
  readonly playsMax?: number;
  readonly onProgress: (text: string) => void;
}

/** Something is violated where there is no bug: whatever is found with the bug says nothing. */
export class NotTheBugError extends Error {
  override readonly name = "NotTheBugError";
}

/**
 * Looks for the bug with each of the seeds, and shrinks the first trial that shows it. Throws a `NotTheBugError` where a trial
 * that shows it is violated without it too.
 */
export async function hunt(bug: PlantedBug, options: HuntOptions): Promise<Pass> {
  const setup = setupOf(bug, options);
  const detections: Detection[] = [];
  let steps: Pass["steps"];
  for (const seed of options.seeds) {
    const hunted = await firstViolation(seed, setup, options);
    if (hunted === undefined) {
      detections.push({ seed, trials: null });
      continue;
    }
    assertClean(seed, hunted.number, setup);
    detections.push({ seed, trials: hunted.number + 1, property: hunted.property, ...variantOf(hunted) });
    steps ??= stepsOf(hunted, setup, options);
  }
  return { version: kafkaTrialVersion, runs: options.runs, detections, ...(steps !== undefined && { steps }) };
}

/** Plays a campaign without a bug. Throws a `NotTheBugError` where something is violated: then nothing that is found says anything. */
export async function assertCleanCampaign(seed: string, options: HuntOptions): Promise<void> {
  const found = await firstViolation(seed, setupOf(undefined, options), options);
  if (found !== undefined)
    throw new NotTheBugError(`without a bug trial ${trialSeed(seed, found.number)} violates ${found.property}`);
}

/** With clients' evidence alone only those properties judge that need no more. */
const setupOf = (bug: PlantedBug | undefined, { clientEvidenceOnly, properties }: HuntOptions): TrialSetup => ({
  settings: {},
  properties: clientEvidenceOnly ? properties.filter(({ evidence }) => evidence === "client") : properties,
  bug,
  clientEvidenceOnly,
});

interface Hunted extends Found {
  readonly number: number;
}

async function firstViolation(
  seed: string,
  setup: TrialSetup,
  { onProgress, runs, workers }: HuntOptions,
): Promise<Hunted | undefined> {
  const { suspects } = await runCampaign(lanesInMemory(workers, { seed, setup, stopsAtFirst: true }), {
    end: { runs },
    stopsAtFirst: true,
    onProgress: ({ trials }) => onProgress(`${seed}, ${trials} trials`),
  });
  const suspect = suspects.find((one) => !isPermitted(one));
  if (suspect === undefined) return undefined;
  const number = suspect.trial;
  return { seed: trialSeed(seed, number), number, trial: playTrial(seed, number, setup), property: suspect.property };
}

/** It is the bug that was found, and nothing else. */
function assertClean(seed: string, number: number, setup: TrialSetup): void {
  const { judged } = playTrial(seed, number, { ...setup, bug: undefined });
  const violated = judged.filter(({ verdict }) => verdict.kind === "violated").map(({ property }) => property.id);
  if (violated.length === 0) return;
  throw new NotTheBugError(`trial ${trialSeed(seed, number)} violates ${violated.join(", ")} without ${setup.bug?.id} as well`);
}

function variantOf({ property, trial }: Found): { readonly variant?: string } {
  const variant = brokenIn(trial).find(({ judged }) => judged.property.id === property)?.breach.variant;
  return variant === undefined ? {} : { variant };
}

function stepsOf(found: Found, setup: TrialSetup, { onProgress, playsMax }: HuntOptions): NonNullable<Pass["steps"]> {
  const shrunk = shrinkFound(found, {
    setup,
    system: inMemory(setup.bug),
    playsMax,
    onProgress: ({ plays, steps }) => onProgress(`${found.seed}, shrunk to ${steps} steps in ${plays} plays`),
  });
  const asFound = found.trial.schedule.steps.length;
  return { asFound, shrunk: shrunk?.trial.schedule.steps.length ?? asFound };
}
