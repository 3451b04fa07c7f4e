/** A fetch response for one partition, and what has become of the partition since it was asked for. */
export interface FetchAnswer {
  /** Still followed, in the same term of the same leader. */
  readonly isFollowed: boolean;
  readonly isDiverging: boolean;
}

/**
 * Does the response still count? Only for a partition that this fetcher still follows in that term: a replica may have become
 * the leader in the meantime, and must not cut what it has appended since.
 *
 * Source: KAFKA-13207; KAFKA-7164 (a term of the same leader is another term).
 */
export function countsForFollower({ isFollowed }: FetchAnswer): boolean {
  return isFollowed;
}

/**
 * Does the response tell the follower of the high watermark? Not if it says that the logs differ: what lies below that
 * watermark at the leader may be something else here.
 *
 * Source: KAFKA-14704.
 */
export function tellsWatermark({ isDiverging }: { readonly isDiverging: boolean }): boolean {
  return !isDiverging;
}
