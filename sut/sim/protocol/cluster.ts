/** What clients and brokers ask about the cluster (`Metadata`, `ElectLeaders`), and what brokers tell the controller. */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, PartitionEpoch } from "../../../model/ids.ts";

export interface MetadataRequest {
  readonly api: "Metadata";
  readonly topics: readonly { readonly name: string }[];
}

export interface MetadataResponse {
  readonly brokers: readonly { readonly nodeId: BrokerId }[];
  readonly topics: readonly {
    readonly errorCode: ErrorCode;
    readonly name: string;
    readonly partitions: readonly PartitionMetadata[];
  }[];
}

export interface PartitionMetadata {
  readonly errorCode: ErrorCode;
  readonly partitionIndex: number;
  /** -1 while the partition has no leader. */
  readonly leaderId: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly replicaNodes: readonly BrokerId[];
  readonly isrNodes: readonly BrokerId[];
}

export interface BrokerRegistrationRequest {
  readonly api: "BrokerRegistration";
  readonly brokerId: BrokerId;
  /** New with each start of the process. */
  readonly incarnationId: string;
  /** Under which the process before this one was registered, if it was stopped cleanly; -1 if not (KIP-966). */
  readonly previousBrokerEpoch: number;
}

export interface BrokerRegistrationResponse {
  readonly errorCode: ErrorCode;
  readonly brokerEpoch: number;
}

export interface BrokerHeartbeatRequest {
  readonly api: "BrokerHeartbeat";
  readonly brokerId: BrokerId;
  readonly brokerEpoch: number;
  readonly currentMetadataOffset: number;
  readonly wantShutDown: boolean;
}

export interface BrokerHeartbeatResponse {
  readonly errorCode: ErrorCode;
  readonly isFenced: boolean;
  readonly shouldShutDown: boolean;
}

/** A leader proposes another ISR: compare-and-swap on leader epoch and partition epoch (KIP-497), with broker epochs (KIP-903). */
export interface AlterPartitionRequest {
  readonly api: "AlterPartition";
  readonly brokerId: BrokerId;
  readonly brokerEpoch: number;
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly AlterPartitionData[];
  }[];
}

export interface AlterPartitionData {
  readonly partitionIndex: number;
  readonly leaderEpoch: LeaderEpoch;
  readonly newIsrWithEpochs: readonly { readonly brokerId: BrokerId; readonly brokerEpoch: number }[];
  readonly partitionEpoch: PartitionEpoch;
  /** 1 while the leader recovers from an unclean election, 0 otherwise (KIP-704). Kafka's brokers always send 0. */
  readonly leaderRecoveryState: 0 | 1;
}

export interface AlterPartitionResponse {
  readonly errorCode: ErrorCode;
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: ErrorCode;
      readonly leaderId: BrokerId;
      readonly leaderEpoch: LeaderEpoch;
      readonly isr: readonly BrokerId[];
      readonly partitionEpoch: PartitionEpoch;
    }[];
  }[];
}

/** An administrator's election: of the preferred leader (`electionType` 0), or of anybody where there is none (1). */
export interface ElectLeadersRequest {
  readonly api: "ElectLeaders";
  readonly electionType: 0 | 1;
  readonly topicPartitions: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface ElectLeadersResponse {
  readonly errorCode: ErrorCode;
  readonly replicaElectionResults: readonly {
    readonly topic: string;
    readonly partitionResult: readonly { readonly partitionId: number; readonly errorCode: ErrorCode }[];
  }[];
}

/** KRaft's election of the active controller (KIP-595). */
export interface VoteRequest {
  readonly api: "Vote";
  /** Would you vote for me? Asked before an epoch is begun, so that a node that was cut off deposes nobody (KIP-996). */
  readonly preVote: boolean;
  readonly candidateId: BrokerId;
  readonly candidateEpoch: number;
  readonly lastOffsetEpoch: LeaderEpoch;
  readonly lastOffset: number;
}

export interface VoteResponse {
  readonly leaderId: BrokerId;
  readonly leaderEpoch: number;
  readonly voteGranted: boolean;
}

export interface BeginQuorumEpochRequest {
  readonly api: "BeginQuorumEpoch";
  readonly leaderId: BrokerId;
  readonly leaderEpoch: number;
}

export interface BeginQuorumEpochResponse {
  readonly errorCode: ErrorCode;
}
