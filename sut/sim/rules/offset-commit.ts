import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { Generation } from "../../../model/ids.ts";

/** A commit, and the group that it is for. */
export interface CommitQuestion {
  readonly groupState: "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";
  readonly groupGeneration: Generation;
  /** What is to be said of who commits: nothing, or that it is no member, or one that another process has replaced. */
  readonly membership: ErrorCode;
  /** -1 from a committer that is in no group. */
  readonly generation: Generation;
  /** It is to be part of a transaction (KIP-447). */
  readonly isTransactional: boolean;
}

/**
 * Is a commit accepted? Only from a current member in the current generation; from an outsider only while nobody is there.
 * Which partitions a member commits is not looked at. While a rebalance is being prepared the old generation still holds,
 * which is how a member commits before it rejoins. A commit in a transaction is taken in every state of the group.
 *
 * Source: `OffsetCommit` and `TxnOffsetCommit` of the classic group protocol.
 */
export function checkOffsetCommit(commit: CommitQuestion): ErrorCode {
  if (commit.generation < 0 && commit.groupState === "Empty") return errorCode.NONE;
  if (commit.membership !== errorCode.NONE) return commit.membership;
  if (commit.generation !== commit.groupGeneration) return errorCode.ILLEGAL_GENERATION;
  if (commit.groupState === "CompletingRebalance" && !commit.isTransactional) return errorCode.REBALANCE_IN_PROGRESS;
  return errorCode.NONE;
}
