import type { Offset } from "../../../model/ids.ts";

/** What of a log matters to the latest offset that a consumer may be told. */
export interface ListableLogState {
  readonly highWatermark: Offset;
  readonly logEndOffset: Offset;
  /** Undefined where the consumer reads everything. */
  readonly lastStableOffset: Offset | undefined;
}

/**
 * Below which offset must a record be that a consumer is told of when it asks for an offset, by time or for the latest one?
 * Below the watermark: what lies beyond may still be lost. With `read_committed` below the last stable offset.
 *
 * Source: Kafka's `Partition.fetchOffsetForTimestamp`. KAFKA-5522 is what happens when the bound is taken too high.
 */
export function listableBound({ highWatermark, lastStableOffset }: ListableLogState): Offset {
  return lastStableOffset ?? highWatermark;
}

/**
 * Can a leader say yet that there is nothing newer than its watermark? A new leader's watermark may lag behind its
 * predecessor's, and until it has reached the start of the leader's own epoch the latest offset would go backwards.
 *
 * Source: KIP-207, `OFFSET_NOT_AVAILABLE`.
 */
export function isLatestKnown(leader: { readonly highWatermark: Offset; readonly epochStartOffset: Offset }): boolean {
  return leader.highWatermark >= leader.epochStartOffset;
}
