/**
 * What a driver knows of its cluster at the moment a step is played: enough to say who is meant by a symbolic target.
 *
 * The in-memory cluster looks at itself; the driver of real Kafka asks the brokers.
 */

import type { BrokerId, ClientId, GroupId, TopicPartition } from "../model/ids.ts";

export type ProcessState = "up" | "down" | "paused";

export interface ClusterView {
  readonly brokers: ReadonlyMap<BrokerId, ProcessState>;
  readonly clients: ReadonlyMap<ClientId, ProcessState>;
  /** Which of the clients are producers; the others are members of groups. */
  readonly producers: ReadonlySet<ClientId>;
  /** Undefined where there is none, or where nobody can say. The same goes for the questions below. */
  readonly controller: BrokerId | undefined;
  leaderOf(partition: TopicPartition): BrokerId | undefined;
  /** In order of assignment; the first one is the preferred leader. */
  replicasOf(partition: TopicPartition): readonly BrokerId[];
  coordinatorOf(group: GroupId): BrokerId | undefined;
}
