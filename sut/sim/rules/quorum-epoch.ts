/** Something is said in the name of an epoch of the controllers' quorum, to a node that knows of an epoch itself. */
export interface QuorumEpochQuestion {
  /** The epoch of who says so: of the leader that makes itself known, or of the fetch that is asked or answered. */
  readonly said: number;
  readonly known: number;
}

/**
 * Is it void, because another term has begun since? A controller that has been replaced may not know it, and what it writes
 * and what it says must reach nobody's log.
 *
 * Source: KIP-595 (`FENCED_LEADER_EPOCH`); KAFKA-6082 and KAFKA-4447 for what became of clusters whose controllers were not
 * fenced.
 */
export function isOfDeposedController({ known, said }: QuorumEpochQuestion): boolean {
  return said < known;
}
