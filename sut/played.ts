import type { History } from "../model/history.ts";

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
