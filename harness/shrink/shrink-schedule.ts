/** Finds a simple schedule that fails in the same way as a given one, within a budget. */

import type { Schedule } from "../../model/schedule.ts";
import { simplerSchedules } from "./simpler-schedules.ts";

export interface ShrinkOptions {
  /** Whether a candidate fails in the same way. */
  readonly failsAlike: (candidate: Schedule) => boolean;
  /** How many candidates may be played. */
  readonly playsMax: number;
  /** Called after each candidate. */
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

export interface ShrinkProgress {
  readonly plays: number;
  readonly steps: number;
}

export interface Shrunk extends ShrinkProgress {
  readonly schedule: Schedule;
  /** False where the budget ended before nothing simpler was left to try. */
  readonly isMinimal: boolean;
}

/** Candidates that a budget of plays is spent on by default. */
export const defaultPlaysMax = 1500;

/**
 * Takes the first simpler schedule that fails alike, and begins anew with it, until none does. After a success it goes on
 * from where it was in the list, so that what has been found necessary is not tried again at once.
 */
export function shrinkSchedule(schedule: Schedule, options: ShrinkOptions): Shrunk {
  let best = schedule;
  let plays = 0;
  let position = 0;
  let triedSinceProgress = 0;
  for (;;) {
    const candidates = [...simplerSchedules(best)];
    if (candidates.length === 0 || triedSinceProgress >= candidates.length) {
      return { schedule: best, plays, steps: best.steps.length, isMinimal: true };
    }
    position %= candidates.length;
    const found = candidates.slice(position).findIndex((candidate) => {
      if (plays >= options.playsMax || triedSinceProgress >= candidates.length) return false;
      plays++;
      triedSinceProgress++;
      position++;
      options.onProgress?.({ plays, steps: best.steps.length });
      return options.failsAlike(candidate);
    });
    if (plays >= options.playsMax && found < 0) return { schedule: best, plays, steps: best.steps.length, isMinimal: false };
    if (found < 0) continue;
    best = candidates[position - 1]!;
    position--;
    triedSinceProgress = 0;
  }
}
