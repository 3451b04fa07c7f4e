/**
 * The state of the reference model: what a Kafka cluster is, with everything left out that is only about how it gets there.
 *
 * There are no messages, sockets or timers. What takes time in Kafka is a choice of the next action here. All of it is
 * immutable: a step gives a new state and leaves the old one as it was. Lists "by broker" have an entry at the broker's id.
 */

import type {
  BrokerId,
  Generation,
  GroupId,
  LeaderEpoch,
  MemberId,
  Offset,
  PartitionEpoch,
  ProducerId,
  TopicPartition,
} from "../ids.ts";
import { sizeOf } from "./broker-set.ts";
import type { BrokerSet } from "./broker-set.ts";
import type { Cleaned, Cleanup } from "./cleaning.ts";
import type { EpochStarts } from "./epoch-starts.ts";
import type { Log } from "./log.ts";
import type { ProducerSessions } from "./producer-session.ts";
import { SmallMap } from "./small-map.ts";

export interface ClusterState {
  /** The term of the active controller. What an earlier one decides is void. */
  readonly controllerEpoch: number;
  /** By controller epoch: the cluster as it was when the next controller took office. By it a controller of before still answers. */
  readonly termEnds: readonly (ClusterState | undefined)[];
  /** By broker; nothing for one that has never registered. */
  readonly brokers: readonly (BrokerState | undefined)[];
  readonly partitions: ReadonlyMap<TopicPartition, PartitionState>;
  readonly groups: ReadonlyMap<GroupId, GroupState>;
}

/** A broker as the controllers know it, and whether its disk works. */
export interface BrokerState {
  /** Which registration it is; later ones have higher numbers (KIP-631). */
  readonly brokerEpoch: number;
  readonly isFenced: boolean;
  readonly isShuttingDown: boolean;
  /** It came back without a clean shutdown: what it was thought to have it may have lost (KIP-966). */
  readonly isUnclean: boolean;
  readonly isDiskFailed: boolean;
}

export interface PartitionState {
  /** In order of assignment. During a reassignment these are the old and the new ones. */
  readonly replicas: readonly BrokerId[];
  readonly adding: BrokerSet;
  readonly removing: BrokerSet;
  /** Which replicas there have been, the present ones last: brokers learn of them in their own time. */
  readonly assignments: readonly Assignment[];
  /** `min.insync.replicas`; see `minIsrOf`. */
  readonly minInsyncReplicas: number;
  readonly isUncleanAllowed: boolean;
  readonly cleanup: Cleanup;
  /** Whether eligible leader replicas are kept (`eligible.leader.replicas.version`). */
  readonly hasElr: boolean;
  /** What the controllers have decided last. */
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly isr: BrokerSet;
  readonly elr: BrokerSet;
  readonly lastKnownLeader: BrokerId;
  readonly isRecovering: boolean;
  readonly partitionEpoch: PartitionEpoch;
  /** By broker. */
  readonly copies: readonly (Copy | undefined)[];
  /** By leader epoch: who was elected, and what its log was when it last acted in that term. */
  readonly terms: readonly (Term | undefined)[];
  /** By partition epoch: the ISR that was decided with it. */
  readonly isrs: readonly (BrokerSet | undefined)[];
  /** ISRs that leaders have asked for and the controllers have not answered. */
  readonly proposals: readonly Proposal[];
  /** All records that have ever been below a leader's high watermark; shorter only after a loss that was permitted. */
  readonly committed: Log;
  /** The last leader epoch that began with such a loss, -1 for none: what leaders of before take for committed is void. */
  readonly lossyEpoch: LeaderEpoch;
  /** Offsets of tombstones and markers that a cleaner has removed on some replica: who fetches from there does not hear of them. */
  readonly expired: readonly Offset[];
}

/** The replicas from a partition epoch on. */
export interface Assignment {
  readonly since: PartitionEpoch;
  readonly leaderEpoch: LeaderEpoch;
  readonly replicas: BrokerSet;
}

export interface Term {
  readonly leader: BrokerId;
  /** As they were decided with the election. */
  readonly isr: BrokerSet;
  readonly partitionEpoch: PartitionEpoch;
  /** Whether the leader has taken office. Until then nobody can have learned anything from it. */
  readonly hasBegun: boolean;
  readonly log: Log;
  readonly epochs: EpochStarts;
  readonly logStart: Offset;
  readonly highWatermark: Offset;
}

/** An ISR that a leader has asked for: from which state, and which process of each member it has heard from (KIP-903). */
export interface Proposal {
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly partitionEpoch: PartitionEpoch;
  readonly isr: BrokerSet;
  /** By broker; -1 for the leader itself. */
  readonly brokerEpochs: readonly (number | undefined)[];
}

