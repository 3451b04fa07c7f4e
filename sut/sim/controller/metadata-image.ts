/**
 * The cluster's metadata as one node knows it: a fold over the records of `__cluster_metadata` (KIP-500, KIP-631).
 */

import { leaderEpoch, noLeader, partitionEpoch, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, LeaderEpoch, PartitionEpoch, TopicPartition } from "../../../model/ids.ts";
import type { TopicSettings } from "../../../model/settings.ts";

/** Records of the metadata log, under Kafka's names and with the fields that are used here. */
export type MetadataRecord =
  | { readonly type: "TopicRecord"; readonly name: string; readonly config: TopicSettings; readonly partitions: number }
  | {
      readonly type: "PartitionRecord";
      readonly topic: string;
      readonly partitionId: number;
      readonly replicas: readonly BrokerId[];
      readonly isr: readonly BrokerId[];
      readonly leader: BrokerId;
    }
  /** Only what changes. Naming a leader begins a new leader epoch; every change begins a new partition epoch. */
  | {
      readonly type: "PartitionChangeRecord";
      readonly topic: string;
      readonly partitionId: number;
      readonly replicas?: readonly BrokerId[];
      readonly addingReplicas?: readonly BrokerId[];
      readonly removingReplicas?: readonly BrokerId[];
      readonly isr?: readonly BrokerId[];
      readonly elr?: readonly BrokerId[];
      readonly leader?: BrokerId;
      readonly lastKnownLeader?: BrokerId;
      readonly isRecovering?: boolean;
      /** An administrator asked for an unclean election. Kafka's record does not say so; it stands here for the history. */
      readonly isUncleanAsked?: true;
    }
  | {
      readonly type: "RegisterBrokerRecord";
      readonly brokerId: BrokerId;
      readonly brokerEpoch: number;
      readonly incarnationId: string;
      readonly fenced: boolean;
      /**
       * It did not know the broker epoch of its former life, as one that was stopped cleanly does (KIP-966). Kafka's record does
       * not say so; it stands here for the history.
       */
      readonly isUnclean: boolean;
    }
  | {
      readonly type: "BrokerRegistrationChangeRecord";
      readonly brokerId: BrokerId;
      readonly brokerEpoch: number;
      readonly fenced?: boolean;
      readonly inControlledShutdown?: true;
    }
  | { readonly type: "ProducerIdsRecord"; readonly nextProducerId: number }
  /** The first record of a controller's term. */
  | { readonly type: "LeaderChangeRecord"; readonly leaderId: BrokerId };

export interface BrokerRegistration {
  readonly epoch: number;
  readonly incarnationId: string;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
}

export interface PartitionRegistration {
  readonly topic: string;
  readonly index: number;
  readonly name: TopicPartition;
  /** In order of assignment. While a reassignment is under way these are the old and the new ones. */
  readonly replicas: readonly BrokerId[];
  readonly addingReplicas: readonly BrokerId[];
  readonly removingReplicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
  /** Eligible leader replicas (KIP-966): outside the ISR, and yet with everything that is committed. */
  readonly elr: readonly BrokerId[];
  /** -1 while nobody leads. */
  readonly leader: BrokerId;
  /** With eligible leader replicas, while nobody leads: who did last. -1 otherwise. */
  readonly lastKnownLeader: BrokerId;
  /** The leader was not in sync when it was elected, and has not asked for an ISR since. */
  readonly isRecovering: boolean;
  readonly leaderEpoch: LeaderEpoch;
  readonly partitionEpoch: PartitionEpoch;
}

export interface TopicImage {
  readonly partitions: number;
  readonly config: TopicSettings;
}

export class MetadataImage {
  readonly brokers: Map<BrokerId, BrokerRegistration> = new Map();
  readonly topics: Map<string, TopicImage> = new Map();
  readonly partitions: Map<TopicPartition, PartitionRegistration> = new Map();
  nextProducerId = 1000;

  /** Applies one record; the partition that it changed, if it did. */
  apply(record: MetadataRecord): PartitionRegistration | undefined {
    switch (record.type) {
      case "TopicRecord":
        this.topics.set(record.name, { partitions: record.partitions, config: record.config });
        return undefined;
      case "PartitionRecord":
        return this.addPartition(record);
      case "PartitionChangeRecord":
        return this.changePartition(record);
      case "RegisterBrokerRecord":
        this.brokers.set(record.brokerId, {
          epoch: record.brokerEpoch,
          incarnationId: record.incarnationId,
          fenced: record.fenced,
          inControlledShutdown: false,
        });
        return undefined;
      case "BrokerRegistrationChangeRecord":
        this.changeBroker(record);
        return undefined;
      case "ProducerIdsRecord":
        this.nextProducerId = record.nextProducerId;
        return undefined;
      case "LeaderChangeRecord":
        return undefined;
    }
  }

  /** Registered, not fenced and not shutting down: fit to lead and to be in an ISR. */
  isActive(id: BrokerId): boolean {
    const broker = this.brokers.get(id);
    return broker !== undefined && !broker.fenced && !broker.inControlledShutdown;
  }

  private addPartition(record: MetadataRecord & { readonly type: "PartitionRecord" }): PartitionRegistration {
    const name = topicPartition(record.topic, record.partitionId);
    const partition: PartitionRegistration = {
      topic: record.topic,
      index: record.partitionId,
      name,
      replicas: record.replicas,
      addingReplicas: [],
      removingReplicas: [],
      isr: record.isr,
      elr: [],
      leader: record.leader,
      lastKnownLeader: noLeader,
      isRecovering: false,
      leaderEpoch: leaderEpoch(0),
      partitionEpoch: partitionEpoch(0),
    };
    this.partitions.set(name, partition);
    return partition;
  }

  private changePartition(record: PartitionChange): PartitionRegistration {
    const after = changedBy(this.partitions.get(topicPartition(record.topic, record.partitionId))!, record);
    this.partitions.set(after.name, after);
    return after;
  }

  private changeBroker(record: MetadataRecord & { readonly type: "BrokerRegistrationChangeRecord" }): void {
    const before = this.brokers.get(record.brokerId)!;
    this.brokers.set(record.brokerId, {
      ...before,
      fenced: record.fenced ?? before.fenced,
      inControlledShutdown: record.inControlledShutdown ?? before.inControlledShutdown,
    });
  }
}

export type PartitionChange = MetadataRecord & { readonly type: "PartitionChangeRecord" };

/** The partition as it is after a change. */
export function changedBy(before: PartitionRegistration, record: PartitionChange): PartitionRegistration {
  return {
    ...before,
    replicas: record.replicas ?? before.replicas,
    addingReplicas: record.addingReplicas ?? before.addingReplicas,
    removingReplicas: record.removingReplicas ?? before.removingReplicas,
    isr: record.isr ?? before.isr,
    elr: record.elr ?? before.elr,
    leader: record.leader ?? before.leader,
    lastKnownLeader: record.lastKnownLeader ?? before.lastKnownLeader,
    isRecovering: record.isRecovering ?? before.isRecovering,
    leaderEpoch: record.leader === undefined ? before.leaderEpoch : leaderEpoch(before.leaderEpoch + 1),
    partitionEpoch: partitionEpoch(before.partitionEpoch + 1),
  };
}
