/** Batches of one partition that a producer has ready, the oldest first. */
export interface RetryQuestion<Batch> {
  readonly waiting: readonly Batch[];
  readonly retried: Batch;
  /** The place of a batch in its partition's sequence; -1 where it has none. */
  readonly sequenceOf: (batch: Batch) => number;
}

/**
 * Where does a batch that is to be repeated go? Before everything that was handed over later: by its sequence among other
 * repetitions, and before whatever has not been sent yet.
 *
 * Source: KAFKA-5494; a client that appends retries at the end, or lets later batches pass, breaks the order (KIP-98).
 */
export function requeue<Batch>({ retried, sequenceOf, waiting }: RetryQuestion<Batch>): readonly Batch[] {
  const sequence = sequenceOf(retried);
  const isLater = (batch: Batch): boolean => sequence < 0 || sequenceOf(batch) < 0 || sequenceOf(batch) > sequence;
  const at = waiting.findIndex(isLater);
  return at < 0 ? [...waiting, retried] : [...waiting.slice(0, at), retried, ...waiting.slice(at)];
}
