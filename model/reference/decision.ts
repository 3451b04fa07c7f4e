import type { BrokerId, LeaderEpoch, PartitionEpoch, TopicPartition } from "../ids.ts";
import type { BrokerSet } from "./broker-set.ts";
import type { Decided } from "./brokers.ts";

/** A partition as it is to be from now on. */
export interface Decision extends Decided {
  readonly partition: TopicPartition;
  readonly replicas: readonly BrokerId[];
  readonly adding: BrokerSet;
  readonly removing: BrokerSet;
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly isr: BrokerSet;
  readonly elr: BrokerSet;
  readonly lastKnownLeader: BrokerId;
  readonly isRecovering: boolean;
  readonly partitionEpoch: PartitionEpoch;
  /** An administrator has asked for an unclean election. */
  readonly isUncleanAsked?: boolean;
}
