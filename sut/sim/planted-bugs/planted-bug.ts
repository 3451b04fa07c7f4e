import type { Rules } from "../rules/rules.ts";

/**
 * A known mistake that can be switched on in the in-memory cluster, to prove that a property can see it. It replaces rules and
 * nothing else, and stands for a bug that Kafka or one of its clients has had.
 */
export interface PlantedBug {
  /** Its number in the catalogue of historical bugs: R for replication, I for the ISR, E for elections, and so on. */
  readonly id: string;
  readonly ticket: string;
  /** What goes wrong, in one sentence. */
  readonly sentence: string;
  /** The properties that see it; whatever a campaign finds with this bug is one of them. */
  readonly claims: readonly string[];
  /**
   * Whether clients are given something wrong sooner or later, so that it has to be caught also without anything that brokers
   * tell of themselves. Where all that is seen is that something does not go on, it need not be.
   */
  readonly isVisibleToClients: boolean;
  readonly rules: Partial<Rules>;
}

/**
 * As what the loss of committed records is seen, the earliest sight first. Groups suffer too: what coordinators promise is in
 * records of `__consumer_offsets`, and those are lost like any other.
 */
export const seenWhenRecordsAreLost: readonly string[] = [
  "brokers-follow-the-model",
  "no-lost-acked-record",
  "one-value-per-offset",
  "no-gap-within-assignment",
  "at-least-once-processing",
  "records-are-delivered",
  "committed-offset-is-accepted-commit",
  "exclusive-ownership",
  "stale-commit-is-refused",
  "reset-only-out-of-range",
];
