import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { LeaderEpoch } from "../../../model/ids.ts";

/** A request that names the leader epoch it was made for, and the epoch of the replica that it has reached. */
export interface EpochQuestion {
  readonly asker: "follower" | "consumer";
  /** -1 where the asker does not say. */
  readonly requested: LeaderEpoch;
  readonly current: LeaderEpoch;
}

/**
 * Is the asker thinking of this leader's term? An older epoch is fenced, a newer one is not known yet.
 *
 * Source: KIP-320. Without it a leader of the past, or one that is yet to learn of its end, counts replicas that follow
 * somebody else (KAFKA-7395).
 */
export function checkLeaderEpoch({ requested, current }: EpochQuestion): ErrorCode {
  if (requested < 0 || requested === current) return errorCode.NONE;
  return requested < current ? errorCode.FENCED_LEADER_EPOCH : errorCode.UNKNOWN_LEADER_EPOCH;
}