/** One replica of a partition. */
export interface Copy {
  readonly log: Log;
  /**
   * The same but for what it or its leader had deleted before the two could compare: of that, `log` has the leader's records, and
   * this one what the replica had in their place and never hands out. Producers are remembered by it.
   */
  readonly ownLog: Log;
  /** Records before it have been deleted. */
  readonly logStart: Offset;
  readonly highWatermark: Offset;
  readonly epochs: EpochStarts;
  /** What follows from the log about idempotent producers, as far as this replica has been told: from `producersFrom` on. */
  readonly producers: ProducerSessions;
  /** Where the replica began when it last dropped all it had: it has not heard of producers that wrote before. */
  readonly producersFrom: Offset;
  readonly cleaned: Cleaned;
  readonly role: Role;
  /** A power loss, or a restart of a log that ended in a hole, took records from it that it has not fetched again. */
  readonly isDamaged: boolean;
}

export type Role =
  | { readonly kind: "down" }
  /** Up, and not told yet what it is to be. It has read the metadata that far, and acts on nothing that came before. */
  | { readonly kind: "idle"; readonly from: LeaderEpoch; readonly isRegistered: boolean }
  | { readonly kind: "follower"; readonly epoch: LeaderEpoch }
  | LeaderRole;

export interface LeaderRole {
  readonly kind: "leader";
  readonly epoch: LeaderEpoch;
  readonly epochStartOffset: Offset;
  /** The ISR as this leader knows it, with its partition epoch, and what it has asked for on top. */
  readonly isr: BrokerSet;
  readonly partitionEpoch: PartitionEpoch;
  readonly proposed: BrokerSet | undefined;
  /** By broker: how far it has fetched in this term, and as which process. */
  readonly fetched: readonly (Fetched | undefined)[];
}

export interface Fetched {
  readonly offset: Offset;
  readonly brokerEpoch: number;
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
  /** The member that each `group.instance.id` stands for (KIP-345). */
  readonly instances: ReadonlyMap<string, MemberId>;
}

interface Placed {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly epoch: LeaderEpoch;
}

export interface StoredGroup extends Placed {
  readonly generation: Generation;
  readonly members: readonly MemberId[];
  readonly instances: { readonly [instance: string]: MemberId };
}

export interface StoredCommit extends Placed {
  readonly offsets: ReadonlyMap<TopicPartition, Offset>;
  /** Whose transaction it is part of; undefined for a commit that counts by itself. */
  readonly producerId: ProducerId | undefined;
}

export const emptyCluster: ClusterState = {
  controllerEpoch: -1,
  termEnds: [],
  brokers: [],
  partitions: new SmallMap(),
  groups: new SmallMap(),
};

/** A copy of `map` with one entry replaced or added. */
export function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return (map instanceof SmallMap ? map : new SmallMap([...map])).put(key, value);
}

/** How long a list by broker or by epoch may get: those of a trial stay far below it. */
const listLengthMax = 100_000;

/** A copy of a list with the entry at `at` replaced; what lies between its end and `at` is left empty. */
export function putAt<V>(list: readonly (V | undefined)[], at: number, value: V | undefined): readonly (V | undefined)[] {
  if (!(at >= 0 && at < listLengthMax)) throw new Error(`the model counts to ${listLengthMax}, and not to ${at}`);
  const copy = list.slice();
  while (copy.length < at) copy.push(undefined);
  copy[at] = value;
  return copy;
}

/** Fit to lead and to be in an ISR (KIP-841). */
export function isActive(state: ClusterState, broker: BrokerId): boolean {
  const known = state.brokers[broker];
  return known !== undefined && !known.isFenced && !known.isShuttingDown;
}

/** How many replicas have to be in sync: `min.insync.replicas`, but at most as many as there are. */
export const minIsrOf = ({ minInsyncReplicas, replicas }: PartitionState): number =>
  Math.min(minInsyncReplicas, replicas.length);

/** The same, by the replicas that a leader knows of. */
export const minIsrInTerm = (partition: PartitionState, role: LeaderRole): number =>
  Math.min(partition.minInsyncReplicas, sizeOf(assignmentAt(partition, role).replicas));

/** The replicas as they were at somebody's partition epoch, which is not asked for where they have never been others. */
export function assignmentAt({ assignments }: PartitionState, known: { readonly partitionEpoch: PartitionEpoch }): Assignment {
  let at = assignments.length - 1;
  while (at > 0 && assignments[at]!.since > known.partitionEpoch) at--;
  return assignments[at]!;
}

/** The partition with one copy replaced. */
export function withCopy(partition: PartitionState, broker: BrokerId, copy: Copy): PartitionState {
  return { ...partition, copies: putAt(partition.copies, broker, copy) };
}

/** The partition with the copy of a leader replaced, and with it what its term has come to. */
export function withLeaderCopy(partition: PartitionState, broker: BrokerId, copy: Copy): PartitionState {
  const { epochs, highWatermark, log, logStart, role } = copy;
  const { epoch } = role as LeaderRole;
  const term: Term = { ...partition.terms[epoch]!, hasBegun: true, log, epochs, logStart, highWatermark };
  return { ...partition, copies: putAt(partition.copies, broker, copy), terms: putAt(partition.terms, epoch, term) };
}

/** The state with one partition replaced. */
export const withPartition = (state: ClusterState, name: TopicPartition, partition: PartitionState): ClusterState => ({
  ...state,
  partitions: put(state.partitions, name, partition),
});
