/**
 * A history: everything that was observed in a trial, in order, each event with the place where it was seen.
 *
 * Properties judge histories and nothing else, so a history says what a client was told and what a broker did, never what
 * was meant. Events carry `evidence`: `harness` (what kafka-trial did), `client` (what a client saw), `broker` (what only a
 * broker knows; the in-memory cluster gives it, real brokers do not).
 */

import type { ErrorName } from "./error-code.ts";
import type {
  BrokerId,
  ClientId,
  Generation,
  GroupId,
  LeaderEpoch,
  MemberId,
  Offset,
  PartitionEpoch,
  ProducerId,
  StepId,
  TopicPartition,
} from "./ids.ts";
import type { ClientEvent } from "./client-events.ts";
import type { Fault } from "./fault.ts";
import type { FollowerReadEvent } from "./follower-read.ts";
import type { AtReplica, Seen } from "./seen.ts";
import type { TransactionEvent } from "./transaction-events.ts";

/** The format of a stored history: JSON Lines, a header line and then one event a line. */
export const historyFormat = "kafka-trial.history/1";

export type { ClientEvent } from "./client-events.ts";

export type History = readonly HistoryEvent[];
export type HistoryEvent = HarnessEvent | ClientEvent | BrokerEvent;
export type EventKind = HistoryEvent["kind"];
/** The event of one kind. */
export type EventOf<Kind extends EventKind> = Extract<HistoryEvent, { readonly kind: Kind }>;

/** An event before it is known where and when it was seen. */
export type Unstamped<Event> = Event extends HistoryEvent ? Omit<Event, "evidence" | "atUs"> : never;

/** The parts of a trial, in order: schedule, everything healed, clients drained, every log read back, final state asked for. */
export type Phase = "play" | "heal" | "drain" | "read-back" | "end";

export type HarnessEvent =
  | (Seen<"harness", "phase-started"> & { readonly phase: Phase })
  | (Seen<"harness", "step-played"> & {
      readonly step: StepId;
      /** What a fault's symbolic targets stood for, as text: `broker 2`. */
      readonly resolved: readonly string[];
      /** True where the step's anchor had not been met when its limit was reached. */
      readonly anchorMissed: boolean;
    })
  | (Seen<"harness", "step-skipped"> & { readonly step: StepId; readonly reason: string })
  | (Seen<"harness", "fault-injected"> & { readonly step: StepId; readonly fault: Fault["kind"] })
  | (Seen<"harness", "fault-healed"> & { readonly step: StepId })
  /** A limit of the harness was reached, so what comes after it is missing from the history. */
  | (Seen<"harness", "limit-reached"> & { readonly limit: string; readonly waitedFor: readonly string[] })
  /** The cluster as it was when everything had been healed and drained. */
  | (Seen<"harness", "cluster-described"> & {
      readonly partitions: readonly PartitionDescription[];
      readonly groups: readonly GroupDescription[];
    });

export interface PartitionDescription {
  readonly partition: TopicPartition;
  readonly leader: BrokerId;
  readonly replicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
}

export interface GroupDescription {
  readonly group: GroupId;
  readonly state: string;
  /** Clients that had been started, and not stopped or killed, at the end. */
  readonly running: readonly ClientId[];
  /** Clients that are members of the group by its coordinator's word. */
  readonly members: readonly ClientId[];
  /** The committed offset of each partition, where there is one. */
  readonly committed: readonly OffsetOf[];
}

export interface OffsetOf {
  readonly partition: TopicPartition;
  readonly offset: Offset;
}

/** One record batch as brokers see it; the values of its records in order. */
export interface BatchSeen {
  readonly baseOffset: Offset;
  readonly leaderEpoch: LeaderEpoch;
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly values: readonly string[];
  /** The records' keys in order, null for none; left out where the topic is not compacted. */
  readonly keys?: readonly (string | null)[];
  /** The offsets of its tombstones; left out where it has none. */
  readonly tombstones?: readonly Offset[];
  /** From when on its tombstones and its marker may go, in milliseconds; left out until a cleaner has set it (KIP-534). */
  readonly deleteHorizonMs?: number;
  /** Of a batch that a cleaner has been at: how many records it had, and the offset of each one that is left. */
  readonly cleaned?: { readonly length: number; readonly offsets: readonly Offset[] };
  /** Its records belong to a transaction of its producer. */
  readonly isTransactional?: true;
  /** It ends its producer's transaction in this partition; its one record is no client's. */
  readonly marker?: MarkerSeen;
}

/** A transaction's end in one partition, and the leader epoch of the coordinator that had it written. */
export interface MarkerSeen {
  readonly outcome: "commit" | "abort";
  readonly coordinatorEpoch: number;
  /** 2 where the marker's epoch is to be later than that of the transaction that it ends (KIP-890, KIP-1228). */
  readonly transactionVersion: 0 | 2;
}

