/**
 * Who chooses the partition of a record, and what is asked of him. A partitioner keeps its own count of what it has been asked,
 * so each producer has one of its own, and a producer that was started again begins anew.
 */

/** A record whose partition is to be chosen, and what its producer knows of the topic. */
export interface RecordToPlace {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string;
  /** How many partitions the topic has. */
  readonly partitions: number;
  /** Those of them that have a leader by the producer's metadata, in order. Empty where it knows of none. */
  readonly available: readonly number[];
}

/** How a record came to its partition. */
export interface Placed {
  readonly partition: number;
  /** The partitions that were open to choice. */
  readonly among: readonly number[];
}

export interface Partitioner {
  /** The partition of a record. Asking counts: round-robin gives another answer the next time. */
  place(record: RecordToPlace): Placed;
  /** A batch had to be begun for the record in the partition that it was given (`Partitioner.onNewBatch` of KIP-480). */
  onNewBatch(record: RecordToPlace, partition: number): void;
  /** The record is in a batch and takes so many bytes of it; whether nothing more fits into that batch. */
  onAppended(record: RecordToPlace, bytes: number, isBatchFull: boolean): void;
}

/** Where a record without a key may go: to a partition that has a leader, or to any as long as none is known to have one. */
export function openTo({ available, partitions }: RecordToPlace): readonly number[] {
  return available.length > 0 ? available : allOf(partitions);
}

/** All partitions of a topic. */
export const allOf = (partitions: number): readonly number[] => Array.from({ length: partitions }, (_, index) => index);

/** A number in [0, 1) for a text, always the same one: chance that does not depend on what else was drawn. */
export type ChanceOf = (key: string) => number;
