import { offset } from "../../../model/ids.ts";
import type { LeaderEpoch, Offset } from "../../../model/ids.ts";

/**
 * Does this fetch tell the leader how far the follower has replicated? Not while their logs diverge: the follower is about
 * to cut what lies before the offset it named.
 *
 * Source: KAFKA-13141.
 */
export function countsAsProgress(fetch: { readonly isDiverging: boolean }): boolean {
  return !fetch.isDiverging;
}

/** A batch in a fetch response, and the follower that is about to append it. */
export interface FollowerAppend {
  readonly batchEpoch: LeaderEpoch;
  readonly followedEpoch: LeaderEpoch;
  readonly requestedOffset: Offset;
  readonly logEndOffset: Offset;
}

/**
 * May a follower append what it was sent? Only if its log still ends where the request began, and the batch is of no later
 * epoch than the leader it follows.
 *
 * Source: KAFKA-18723; the match of request and log is the fetcher's own check.
 */
export function mayFollowerAppend(append: FollowerAppend): boolean {
  return append.requestedOffset === append.logEndOffset && append.batchEpoch <= append.followedEpoch;
}

/** A follower's watermark: the leader's, but never beyond its own log. It does not fall while the replica follows. */
export function followerHighWatermark(replica: {
  readonly leaderHighWatermark: Offset;
  readonly highWatermark: Offset;
  readonly logEndOffset: Offset;
}): Offset {
  return offset(Math.max(replica.highWatermark, Math.min(replica.leaderHighWatermark, replica.logEndOffset)));
}
