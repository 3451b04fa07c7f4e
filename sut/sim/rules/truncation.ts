import { offset } from "../../../model/ids.ts";
import type { LeaderEpoch, Offset } from "../../../model/ids.ts";
import type { EpochEnd } from "../broker/log/leader-epoch-cache.ts";

/** A follower's log, when its leader has said where the two depart. */
export interface TruncationQuestion {
  readonly diverging: EpochEnd;
  readonly logEndOffset: Offset;
  readonly endOffsetFor: (epoch: LeaderEpoch) => EpochEnd | undefined;
}

/**
 * To which offset does a follower cut its log on a diverging answer?
 *
 * Source: KIP-279. If the follower has the leader's epoch it cuts where that epoch ends in the shorter of the two logs; if
 * not, it cuts the epochs that the leader cannot know and asks again.
 */
export function truncationOffset({ diverging, logEndOffset, endOffsetFor }: TruncationQuestion): Offset {
  const own = endOffsetFor(diverging.epoch);
  if (own === undefined) return offset(Math.min(diverging.endOffset, logEndOffset));
  const sharedEnd = own.epoch === diverging.epoch ? Math.min(own.endOffset, diverging.endOffset) : own.endOffset;
  return offset(Math.min(sharedEnd, logEndOffset));
}

/**
 * How much of its log does a replica keep when it starts to follow a leader? All: what must go is found out by fetching.
 *
 * Source: KIP-101. Cutting to the own high watermark, as was done before, deletes committed records (KAFKA-1211).
 */
export function keptOnBecomingFollower(replica: { readonly logEndOffset: Offset; readonly highWatermark: Offset }): Offset {
  return replica.logEndOffset;
}
