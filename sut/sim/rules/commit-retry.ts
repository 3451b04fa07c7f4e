/** A commit of a consumer has failed in a way that another attempt may mend. */
export interface CommitRetryQuestion {
  /** The consumer has begun no other commit since. */
  readonly isLatest: boolean;
}

/**
 * Is it sent again? Not when there is a later one: what arrived last would hold, and that would be the older one.
 *
 * Source: the Java client sends no asynchronous commit again, and after a synchronous one there is no later one while it waits;
 * Sarama 2947 is what becomes of commits that overtake each other.
 */
export function retriesCommit({ isLatest }: CommitRetryQuestion): boolean {
  return isLatest;
}
