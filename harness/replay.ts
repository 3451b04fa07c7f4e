/** Plays one schedule again, once or many times, and says how far it can be relied on. */

import { setImmediate } from "node:timers/promises";
import { fingerprintOf, firstDifference } from "../model/fingerprint.ts";
import { tellEvent } from "../reports/tell-event.ts";
import { KafkaTrialError } from "./kafka-trial-error.ts";
import type { Loaded } from "./load-replayable.ts";
import { guarded } from "./campaign/play-range.ts";
import type { System } from "./system.ts";
import { judgeTrial, ownPartsOf } from "./trial.ts";
import type { Trial, TrialSetup } from "./trial.ts";

export interface ReplayOptions {
  readonly setup: TrialSetup;
  readonly system: System;
  readonly times: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((played: number) => void) | undefined;
}

export interface Replayed {
  /** The first time that something was violated, or else the first time. */
  readonly shown: Trial;
  /** How often something was violated. */
  readonly violations: number;
  /** One for each time. */
  readonly fingerprints: readonly string[];
  /** Whether the history is the one that was stored with the record; undefined where there is nothing to compare. */
  readonly isAsStored: boolean | undefined;
}

/**
 * Plays the schedule `times` times. In memory each time must give the same history: where one does not, a `KafkaTrialError`
 * names the first event that differs. What is called off has been played less often, but once.
 */
export async function replay({ record, schedule, seed }: Loaded, options: ReplayOptions): Promise<Replayed> {
  const { onProgress, setup, signal, system, times } = options;
  const fingerprints: string[] = [];
  let first: Trial | undefined;
  let violated: Trial | undefined;
  let violations = 0;
  while (fingerprints.length < times) {
    // In memory nothing else would have its turn, and nobody could call it off.
    await setImmediate();
    if (signal?.aborted === true && fingerprints.length > 0) break;
    // Guarded is what is thrown at once, by the in-memory cluster: real Kafka has errors of its own, which say what to do.
    const play = guarded(seed, () =>
      system.play(schedule, { ...ownPartsOf(setup.settings), ...(signal !== undefined && { signal }) }),
    );
    const played = await play;
    const trial = guarded(seed, () => judgeTrial(schedule, played, setup.properties));
    if (system.replayGrade === "exact" && first !== undefined) checkSame(first, trial);
    first ??= trial;
    if (isViolated(trial)) {
      violated ??= trial;
      violations++;
    }
    fingerprints.push(fingerprintOf(played.history));
    onProgress?.(fingerprints.length);
  }
  const isComparable = record !== undefined && record.sut === system.id && record.bug === (setup.bug?.id ?? null);
  const isAsStored = isComparable && system.replayGrade === "exact" ? record.replay.fingerprint === fingerprints[0] : undefined;
  return { shown: violated ?? first!, violations, fingerprints, isAsStored };
}

const isViolated = ({ judged }: Trial): boolean => judged.some(({ verdict }) => verdict.kind === "violated");

function checkSame(first: Trial, other: Trial): void {
  const at = firstDifference(first.played.history, other.played.history);
  if (at === undefined) return;
  const tell = ({ played: { history } }: Trial): string => (history[at] === undefined ? "nothing" : tellEvent(history[at]));
  throw new KafkaTrialError(
    "NOT_DETERMINISTIC",
    `the same schedule gave two histories: event ${at} was "${tell(first)}", and then "${tell(other)}"; an own fault that keeps something between trials can be the cause`,
  );
}
