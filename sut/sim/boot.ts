/** The state of a cluster that has been in service for a while: brokers registered, topics created, nothing in them. */

import { brokerId, leaderEpoch, offset, offsetsTopic, producerId, topicPartition, transactionsTopic } from "../../model/ids.ts";
import type { BrokerId } from "../../model/ids.ts";
import { transactionalIdsOf } from "../../model/schedule.ts";
import type { TrialOptions } from "../../model/schedule.ts";
import { defaultLogSettings, withDefaults, internalLogSettings } from "../../model/settings.ts";
import type { BrokerSettings, LogSettings, TopicSettings } from "../../model/settings.ts";
import { PartitionLog } from "./broker/log/partition-log.ts";
import type { LogRules } from "./broker/log/partition-log.ts";
import { emptyReplicaDisk } from "./broker/replica.ts";
import type { MetadataRecord } from "./controller/metadata-image.ts";
import type { ClusterNode } from "./node.ts";

/** Voters of the controllers' quorum: all nodes, or one fewer where they are even in number and could tie. */
export function votersOf(brokers: number): readonly BrokerId[] {
  const count = brokers % 2 === 0 ? brokers - 1 : brokers;
  return Array.from({ length: count }, (_, at) => brokerId(at + 1));
}

/** Writes the metadata of a cluster in service to every node's disk; returns the broker epoch of each node. */
export function writeMetadata(
  nodes: ReadonlyMap<BrokerId, ClusterNode>,
  options: TrialOptions,
  settings: BrokerSettings,
  rules: LogRules,
): ReadonlyMap<BrokerId, number> {
  const ids = [...nodes.keys()];
  const registrations = ids.map((id, at): MetadataRecord => {
    return {
      type: "RegisterBrokerRecord",
      brokerId: id,
      brokerEpoch: at,
      incarnationId: `boot/${id}`,
      fenced: false,
      isUnclean: false,
    };
  });
  const topics = [...options.topics, ...internalTopics(options, settings)];
  const records = [...registrations, ...topics.flatMap((topic, at) => topicRecords(topic, at, ids, settings))];
  for (const { quorumDisk } of nodes.values()) {
    quorumDisk.epoch = 1;
    const values = records.map((value) => ({ key: null, value }));
    const batch = { baseOffset: offset(0), partitionLeaderEpoch: leaderEpoch(1), records: values };
    quorumDisk.log.append({ ...batch, producerId: producerId(-1), producerEpoch: -1, baseSequence: -1 }, 0);
  }
  let config: LogSettings = defaultLogSettings;
  for (const record of records) {
    if (record.type === "TopicRecord") ({ config } = record);
    if (record.type !== "PartitionRecord") continue;
    const { partitionId: index, replicas, topic } = record;
    const name = topicPartition(topic, index);
    for (const id of replicas) {
      const log = new PartitionLog(rules, config);
      nodes.get(id)!.disks.set(name, emptyReplicaDisk({ topic, index, name }, log, settings));
    }
  }
  return new Map(ids.map((id, at) => [id, at]));
}

interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Partial<TopicSettings>;
}

/** The coordinators' topics; that of transactions only where there can be any. */
function internalTopics(options: TrialOptions, settings: BrokerSettings): readonly NewTopic[] {
  const topic = (name: string, kind: "offsets.topic" | "transaction.state.log"): NewTopic => ({
    name,
    partitions: settings[`${kind}.num.partitions`],
    replicationFactor: Math.min(settings[`${kind}.replication.factor`], options.brokers),
    config: internalLogSettings(kind, settings),
  });
  const offsets = topic(offsetsTopic, "offsets.topic");
  return transactionalIdsOf(options).length > 0 ? [offsets, topic(transactionsTopic, "transaction.state.log")] : [offsets];
}

/** Replicas are placed as Kafka does without racks: one broker further for each partition, and for each topic. */
function topicRecords(
  topic: NewTopic,
  at: number,
  brokers: readonly BrokerId[],
  settings: BrokerSettings,
): readonly MetadataRecord[] {
  const { name, partitions, replicationFactor } = topic;
  const config = withDefaults<TopicSettings>(
    {
      ...defaultLogSettings,
      "min.insync.replicas": settings["min.insync.replicas"],
      "unclean.leader.election.enable": settings["unclean.leader.election.enable"],
    },
    topic.config,
  );
  const placed = Array.from({ length: partitions }, (_, partitionId): MetadataRecord => {
    const replicas = Array.from(
      { length: replicationFactor },
      (_ignored, nth) => brokers[(at + partitionId + nth) % brokers.length]!,
    );
    return { type: "PartitionRecord", topic: name, partitionId, replicas, isr: replicas, leader: replicas[0]! };
  });
  return [{ type: "TopicRecord", name, config, partitions }, ...placed];
}
