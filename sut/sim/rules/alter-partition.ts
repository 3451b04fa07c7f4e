import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, PartitionEpoch } from "../../../model/ids.ts";

/** A leader's proposal of another ISR, beside what the controller knows of the partition. */
export interface AlterPartitionQuestion {
  readonly sender: BrokerId;
  readonly proposal: {
    readonly leaderEpoch: LeaderEpoch;
    readonly partitionEpoch: PartitionEpoch;
    readonly isr: readonly { readonly brokerId: BrokerId; readonly brokerEpoch: number }[];
    /** The leader has not recovered yet from having been elected without being in sync. */
    readonly isRecovering: boolean;
  };
  readonly partition: {
    readonly leader: BrokerId;
    readonly leaderEpoch: LeaderEpoch;
    readonly partitionEpoch: PartitionEpoch;
    readonly isRecovering: boolean;
  };
  /** Registered under that broker epoch, not fenced, not shutting down. */
  readonly isEligible: (broker: BrokerId, brokerEpoch: number) => boolean;
}

/**
 * Does the controller take a proposed ISR? It is a compare-and-swap: the proposal must be made by the leader, for its term,
 * from the partition's present state, and each member must be alive as the process that the leader heard from.
 *
 * A leader that is recovering is in sync alone, and one that has recovered does not begin to again.
 *
 * Source: KIP-497; KIP-704 (recovery); KIP-841 (no fenced or stopping member); KIP-903 and KAFKA-14617 (no member of an earlier
 * incarnation).
 */
export function checkAlterPartition({ sender, proposal, partition, isEligible }: AlterPartitionQuestion): ErrorCode {
  if (proposal.leaderEpoch !== partition.leaderEpoch || sender !== partition.leader) return errorCode.FENCED_LEADER_EPOCH;
  if (proposal.partitionEpoch !== partition.partitionEpoch) return errorCode.INVALID_UPDATE_VERSION;
  if (proposal.isRecovering && (proposal.isr.length > 1 || !partition.isRecovering)) return errorCode.INVALID_REQUEST;
  const others = proposal.isr.filter(({ brokerId }) => brokerId !== sender);
  const areEligible = others.every(({ brokerId, brokerEpoch }) => isEligible(brokerId, brokerEpoch));
  return areEligible ? errorCode.NONE : errorCode.INELIGIBLE_REPLICA;
}
