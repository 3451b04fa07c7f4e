import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { PartitionEpoch } from "../../../model/ids.ts";

/** The controller has granted an ISR; and where the leader that hears of it stands. */
export interface GrantedIsr {
  /** The leader still waits for this very proposal, in the term in which it was made. */
  readonly isPending: boolean;
  /** The grant has not begun another term: it has if it completed a reassignment after which a replica is gone. */
  readonly isOfThisTerm: boolean;
  readonly answeredEpoch: PartitionEpoch;
  readonly partitionEpoch: PartitionEpoch;
}

/**
 * Does the answer count? Only for the proposal that is pending, in the term in which it was made, and if the leader has heard of
 * nothing newer.
 *
 * Source: KAFKA-12686, where the answer to a proposal of an earlier term replaced what the leader had learned since.
 */
export function countsProposalAnswer({ answeredEpoch, isOfThisTerm, isPending, partitionEpoch }: GrantedIsr): boolean {
  return isPending && isOfThisTerm && answeredEpoch > partitionEpoch;
}

/** What a leader does about a proposal that was not granted. */
export type AfterRefusal = "revert" | "await-metadata" | "retry";

/** Refusals that say that the leader's metadata is old: it stays careful until the new one has come. */
const metadataIsOld: ReadonlySet<ErrorCode> = new Set([
  errorCode.FENCED_LEADER_EPOCH,
  errorCode.INVALID_REQUEST,
  errorCode.INVALID_UPDATE_VERSION,
  errorCode.NEW_LEADER_ELECTED,
  errorCode.UNKNOWN_TOPIC_OR_PARTITION,
]);

/**
 * What follows from a refusal, or from no answer at all (undefined)? Only where the controller has certainly kept the old ISR
 * may the leader go back to it; otherwise the proposal may have been granted, and the maximal ISR stands.
 *
 * Source: KIP-497; KIP-841 for `INELIGIBLE_REPLICA` and `OPERATION_NOT_ATTEMPTED`.
 */
export function afterRefusedIsr(error: ErrorCode | undefined): AfterRefusal {
  if (error === errorCode.INELIGIBLE_REPLICA || error === errorCode.OPERATION_NOT_ATTEMPTED) return "revert";
  return error !== undefined && metadataIsOld.has(error) ? "await-metadata" : "retry";
}
