/** A record has been given its partition, and has no place there in a batch that is open. */
export interface NewBatchQuestion {
  /** The producer's `partitioner.class`. */
  readonly partitioner: string;
}

/**
 * Is the partitioner asked once more because a batch has to be begun? Only the one of KIP-480, which goes to another partition
 * with each batch, is meant to be; a partitioner that counts its questions would pass over a partition.
 *
 * Source: KIP-480; KAFKA-9965 and KAFKA-17632; KIP-794, since which the producer does not do it at all.
 */
export const asksPartitionerAgain = ({ partitioner }: NewBatchQuestion): boolean => partitioner === "sticky";
