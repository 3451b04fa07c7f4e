/**
 * Whether a leader asks the coordinator before it takes a batch of a transaction: only for the first one, because whatever comes
 * of the same epoch while the transaction is open in its log has been asked for (KIP-890, part 1; it ends hanging transactions,
 * KAFKA-14402). With an epoch for each transaction the first batch of the next one may come before the marker of this one.
 */
export function mustVerify({ isOpen }: VerificationQuestion): boolean {
  return !isOpen;
}

export interface VerificationQuestion {
  /** The producer has a transaction of this epoch open in the leader's log. */
  readonly isOpen: boolean;
  /** 2 where the partition is added to the transaction in the same go. */
  readonly version: 0 | 2;
}
