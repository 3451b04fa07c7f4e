/**
 * Where a consumer fetches from: from a partition's leader, or for a while from the replica that the leader has sent it to
 * (KIP-392).
 */

import type { BrokerId, LeaderEpoch, TopicPartition } from "../../../model/ids.ts";
import type { ClientMetadata, KnownLeader } from "./metadata.ts";

type Metadata = Pick<ClientMetadata, "isOnline" | "leaderOf" | "refresh">;
/** The client's clock, in microseconds. */
interface Clock {
  readonly nowUs: number;
}

interface Preferred {
  readonly replica: BrokerId;
  /** Under whom it was named: a new leader is asked anew. */
  readonly leaderEpoch: LeaderEpoch;
  readonly untilUs: number;
}

export class ReadReplicas {
  private readonly clock: Clock;
  private readonly metadata: Metadata;
  private readonly maxAgeMs: number;
  private readonly preferred = new Map<TopicPartition, Preferred>();

  /** A replica is preferred for `maxAgeMs`: `metadata.max.age.ms`. */
  constructor(clock: Clock, metadata: Metadata, maxAgeMs: number) {
    this.clock = clock;
    this.metadata = metadata;
    this.maxAgeMs = maxAgeMs;
  }

  /** The broker to fetch a partition from, whose leader is known. */
  brokerFor(partition: TopicPartition, { epoch, leader }: KnownLeader): BrokerId {
    const preferred = this.preferred.get(partition);
    if (preferred === undefined) return leader;
    const { leaderEpoch, replica, untilUs } = preferred;
    const isOver = leaderEpoch !== epoch || this.clock.nowUs > untilUs;
    if (!isOver && this.metadata.isOnline(partition, replica)) return replica;
    this.preferred.delete(partition);
    if (!isOver) this.metadata.refresh();
    return leader;
  }

  /** The partition's leader has named this replica. */
  prefer(partition: TopicPartition, replica: BrokerId): void {
    const leader = this.metadata.leaderOf(partition);
    if (leader === undefined) return;
    this.preferred.set(partition, { replica, leaderEpoch: leader.epoch, untilUs: this.clock.nowUs + this.maxAgeMs * 1000 });
  }

  /** Back to the leader. */
  forget(partition: TopicPartition): void {
    this.preferred.delete(partition);
  }

  clear(): void {
    this.preferred.clear();
  }
}