/** The sequence numbers of a batch that was not appended; -1 as producer id where its producer is not idempotent. */
export interface SequenceSeen {
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly length: number;
  /** Where it is a marker, which has no sequence number. */
  readonly marker?: MarkerSeen;
}

export type BrokerEvent =
  | BrokerLifeEvent
  | ControllerEvent
  | ReplicaEvent
  | FollowerReadEvent
  | CoordinatorEvent
  | TransactionEvent;

/** Where a leader epoch begins in a log, as `leader-epoch-checkpoint` has it (KIP-101). */
export interface EpochStartSeen {
  readonly epoch: LeaderEpoch;
  readonly startOffset: Offset;
}

export type BrokerLifeEvent =
  | (Seen<"broker", "broker-down"> & {
      readonly broker: BrokerId;
      readonly how: "killed" | "stopped" | "power-lost" | "disk-failed";
    })
  | (Seen<"broker", "broker-up"> & { readonly broker: BrokerId })
  /** An append failed with an I/O error: from now on nothing may be appended here, until the process has started again. */
  | (Seen<"broker", "disk-failed"> & { readonly broker: BrokerId })
  /** What a replica had when its broker came up again. */
  | (Seen<"broker", "replica-recovered"> &
      AtReplica & {
        readonly logStart: Offset;
        readonly endOffset: Offset;
        readonly highWatermark: Offset;
        readonly epochs: readonly EpochStartSeen[];
      });

/** Under whose term of the controllers' quorum something was decided: the epoch of its batch in the metadata log. */
interface Decided {
  readonly controllerEpoch: number;
}

/** A partition as the controllers have it (`PartitionRecord` and `PartitionChangeRecord`). */
export interface PartitionDecision {
  readonly partition: TopicPartition;
  /** In order of assignment. While a reassignment is under way these are the old and the new ones. */
  readonly replicas: readonly BrokerId[];
  readonly addingReplicas: readonly BrokerId[];
  readonly removingReplicas: readonly BrokerId[];
  /** -1 for nobody. */
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly isr: readonly BrokerId[];
  /** Eligible leader replicas (KIP-966); empty where `eligible.leader.replicas.version` is 0. */
  readonly elr: readonly BrokerId[];
  /** Who led last, once ISR and ELR are empty (KIP-966); -1 otherwise. */
  readonly lastKnownLeader: BrokerId;
  /** The leader was elected without having been in sync, and has not confirmed yet that it recovered (LeaderRecoveryState). */
  readonly isRecovering: boolean;
  readonly partitionEpoch: PartitionEpoch;
  /** An administrator had asked for an unclean election (`ElectLeaders`); left out where nobody had. */
  readonly isUncleanAsked?: true;
}

/** What the controller decided and its quorum committed, in the order of the metadata log; and what it refused. */
export type ControllerEvent =
  | (Seen<"broker", "controller-elected"> & { readonly broker: BrokerId; readonly epoch: number })
  | (Seen<"broker", "broker-registered"> &
      Decided & {
        readonly broker: BrokerId;
        readonly brokerEpoch: number;
        readonly fenced: boolean;
        /** It did not say that its former life under the last broker epoch had ended cleanly (KIP-966). */
        readonly isUnclean: boolean;
      })
  | (Seen<"broker", "broker-fenced"> & Decided & { readonly broker: BrokerId })
  | (Seen<"broker", "broker-unfenced"> & Decided & { readonly broker: BrokerId })
  | (Seen<"broker", "broker-shutting-down"> & Decided & { readonly broker: BrokerId })
  | (Seen<"broker", "partition-changed"> & Decided & PartitionDecision)
  /** An ISR that a leader asked for was not granted (`AlterPartition`). */
  | (Answered<"isr-refused"> & {
      readonly partition: TopicPartition;
      /** Who asked, and as which process. */
      readonly broker: BrokerId;
      readonly brokerEpoch: number;
      readonly leaderEpoch: LeaderEpoch;
      readonly partitionEpoch: PartitionEpoch;
      readonly isr: readonly BrokerId[];
      readonly brokerEpochs: readonly number[];
    })
  /** An administrator's election was not carried out (`ElectLeaders`). */
  | (Answered<"election-refused"> & { readonly partition: TopicPartition; readonly election: "preferred" | "unclean" })
  /** An administrator's reassignment was not begun, or not cancelled (`AlterPartitionReassignments`). */
  | (Answered<"reassignment-refused"> & {
      readonly partition: TopicPartition;
      /** Where the replicas were to be; null for a reassignment that was to be cancelled. */
      readonly target: readonly BrokerId[] | null;
    })
  | (Answered<"registration-refused"> & { readonly broker: BrokerId })
  | (Answered<"heartbeat-refused"> & { readonly broker: BrokerId; readonly brokerEpoch: number });

