/**
 * Identities of Kafka's world, branded so that an epoch can never be passed where an offset is meant.
 *
 * Only this file may cast. Every number is a safe integer: see docs/decisions/0002-offsets-are-safe-integers.md.
 */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** `node.id` of a broker, from 1. */
export type BrokerId = Brand<number, "BrokerId">;
/** Position of a record in a partition, from 0. A log end offset is the offset of the record that comes next. */
export type Offset = Brand<number, "Offset">;
/** Counts the elections of one partition, from 0. A leader acts only under its own epoch (KIP-101, KIP-320). */
export type LeaderEpoch = Brand<number, "LeaderEpoch">;
/** Counts every change of one partition's state at the controller, from 0 (KIP-497). */
export type PartitionEpoch = Brand<number, "PartitionEpoch">;
/** Counts the completed rebalances of a classic consumer group, from 1. */
export type Generation = Brand<number, "Generation">;
/** Identity of an idempotent producer's session, given out by `InitProducerId` (KIP-98). */
export type ProducerId = Brand<number, "ProducerId">;
/** A partition of a topic, written `orders-0`. */
export type TopicPartition = Brand<string, "TopicPartition">;
/** Identity of a group member, given out by the coordinator (KIP-394). */
export type MemberId = Brand<string, "MemberId">;

/** Name of a client in a schedule: a producer or a group member, such as `p1` or `c1`. */
export type ClientId = string;
/** Name of a consumer group, its `group.id`. */
export type GroupId = string;
/** Name under which a producer's transactions go on from one process to the next, its `transactional.id`. */
export type TransactionalId = string;
/** Name of a step of a schedule. It is also the value of the record that a `send` step sends. */
export type StepId = string;

export const brokerId = (id: number): BrokerId => id as BrokerId;
export const offset = (position: number): Offset => position as Offset;
export const leaderEpoch = (epoch: number): LeaderEpoch => epoch as LeaderEpoch;
export const partitionEpoch = (epoch: number): PartitionEpoch => epoch as PartitionEpoch;
export const generation = (count: number): Generation => count as Generation;
export const producerId = (id: number): ProducerId => id as ProducerId;
export const memberId = (id: string): MemberId => id as MemberId;

/** The partition `index` of `topic`, written `topic-index` as Kafka's logs and tools do. */
export function topicPartition(topic: string, index: number): TopicPartition {
  const known = namesOf(topic).get(index);
  if (known !== undefined) return known;
  const partition = `${topic}-${index}` as TopicPartition;
  if (places.size < partitionsKnownMax) {
    namesOf(topic).set(index, partition);
    places.set(partition, { topic, index });
  }
  return partition;
}

/** The topic of a partition: everything before the last dash, because a topic's name may hold dashes itself. */
export const topicOf = (partition: TopicPartition): string =>
  places.get(partition)?.topic ?? partition.slice(0, partition.lastIndexOf("-"));

/** The index of a partition within its topic. */
export const indexOf = (partition: TopicPartition): number =>
  places.get(partition)?.index ?? Number(partition.slice(partition.lastIndexOf("-") + 1));

/** Trials put the names of a few partitions together and take them apart all the time: each name is made once. */
const names = new Map<string, Map<number, TopicPartition>>();
const places = new Map<TopicPartition, { readonly topic: string; readonly index: number }>();
const partitionsKnownMax = 10_000;

function namesOf(topic: string): Map<number, TopicPartition> {
  let ofTopic = names.get(topic);
  if (ofTopic === undefined) {
    ofTopic = new Map();
    if (places.size < partitionsKnownMax) names.set(topic, ofTopic);
  }
  return ofTopic;
}

/** The topic of all group coordinators: each of its partitions' leaders coordinates the groups that hash to it. */
export const offsetsTopic = "__consumer_offsets";

/** The topic of all transaction coordinators (KIP-98): each of its partitions' leaders coordinates the ids that hash to it. */
export const transactionsTopic = "__transaction_state";

/** Stands for "no broker leads this partition" in Kafka's protocol and metadata. */
export const noLeader: BrokerId = brokerId(-1);
