/**
 * Record batches: the unit of append and of replication (message format 2), with the header fields of Kafka's protocol.
 *
 * A batch is never changed once it is made. A leader that appends one makes a copy with its own offset and epoch; followers
 * keep exactly what the leader has.
 */

import { offset } from "../../../model/ids.ts";
import type { LeaderEpoch, Offset, ProducerId } from "../../../model/ids.ts";

/** The payload of a record. Keys and values are opaque to a log; only the log of a coordinator or controller knows more. */
export interface Record<Value = unknown> {
  readonly key: string | null;
  readonly value: Value;
  /** What a history calls it where its value is no text; its key where it is left out. */
  readonly title?: string;
  /** Its value is null: it deletes its key. What is in the place of its value stands in a header, and names the send. */
  readonly isTombstone?: true;
  /** When it was made, by its producer's clock (`CreateTime`); left out by controllers and coordinators. */
  readonly timestampMs?: number | undefined;
  /** How many bytes the value counts for; left out where it is just as long as it is. */
  readonly valueBytes?: number | undefined;
}

/** How a transaction ends. */
export type TransactionOutcome = "commit" | "abort";

export interface TransactionMarker {
  readonly outcome: TransactionOutcome;
  /** The leader epoch of the coordinator that had it written. */
  readonly coordinatorEpoch: number;
  /** 2 where each transaction has an epoch of its own, which its marker is beyond (KIP-890, KIP-1228). */
  readonly transactionVersion: 0 | 2;
}

export interface RecordBatch<Value = unknown> {
  readonly baseOffset: Offset;
  readonly partitionLeaderEpoch: LeaderEpoch;
  /** -1 where the producer is not idempotent; so are the two fields below. */
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  /** Its records belong to a transaction (KIP-98); left out where they do not. */
  readonly isTransactional?: true;
  /** It is a control batch: its one record is the marker that ends its producer's transaction. Left out of others. */
  readonly marker?: TransactionMarker;
  readonly records: readonly Record<Value>[];
  /**
   * Of a batch from which a cleaner has removed records: how many it had, and which of them are left. Offsets and sequence numbers
   * stay what they were. A batch may have nothing left.
   */
  readonly cleaned?: { readonly length: number; readonly deltas: readonly number[] };
  /** From when on its tombstones may go, in milliseconds; left out until a cleaner has written it down (KIP-534). */
  readonly deleteHorizonMs?: number;
}

/** How many offsets a batch takes up: as many as it was appended with. */
export const lengthOf = (batch: Pick<RecordBatch, "records" | "cleaned">): number =>
  batch.cleaned === undefined ? batch.records.length : batch.cleaned.length;

/** The offset of the `nth` record that a batch has. */
export const offsetIn = (batch: RecordBatch, nth: number): Offset =>
  offset(batch.baseOffset + (batch.cleaned === undefined ? nth : batch.cleaned.deltas[nth]!));

/** The offset after those that a batch takes up. */
export const nextOffset = (batch: RecordBatch): Offset => offset(batch.baseOffset + lengthOf(batch));

/** The sequence number of a batch's last record; numbers wrap from 2^31-1 to 0. */
export const lastSequence = (batch: Pick<RecordBatch, "baseSequence" | "records" | "cleaned">): number =>
  batch.baseSequence < 0 ? -1 : (batch.baseSequence + lengthOf(batch) - 1) % 2147483648;