/** What a controller turned down, in its term: one that has been replaced and has not heard of it answers from its own past. */
type Answered<Kind extends string> = Seen<"broker", Kind> & Decided & { readonly error: ErrorName };

/** What one replica of a partition did. */
export type ReplicaEvent =
  /** A broker made an empty log for a replica that it had been given by this partition epoch. */
  | (Seen<"broker", "replica-created"> & AtReplica & { readonly partitionEpoch: PartitionEpoch })
  /** A broker deleted its log, because by this partition epoch it had no replica any more. */
  | (Seen<"broker", "replica-deleted"> & AtReplica & { readonly partitionEpoch: PartitionEpoch })
  | (Seen<"broker", "became-leader"> &
      AtReplica & {
        readonly leaderEpoch: LeaderEpoch;
        readonly partitionEpoch: PartitionEpoch;
        readonly isr: readonly BrokerId[];
        readonly epochStartOffset: Offset;
      })
  | (Seen<"broker", "became-follower"> & AtReplica & { readonly leaderEpoch: LeaderEpoch; readonly leader: BrokerId })
  | (Seen<"broker", "leader-appended"> & AtReplica & { readonly batch: BatchSeen; readonly acks: number })
  | (Seen<"broker", "follower-appended"> & AtReplica & { readonly batch: BatchSeen })
  | (Seen<"broker", "truncated"> & AtReplica & { readonly toOffset: Offset })
  /** A leader took note of how far a follower has replicated. */
  | (Seen<"broker", "fetch-accepted"> &
      AtReplica & {
        readonly follower: BrokerId;
        /** The incarnation of the follower that made the fetch (KIP-903). */
        readonly brokerEpoch: number;
        /** The epoch that the fetch was made for. */
        readonly requestedEpoch: LeaderEpoch;
        readonly fetchOffset: Offset;
        readonly lastFetchedEpoch: LeaderEpoch;
      })
  /** A fetch was turned down. `follower` is -1 for a consumer, whose broker epoch is -1 as well. */
  | (Seen<"broker", "fetch-refused"> &
      AtReplica & {
        readonly follower: BrokerId;
        readonly brokerEpoch: number;
        readonly requestedEpoch: LeaderEpoch;
        readonly fetchOffset: Offset;
        readonly error: ErrorName;
      })
  | (Seen<"broker", "high-watermark-advanced"> & AtReplica & { readonly highWatermark: Offset })
  | (Seen<"broker", "high-watermark-followed"> & AtReplica & { readonly highWatermark: Offset })
  /** A leader asked the controller for another ISR (`AlterPartition`). */
  | (Seen<"broker", "isr-proposed"> &
      AtReplica & {
        readonly isr: readonly BrokerId[];
        /** Of each member of `isr` the incarnation that the leader heard from; -1 for the leader itself. */
        readonly brokerEpochs: readonly number[];
      })
  /** A leader learned how its partition's ISR stands at the controller, or that its proposal was turned down. */
  | (Seen<"broker", "isr-adopted"> & AtReplica & { readonly isr: readonly BrokerId[]; readonly partitionEpoch: PartitionEpoch })
  /** A produce request was turned down before anything was appended. */
  | (Seen<"broker", "produce-refused"> &
      AtReplica & { readonly error: ErrorName; readonly acks: number; readonly batch: SequenceSeen })
  /** What the producer of an appended batch was told when `acks=all`: NONE, or an error that leaves it open. */
  | (Seen<"broker", "append-settled"> &
      AtReplica & { readonly baseOffset: Offset; readonly endOffset: Offset; readonly error: ErrorName })
  /** A replica forgot records before an offset: because it was told to, or because they were too old or too many. */
  | (Seen<"broker", "log-start-advanced"> &
      AtReplica & { readonly logStart: Offset; readonly why: "delete-records" | "retention.ms" | "retention.bytes" })
  /** A follower took over its leader's log start. */
  | (Seen<"broker", "log-start-followed"> & AtReplica & { readonly logStart: Offset })
  /**
   * A follower dropped all it had, and begins elsewhere: where its leader's log does, because it was out of range; or with the
   * batch that its leader's log begins in the middle of.
   */
  | (Seen<"broker", "log-restarted"> & AtReplica & { readonly logStart: Offset; readonly why: "out-of-range" | "within-batch" })
  /** A cleaner removed records that later ones of the same key replace. */
  | (Seen<"broker", "log-compacted"> & AtReplica & { readonly removed: readonly Offset[] })
  /**
   * A cleaner met tombstones for the first time, or markers of transactions of which nothing is left, and wrote down in their batches'
   * headers when they may go (KIP-534).
   */
  | (Seen<"broker", "delete-horizon-set"> &
      AtReplica & {
        readonly tombstones: readonly Offset[];
        readonly markers: readonly Offset[];
        readonly deleteHorizonMs: number;
      })
  /** A cleaner removed markers whose time was over. */
  | (Seen<"broker", "markers-removed"> & AtReplica & { readonly removed: readonly Offset[] })
  /** A cleaner removed tombstones whose time was over. */
  | (Seen<"broker", "tombstones-removed"> & AtReplica & { readonly removed: readonly Offset[] })
  /** A new active segment begins at this offset. */
  | (Seen<"broker", "segment-rolled"> & AtReplica & { readonly baseOffset: Offset })
  /** A batch that had been appended before came again; it was answered with its old offset. */
  | (Seen<"broker", "duplicate-recognised"> & AtReplica & { readonly baseOffset: Offset; readonly batch: SequenceSeen });

