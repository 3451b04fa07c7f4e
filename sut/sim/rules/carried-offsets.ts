import type { Offset, TopicPartition } from "../../../model/ids.ts";

/** What a consumer has processed and not committed yet, when its group has rebalanced. */
export interface CarryOverQuestion {
  readonly uncommitted: ReadonlyMap<TopicPartition, Offset>;
  readonly assigned: readonly TopicPartition[];
}

/**
 * Which uncommitted offsets does a consumer keep across a rebalance? None: partitions that went are another member's to
 * commit, and those that came back are read from the committed offset again.
 *
 * Source: the contract of ConsumerRebalanceListener; KafkaJS issue 1046 is what an offset store that outlives it does.
 */
export function offsetsCarriedOver(_question: CarryOverQuestion): ReadonlyMap<TopicPartition, Offset> {
  return new Map();
}
