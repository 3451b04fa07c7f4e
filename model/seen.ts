import type { BrokerId, TopicPartition } from "./ids.ts";

/** What every event of a history has: what it is, who saw it, and when. */
export interface Seen<Evidence extends "harness" | "client" | "broker", Kind extends string> {
  readonly evidence: Evidence;
  readonly kind: Kind;
  /** Microseconds since the trial began: virtual time in memory, the harness's monotonic clock on real Kafka. */
  readonly atUs: number;
}

/** Which replica of which partition an event is about. */
export interface AtReplica {
  readonly broker: BrokerId;
  readonly partition: TopicPartition;
}