/** Where in the log of `__consumer_offsets` a coordinator wrote something down. */
export interface LogPosition extends OffsetOf {
  readonly leaderEpoch: LeaderEpoch;
}

/** The member that each `group.instance.id` stands for. */
export type Instances = { readonly [instance: string]: MemberId };

interface AtCoordinator {
  readonly broker: BrokerId;
  readonly group: GroupId;
}

/** What the coordinator of a group did. */
export type CoordinatorEvent =
  | (Seen<"broker", "group-loaded"> &
      AtCoordinator & {
        /** The partition of `__consumer_offsets` that was read. */
        readonly log: TopicPartition;
        readonly generation: Generation;
        readonly members: readonly MemberId[];
        readonly offsets: readonly OffsetOf[];
        /** Offsets in transactions of which it is not decided yet whether they count; left out where there are none. */
        readonly pending?: readonly OffsetOf[];
      })
  | (Seen<"broker", "group-unloaded"> & AtCoordinator)
  | (Seen<"broker", "member-joined"> &
      AtCoordinator & { readonly member: MemberId; readonly client: ClientId; readonly instance?: string })
  /** A static member has come back as another process, or a second one has its `group.instance.id`: the former id is fenced. */
  | (Seen<"broker", "member-replaced"> &
      AtCoordinator & {
        readonly former: MemberId;
        readonly member: MemberId;
        readonly client: ClientId;
        readonly instance: string;
        /** What the group was doing: in a stable one nothing follows. */
        readonly state: string;
      })
  | (Seen<"broker", "member-removed"> &
      AtCoordinator & {
        readonly member: MemberId;
        readonly why: "left" | "session-expired" | "rebalance-timed-out" | "sync-timed-out";
      })
  | (Seen<"broker", "rebalance-started"> & AtCoordinator)
  | (Seen<"broker", "rebalance-completed"> &
      AtCoordinator & { readonly generation: Generation; readonly leader: MemberId; readonly members: readonly MemberId[] })
  /** A generation, with its members and their assignment, was appended to the coordinator's log. */
  | (Seen<"broker", "group-stored"> &
      AtCoordinator & {
        readonly generation: Generation;
        readonly members: readonly MemberId[];
        /** Which of them are static, by their `group.instance.id`; left out where none is. */
        readonly instances?: Instances;
        readonly at: LogPosition;
      })
  /** The leader's assignment is committed; the group is stable. */
  | (Seen<"broker", "group-stabilised"> &
      AtCoordinator & {
        readonly generation: Generation;
        readonly assignment: readonly { readonly member: MemberId; readonly partitions: readonly TopicPartition[] }[];
      })
  /** A commit passed its checks and was appended to the coordinator's log. */
  | (Seen<"broker", "commit-accepted"> &
      AtCoordinator & {
        readonly member: MemberId;
        readonly generation: Generation;
        readonly offsets: readonly OffsetOf[];
        readonly at: LogPosition;
        readonly instance?: string;
        /** Whose transaction the offsets are part of: they count if it is committed (KIP-447). Left out where of none. */
        readonly producerId?: ProducerId;
      })
  /** A client was told the group's committed offsets, by a coordinator of this leader epoch. Nothing fences such a read. */
  | (Seen<"broker", "offsets-fetched"> & AtCoordinator & { readonly client: ClientId; readonly at: LogPosition })
  | (Seen<"broker", "commit-rejected"> &
      AtCoordinator & {
        readonly member: MemberId;
        readonly generation: Generation;
        readonly error: ErrorName;
        readonly instance?: string;
        readonly isTransactional?: true;
      });
