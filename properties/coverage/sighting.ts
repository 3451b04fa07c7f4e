import type { TrialFacts } from "../facts/trial-facts.ts";

/**
 * A situation that a campaign should go through: one in which no leader ever moved has proved nothing about failover.
 * Sightings are counted and told; they are never a verdict on Kafka.
 */
export interface Sighting {
  readonly id: string;
  readonly sentence: string;
  /** `client` where it shows in what clients and the harness saw; `broker` where only brokers can tell. */
  readonly evidence: "client" | "broker";
  /**
   * A thousand trials with the generator's own settings go through it many times over, whatever their seed: a campaign that does
   * not has tested less than it seems. Left out where a situation is too rare for that, or nothing leads to it by itself.
   */
  readonly isExpected?: true;
  wasSeen(trial: TrialFacts): boolean;
}
