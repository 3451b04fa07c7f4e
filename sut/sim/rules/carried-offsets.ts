import type { Offset, TopicPartition } from "../../../model/ids.ts";

/** What a consumer has processed and not committed yet, when its group has rebalanced. */
export interface CarryOverQuestion {
  readonly uncommitted: ReadonlyMap<TopicPartition, Offset>;
  readonly assigned: readonly TopicPartition[];
  /** What it has held all the while; nothing under the eager protocol. */
  readonly kept: readonly TopicPartition[];
}

/**
 * Which uncommitted offsets does a consumer keep across a rebalance? Those of partitions that it has never given up: partitions
 * that went are another member's to commit, and those that came back are read from the committed offset again.
 *
 * Source: the contract of ConsumerRebalanceListener; KIP-429; KafkaJS issue 1046 is what an offset store that outlives it does.
 */
export function offsetsCarriedOver({ kept, uncommitted }: CarryOverQuestion): ReadonlyMap<TopicPartition, Offset> {
  if (kept.length === 0) return new Map();
  return new Map([...uncommitted].filter(([partition]) => kept.includes(partition)));
}
