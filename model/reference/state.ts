/**
 * The state of the reference model: what a Kafka cluster is, with everything left out that is only about how it gets there.
 *
 * There are no messages, sockets or timers. What takes time in Kafka is a choice of the next action here. All of it is
 * immutable: a step gives a new state and leaves the old one as it was.
 */

import { offset } from "../ids.ts";
import type { BrokerId, Generation, GroupId, LeaderEpoch, MemberId, Offset, PartitionEpoch, TopicPartition } from "../ids.ts";
import type { ProducerSessions, Sequenced } from "./producer-session.ts";
import { SmallMap } from "./small-map.ts";

export interface ClusterState {
  readonly brokers: ReadonlyMap<BrokerId, BrokerState>;
  readonly partitions: ReadonlyMap<TopicPartition, PartitionState>;
  readonly groups: ReadonlyMap<GroupId, GroupState>;
}

/** A broker as the controllers know it. */
export interface BrokerState {
  readonly isFenced: boolean;
  readonly isShuttingDown: boolean;
}

/** One record of a log. Two records are the same if and only if their epochs and their values are. */
export interface Entry {
  readonly epoch: LeaderEpoch;
  readonly value: string;
  /** The batch that begins with this record, where one does. */
  readonly opens?: Sequenced;
}

export interface PartitionState {
  readonly replicas: readonly BrokerId[];
  /** `min.insync.replicas`, but at most the number of replicas. */
  readonly minIsr: number;
  readonly isUncleanAllowed: boolean;
  /** What the controllers have decided last. */
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly isr: readonly BrokerId[];
  readonly partitionEpoch: PartitionEpoch;
  readonly copies: ReadonlyMap<BrokerId, Copy>;
  /** For each leader epoch, who was elected and what its log was when it last acted in that epoch. */
  readonly terms: ReadonlyMap<LeaderEpoch, Term>;
  /** For each partition epoch, the ISR that was decided with it. */
  readonly isrHistory: ReadonlyMap<PartitionEpoch, readonly BrokerId[]>;
  /** Every ISR that a leader has asked for, by the term and the partition epoch it was asked from. */
  readonly proposals: ReadonlyMap<string, readonly (readonly BrokerId[])[]>;
  /** All records that have ever been below a leader's high watermark; shorter only after a loss that was permitted. */
  readonly committed: readonly Entry[];
  /** The last leader epoch that began with such a loss, -1 for none: what leaders of before take for committed is void. */
  readonly lossyEpoch: LeaderEpoch;
}

export interface Term {
  readonly leader: BrokerId;
  readonly log: readonly Entry[];
  readonly highWatermark: Offset;
}

/** One replica of a partition. */
export interface Copy {
  readonly log: readonly Entry[];
  readonly highWatermark: Offset;
  readonly role: Role;
  /** What follows from the log about idempotent producers. */
  readonly producers: ProducerSessions;
  /** A power loss took records from it that it has not fetched again. */
  readonly isDamaged: boolean;
}

export type Role =
  | { readonly kind: "down" }
  /** Up, and not told yet what it is to be. */
  | { readonly kind: "idle" }
  | { readonly kind: "follower"; readonly epoch: LeaderEpoch }
  | LeaderRole;

export interface LeaderRole {
  readonly kind: "leader";
  readonly epoch: LeaderEpoch;
  readonly epochStartOffset: Offset;
  /** The ISR as this leader knows it, with its partition epoch, and what it has asked for on top. */
  readonly isr: readonly BrokerId[];
  readonly partitionEpoch: PartitionEpoch;
  readonly proposed: readonly BrokerId[] | undefined;
  /** How far each follower has fetched in this term. */
  readonly fetched: ReadonlyMap<BrokerId, Offset>;
}

export interface GroupState {
  /** What each broker that takes itself for the coordinator knows; more than one only while one of them is deposed. */
  readonly coordinators: ReadonlyMap<BrokerId, CoordinatorView>;
  /** What was written down, with its place in the log of `__consumer_offsets`, in order of writing. */
  readonly stored: readonly StoredGroup[];
  readonly commits: readonly StoredCommit[];
}

export interface CoordinatorView {
  readonly phase: "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";
  readonly generation: Generation;
  readonly members: ReadonlySet<MemberId>;
}

interface Placed {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly epoch: LeaderEpoch;
}

export interface StoredGroup extends Placed {
  readonly generation: Generation;
  readonly members: readonly MemberId[];
}

export interface StoredCommit extends Placed {
  readonly offsets: ReadonlyMap<TopicPartition, Offset>;
}

export const emptyCluster: ClusterState = { brokers: new SmallMap(), partitions: new SmallMap(), groups: new SmallMap() };

/** A copy of `map` with one entry replaced or added. */
export function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return (map instanceof SmallMap ? map : new SmallMap([...map])).put(key, value);
}

/** Fit to lead and to be in an ISR (KIP-841). */
export function isActive(state: ClusterState, broker: BrokerId): boolean {
  const known = state.brokers.get(broker);
  return known !== undefined && !known.isFenced && !known.isShuttingDown;
}

/** Where `log` first departs from the first `length` records of `other`; -1 where it does not. */
export function firstDeparture(log: readonly Entry[], other: readonly Entry[], length: number): number {
  for (let at = 0; at < length; at++) if (!isSameEntry(log[at], other[at])) return at;
  return -1;
}

/** The offset of the record that comes next. */
export const endOf = (log: readonly Entry[]): Offset => offset(log.length);

export const isSameEntry = (left: Entry | undefined, right: Entry | undefined): boolean =>
  left === right || (left !== undefined && right !== undefined && left.epoch === right.epoch && left.value === right.value);

/**
 * Whether `log` begins with the first `length` records of `other`. It is enough to compare the last of them: a record with a
 * given offset and epoch was written by one leader, on top of one log (log matching, I3).
 */
export function beginsWith(log: readonly Entry[], other: readonly Entry[], length: number): boolean {
  return length === 0 || (log.length >= length && isSameEntry(log[length - 1], other[length - 1]));
}

/** The key under which proposals of one term, made from one state of the partition, are kept. */
export const proposalKey = (epoch: LeaderEpoch, partitionEpoch: PartitionEpoch): string => `${epoch}/${partitionEpoch}`;
