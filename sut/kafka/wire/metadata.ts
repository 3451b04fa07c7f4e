import { brokerId, leaderEpoch, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, LeaderEpoch, TopicPartition } from "../../../model/ids.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

export interface PartitionMetadata {
  readonly partition: TopicPartition;
  /** -1 where there is none. */
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  /** In order of assignment; the first one is the preferred leader. */
  readonly replicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
}

export interface ClusterMetadata {
  /** Brokers that are registered and not fenced, as far as the broker that was asked knows. */
  readonly brokers: readonly BrokerId[];
  /** Of the topics asked for; those that the broker does not know are missing. */
  readonly partitions: readonly PartitionMetadata[];
}

/**
 * Asks one broker what it knows of the cluster (`Metadata`, API 3, version 7: the first with leader epochs, KIP-320).
 *
 * A broker that was paused or cut off answers with what it knew then, so answers of several are to be compared by epoch.
 */
export async function metadata(of: Peer, topics: readonly string[]): Promise<ClusterMetadata> {
  const body = new ProtocolWriter();
  body.array(topics, (topic) => body.string(topic)).boolean(false);
  const reader = await roundTrip(of, { apiKey: 3, apiVersion: 7, isFlexible: false, body });
  const ids = (): readonly BrokerId[] => reader.array(() => brokerId(reader.int32()));
  reader.int32();
  const brokers = reader.array(() => {
    const id = brokerId(reader.int32());
    reader.string();
    reader.int32();
    reader.string();
    return id;
  });
  reader.string();
  reader.int32();
  const partitions = reader.array(() => {
    reader.int16();
    const topic = reader.string();
    reader.boolean();
    return reader.array(() => {
      reader.int16();
      const partition = topicPartition(topic, reader.int32());
      const leader = brokerId(reader.int32());
      const epoch = leaderEpoch(reader.int32());
      const replicas = ids();
      const isr = ids();
      ids();
      return { partition, leader, leaderEpoch: epoch, replicas, isr };
    });
  });
  return { brokers, partitions: partitions.flat() };
}
