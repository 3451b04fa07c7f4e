/** Plays a range of a campaign's trials on the in-memory cluster. What workers do, and what is done without them. */

import { generateSchedule } from "../generate/generate-schedule.ts";
import { KafkaTrialError } from "../kafka-trial-error.ts";
import { rootOf, trialSeed } from "../seed.ts";
import { trialInMemory } from "../trial.ts";
import type { Trial, TrialSetup } from "../trial.ts";
import { firstOfEachKind, isPermitted, suspectsIn } from "./suspect.ts";
import type { Suspect } from "./suspect.ts";
import { addTallies, emptyTally, tallyOf } from "./tally.ts";
import type { Tally } from "./tally.ts";

/** Trials `from` up to, but not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface RangeResult extends Range {
  readonly tally: Tally;
  readonly suspects: readonly Suspect[];
  /** The first trial in which something was violated; nothing after it was played where the campaign stops at the first. */
  readonly violatedAt: number | undefined;
}

/** Plays a range. The results of ranges depend on their trials alone, whoever plays them and in which order. */
export function playRange(seed: string, range: Range, setup: TrialSetup, stopsAtFirst: boolean): RangeResult {
  let tally = emptyTally;
  let suspects: readonly Suspect[] = [];
  let violatedAt: number | undefined;
  for (let number = range.from; number < range.to; number++) {
    const one = resultOf(
      number,
      guarded(trialSeed(seed, number), () => playTrial(seed, number, setup)),
    );
    tally = addTallies(tally, one.tally);
    suspects = one.suspects.length === 0 ? suspects : firstOfEachKind([...suspects, ...one.suspects]);
    violatedAt ??= one.violatedAt;
    if (violatedAt !== undefined && stopsAtFirst) break;
  }
  return { ...range, tally, suspects, violatedAt };
}

/** The result of a range of one trial. */
export function resultOf(number: number, trial: Trial): RangeResult {
  const suspects = suspectsIn(number, trial);
  const violatedAt = suspects.every(isPermitted) ? undefined : number;
  return { from: number, to: number + 1, tally: tallyOf(trial), suspects, violatedAt };
}

/** Plays one trial of a campaign. */
export function playTrial(seed: string, number: number, setup: TrialSetup): Trial {
  return trialInMemory(generateSchedule(rootOf(trialSeed(seed, number)), setup.settings), setup);
}

/** Whatever is thrown in a trial is a mistake of kafka-trial, or of something own: it is told with the seed. */
export function guarded<T>(seed: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    throw new KafkaTrialError("TRIAL_CRASHED", `kafka-trial failed in trial ${seed}: ${text}`, { cause });
  }
}
