import type { LeaderEpoch } from "../../../model/ids.ts";

/**
 * A log is read anew after an unclean shutdown: does a new leader epoch begin with this batch? It does where the batch was
 * written in a higher epoch than all before it; -1 is the epoch of a log that is empty, and of a batch that has none.
 *
 * Source: Kafka's `LogSegment.recover`. KAFKA-10432 is what happens when epoch 0 is not counted.
 */
export function beginsEpoch(batch: { readonly batchEpoch: LeaderEpoch; readonly latestEpoch: LeaderEpoch }): boolean {
  return batch.batchEpoch >= 0 && batch.batchEpoch > batch.latestEpoch;
}
