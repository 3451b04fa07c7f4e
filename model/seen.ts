/** What all events of a history have in common. */

export interface Seen<Evidence extends "harness" | "client" | "broker", Kind extends string> {
  readonly evidence: Evidence;
  readonly kind: Kind;
  /** Microseconds since the trial began: virtual time in memory, the harness's monotonic clock on real Kafka. */
  readonly atUs: number;
}
