/** What every system under test is given besides a schedule, and what comes of it. */

import type { OwnFault } from "../fault-injection/own-fault.ts";
import type { OwnPartitioner } from "../model/partitioners/own-partitioner.ts";
import type { History } from "../model/history.ts";

/** What a trial is played with, besides its schedule. */
export interface PlayOptions {
  readonly ownFaults?: readonly OwnFault[];
  readonly ownPartitioners?: readonly OwnPartitioner[];
  /** Calls the trial off: `play` rejects with its reason, once things are in order. In memory a trial is over too soon for it. */
  readonly signal?: AbortSignal;
  /** Is told which phase begins. */
  readonly onProgress?: (text: string) => void;
}

/** What came of playing one schedule on one system under test. */
export interface Played {
  readonly history: History;
  /**
   * In which ways the system could not be what the schedule asks for, in words: another number of brokers, a setting that is
   * fixed. Empty where it was.
   */
  readonly deviations: readonly string[];
}

/**
 * How far a trial can be repeated: `exact` gives the same bytes again; `schedule-exact` plays the same steps in the same
 * order, but nobody controls what the machine does in between.
 */
export type ReplayGrade = "exact" | "schedule-exact";
