/** A whole campaign, from its seed to the findings: what `kafka-trial run` and `assertTrials` have in common. */

import { investigate } from "./findings/finding.ts";
import type { Finding } from "./findings/finding.ts";
import { runCampaign } from "./campaign/campaign.ts";
import type { CampaignEnd, CampaignResult, Progress } from "./campaign/campaign.ts";
import { laneInThread, laneOnSystem } from "./campaign/lane.ts";
import type { Lane, LaneOptions } from "./campaign/lane.ts";
import { playTrial } from "./campaign/play-range.ts";
import { isPermitted } from "./campaign/suspect.ts";
import { laneInWorker } from "./campaign/worker-lane.ts";
import { sightings } from "../properties/coverage/sightings.ts";
import { prepareOutput } from "./findings/output-folder.ts";
import type { ShrinkProgress } from "./shrink/shrink-schedule.ts";
import { trialSeed } from "./seed.ts";
import type { System } from "./system.ts";
import type { TrialSetup } from "./trial.ts";

export interface RunOptions {
  readonly seed: string;
  readonly end: CampaignEnd;
  readonly setup: TrialSetup;
  readonly system: System;
  /** Worker threads for trials in memory; 0 plays in this thread. */
  readonly workers: number;
  /** Goes on after a violation, and finds more than one. */
  readonly keepsGoing: boolean;
  /** Folder for findings. */
  readonly output: string;
  /** Whether each property has to have something to judge for the campaign to have held; otherwise one of them is enough. */
  readonly decidesEach: boolean;
  /** Whether it has to have gone through each situation that is expected of a thousand trials. */
  readonly requiresCoverage?: boolean | undefined;
  readonly playsMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called when the last trial has been played, before anything is shrunk. */
  readonly onPlayed?: (() => void) | undefined;
  readonly onShrink?: ((progress: ShrinkProgress) => void) | undefined;
}

/** What a campaign says in one word. */
export type Outcome = "held" | "violated" | "uncovered" | "undecided";

export interface RunResult extends CampaignResult {
  readonly seed: string;
  readonly outcome: Outcome;
  /** Situations that it was required to go through and has not. */
  readonly uncovered: readonly string[];
  /** Violations first, each in order of trials; what the settings permit after them. */
  readonly findings: readonly Finding[];
}

/**
 * Plays a campaign and looks into what it has found. Throws a `KafkaTrialError` where nothing can be written to the output
 * folder, before any trial is played.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { end, keepsGoing, onProgress, output, seed, setup, signal } = options;
  prepareOutput(output);
  const campaign = await runCampaign(lanesOf(options), { end, stopsAtFirst: !keepsGoing, signal, onProgress });
  options.onPlayed?.();
  const inOrder = campaign.suspects.toSorted((left, right) => Number(isPermitted(left)) - Number(isPermitted(right)));
  const findings = inOrder.map((suspect) => {
    const trial = suspect.found ?? playTrial(seed, suspect.trial, setup);
    const found = { seed: trialSeed(seed, suspect.trial), trial, property: suspect.property };
    // What the settings permit is no news, and a campaign meets it often: it is shrunk when somebody asks for it.
    return investigate(found, { ...options, shrinks: !isPermitted(suspect), onProgress: options.onShrink });
  });
  const uncovered = options.requiresCoverage === true ? unseenIn(campaign) : [];
  return { ...campaign, seed, findings, uncovered, outcome: outcomeOf({ ...campaign, findings, uncovered }, options) };
}

function lanesOf({ keepsGoing, seed, setup, signal, system, workers }: RunOptions): readonly Lane[] {
  const options = { seed, setup, stopsAtFirst: !keepsGoing };
  return system.id === "sim" ? lanesInMemory(workers, options) : [laneOnSystem(system, options, signal)];
}

/** So many worker threads; this thread where there are to be none. */
export function lanesInMemory(workers: number, options: LaneOptions): readonly Lane[] {
  if (workers === 0) return [laneInThread(options)];
  return Array.from({ length: workers }, () => laneInWorker(options));
}

/** What a campaign is expected to go through and has not. */
function unseenIn({ tally }: CampaignResult): readonly string[] {
  const unseen = sightings.filter(({ id, isExpected }) => isExpected === true && tally.sighted[id] === undefined);
  return unseen.map(({ id }) => id);
}

function outcomeOf(result: Omit<RunResult, "seed" | "outcome">, { decidesEach, setup }: RunOptions): Outcome {
  const { findings, tally, uncovered } = result;
  if (findings.some((finding) => !isPermitted(finding))) return "violated";
  if (uncovered.length > 0) return "uncovered";
  const isDecided = setup.properties.map(({ id }) => {
    const counts = tally.verdicts[id];
    return counts !== undefined && counts.holds + counts.notPromised > 0;
  });
  const isEnough = decidesEach ? isDecided.every(Boolean) : isDecided.some(Boolean);
  return isEnough ? "held" : "undecided";
}
