import type { Offset } from "../../../model/ids.ts";

/** A follower that is not in the ISR, as its leader sees it. */
export interface JoinQuestion {
  readonly followerEndOffset: Offset;
  readonly highWatermark: Offset;
  /** Where the leader's own epoch begins in its log. */
  readonly epochStartOffset: Offset;
}

/**
 * Has a follower caught up enough to join the ISR? It must have everything committed, and everything that the leader had
 * when its term began: a new leader's watermark may lag behind what its predecessor had committed.
 *
 * Source: KAFKA-7128 for the second condition.
 */
export function mayJoinIsr(question: JoinQuestion): boolean {
  return question.followerEndOffset >= question.highWatermark && question.followerEndOffset >= question.epochStartOffset;
}

/** A member of the ISR, as its leader sees it. */
export interface LagQuestion {
  readonly followerEndOffset: Offset;
  readonly leaderEndOffset: Offset;
  readonly caughtUpMsAgo: number;
  readonly lagTimeMaxMs: number;
}

/** Has a member fallen behind? Only if its log is not as long as the leader's and has not been for `replica.lag.time.max.ms`. */
export function isOutOfSync(question: LagQuestion): boolean {
  return question.followerEndOffset !== question.leaderEndOffset && question.caughtUpMsAgo > question.lagTimeMaxMs;
}

/** A replica that would join the ISR, by the metadata and by its last fetch. */
export interface EligibilityQuestion {
  /** Registered, not fenced, not shutting down. */
  readonly isActive: boolean;
  readonly registeredEpoch: number;
  readonly fetchedEpoch: number;
}

/**
 * May this process be in the ISR? It must be in service, and be the one that fetched: after a restart a broker may have less.
 *
 * Source: KIP-841, and KIP-903 for the broker epoch (KAFKA-14617).
 */
export function isEligibleForIsr({ fetchedEpoch, isActive, registeredEpoch }: EligibilityQuestion): boolean {
  return isActive && fetchedEpoch === registeredEpoch;
}
