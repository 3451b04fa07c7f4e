import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";

/** A leader's view of one follower. */
export interface FollowerView {
  readonly endOffset: Offset;
  /** In the ISR, or proposed for it, or proposed to leave it and not confirmed yet (the maximal ISR of KIP-497). */
  readonly isInMaximalIsr: boolean;
  /** Not in the ISR, but caught up and allowed in: the watermark waits for it, or it would be left behind for ever. */
  readonly isAboutToJoin: boolean;
}

/** A leader's view of its partition. */
export interface LeaderView {
  readonly highWatermark: Offset;
  readonly logEndOffset: Offset;
  readonly isrSize: number;
  /** `min.insync.replicas`, but at most the number of replicas. */
  readonly minIsr: number;
  readonly followers: readonly FollowerView[];
}

/**
 * How far is the log committed? To the smallest log end of the replicas that count. The watermark never falls, and it stands
 * still while the ISR is smaller than `min.insync.replicas`.
 *
 * Source: KIP-497 (maximal ISR), KIP-966 part 1 and KAFKA-15583 (the gate).
 */
export function nextHighWatermark(leader: LeaderView): Offset {
  if (leader.isrSize < leader.minIsr) return leader.highWatermark;
  let smallest: number = leader.logEndOffset;
  for (const follower of leader.followers) {
    if (follower.isInMaximalIsr || follower.isAboutToJoin) smallest = Math.min(smallest, follower.endOffset);
  }
  return offset(Math.max(leader.highWatermark, smallest));
}

/**
 * Up to which offset does a consumer read? To the watermark: what lies beyond may still be lost.
 *
 * Source: KAFKA-2477 and KAFKA-9835 are what happens when the bound is taken twice, or from the log's end.
 */
export function consumerReadBound(log: { readonly highWatermark: Offset; readonly logEndOffset: Offset }): Offset {
  return log.highWatermark;
}

/**
 * Does the watermark wait for a replica outside the ISR? Only if it is caught up and may join.
 *
 * Source: KAFKA-15021: one that is shutting down will fetch no more, and held the watermark back until it counted as lagging.
 */
export function isWaitedFor(replica: { readonly isCaughtUp: boolean; readonly isEligible: boolean }): boolean {
  return replica.isCaughtUp && replica.isEligible;
}

/**
 * Is the watermark worked out anew when the ISR has changed? Yes: whom it waited for may be gone, and nothing else may happen.
 *
 * Source: KAFKA-13091.
 */
export function recomputesOnIsrChange(_isr: { readonly isrSize: number }): boolean {
  return true;
}
