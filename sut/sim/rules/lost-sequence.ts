/** A broker has said that a batch of an idempotent producer is out of order. */
export interface OutOfOrderQuestion {
  readonly isTransactional: boolean;
  /** All batches before it have been acknowledged: it is not early, the broker has lost something, or has something else. */
  readonly isNextInLine: boolean;
}

/**
 * Is the batch sent again? One that is early is. One that is next in line is numbered anew under another epoch, but in a transaction
 * it fails, and the transaction with it.
 *
 * Source: `TransactionManager.canRetry`, KIP-360.
 */
export const repeatsOutOfOrder = ({ isNextInLine, isTransactional }: OutOfOrderQuestion): boolean =>
  !isTransactional || !isNextInLine;

/**
 * Does a batch that came to nothing leave its transaction to be aborted? Always: whatever else was written in it must not count
 * without it, and a new epoch in the middle of it would have the coordinator abort what was written before.
 *
 * Source: `TransactionManager.handleFailedBatch`; librdkafka issue 3575 is what a client does that begins a new epoch instead.
 */
export const failsTransaction = (_lost: { readonly isOutOfOrder: boolean }): boolean => true;
