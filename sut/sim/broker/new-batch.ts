import type { SequenceSeen } from "../../../model/history.ts";
import type { LeaderEpoch, Offset } from "../../../model/ids.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";

/** A batch that has no place in a log yet. */
export type NewBatch = Omit<RecordBatch, "baseOffset" | "partitionLeaderEpoch">;

/** What the history tells of a batch that was not appended. */
export const sequenceSeen = ({ baseSequence, marker, producerEpoch, producerId: id, records }: NewBatch): SequenceSeen => ({
  producerId: id,
  producerEpoch,
  baseSequence,
  length: records.length,
  ...(marker !== undefined && { marker }),
});

/** The batch with its place in a leader's log. */
export function placed(batch: NewBatch, baseOffset: Offset, partitionLeaderEpoch: LeaderEpoch): RecordBatch {
  const { baseSequence, producerEpoch, producerId, records } = batch;
  const stored: RecordBatch = { baseOffset, partitionLeaderEpoch, producerId, producerEpoch, baseSequence, records };
  if (batch.isTransactional === undefined) return stored;
  return { ...stored, isTransactional: true, ...(batch.marker !== undefined && { marker: batch.marker }) };
}
