/** Who plays the ranges of a campaign: this thread, a worker thread, or real brokers. */

import { setImmediate } from "node:timers/promises";
import { generateSchedule } from "../generate/generate-schedule.ts";
import { rootOf, trialSeed } from "../seed.ts";
import { judgeTrial, ownPartsOf } from "../trial.ts";
import type { TrialSetup } from "../trial.ts";
import type { System } from "../system.ts";
import { guarded, playRange, resultOf } from "./play-range.ts";
import type { Range, RangeResult } from "./play-range.ts";

export interface Lane {
  /** How many trials it is given at once. */
  readonly rangeLength: number;
  play(range: Range): Promise<RangeResult>;
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly seed: string;
  readonly setup: TrialSetup;
  readonly stopsAtFirst: boolean;
}

/** Enough trials to make up for handing them out, few enough to show progress and to stop soon. */
export const rangeLengthInMemory = 16;

/** Plays in this thread, and lets others have it between two ranges. */
export function laneInThread({ seed, setup, stopsAtFirst }: LaneOptions): Lane {
  return {
    rangeLength: rangeLengthInMemory,
    play: async (range) => {
      await setImmediate();
      return playRange(seed, range, setup, stopsAtFirst);
    },
    close: async () => undefined,
  };
}

/** Plays one trial after the other on a system that takes its time. */
export function laneOnSystem(system: System, { seed, setup }: LaneOptions, signal: AbortSignal | undefined): Lane {
  return {
    rangeLength: 1,
    play: async ({ from }) => {
      const schedule = generateSchedule(rootOf(trialSeed(seed, from)), setup.settings);
      const options = { ...ownPartsOf(setup.settings), ...(signal !== undefined && { signal }) };
      const played = await system.play(schedule, options);
      const trial = guarded(trialSeed(seed, from), () => judgeTrial(schedule, played, setup.properties));
      const result = resultOf(from, trial);
      return { ...result, suspects: result.suspects.map((suspect) => ({ ...suspect, found: trial })) };
    },
    close: async () => undefined,
  };
}
