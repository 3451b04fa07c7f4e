/**
 * A history sorted for those who judge it: sends with their outcomes, logs as they were read back, who held which partition
 * when, commits with their outcomes, and what the cluster went through. Built in one pass, and near-linear.
 */

import type { EventKind, EventOf, GroupDescription, History, HistoryEvent, PartitionDescription } from "../../model/history.ts";
import type { RecordSource } from "../../model/client-events.ts";
import { offset } from "../../model/ids.ts";
import type { ClientId, Generation, GroupId, MemberId, Offset, ProducerId, StepId, TopicPartition } from "../../model/ids.ts";
import { producerSettingsOf } from "../../model/schedule.ts";
import type { GroupOptions, TrialOptions } from "../../model/schedule.ts";
import { defaultProducerSettings } from "../../model/settings.ts";
import type { ProducerSettings } from "../../model/settings.ts";
import { ClusterFacts } from "./cluster-facts.ts";

/** One record that a producer was given. Indexes are positions in the history. */
export interface Send {
  readonly step: StepId;
  readonly client: ClientId;
  /** Which life of the client it was: a producer that was killed and started again is another one to Kafka. */
  readonly session: number;
  readonly partition: TopicPartition;
  readonly value: string;
  /** The record's key, and the partitions that were open to choice, where the step did not name the partition. */
  readonly key: string | undefined;
  readonly isTombstone: boolean;
  readonly chosenAmong: readonly number[] | undefined;
  /** The record from which a member of a group has made it; undefined where the schedule has it sent. */
  readonly source: RecordSource | undefined;
  readonly settings: ProducerSettings;
  readonly startedAt: number;
  outcome:
    | { readonly kind: "open" }
    | { readonly kind: "acked"; readonly offset: Offset | null; readonly at: number }
    | { readonly kind: "failed" | "unknown"; readonly error: string; readonly at: number };
}

/** One record of a log as it was read back, with the position of that event in the history. */
export interface Seen {
  readonly offset: Offset;
  readonly value: string;
  readonly at: number;
  /** Whose transaction it belongs to; undefined where it belongs to none. */
  readonly transactionOf: ProducerId | undefined;
  /** How that has ended by the log; `open` where no marker follows. Undefined where it belongs to none. */
  fate: "open" | "commit" | "abort" | undefined;
}

/** The log of a partition, read from its first to its last record after everything had healed. */
export interface ReadLog {
  readonly partition: TopicPartition;
  readonly records: Seen[];
  /** When its end was reached; infinite where it was not, and then the range is undefined. */
  readAtUs: number;
  range: { readonly startOffset: Offset; readonly endOffset: Offset } | undefined;
}

/** One member's time with the partitions of one assignment. */
export interface Holding {
  readonly client: ClientId;
  readonly group: GroupId;
  readonly member: MemberId;
  readonly generation: Generation;
  readonly partitions: readonly TopicPartition[];
  /** What of them it held before and goes on with; undefined where rebalances are eager. */
  readonly kept: readonly TopicPartition[] | undefined;
  readonly assignedAt: number;
  /** Where the member's process had started. */
  readonly startedAt: number;
  /** The member began with offsets that a coordinator of a former term told it. */
  hadStaleCoordinator: boolean;
  /** Where it ended: partitions given back or lost, or the process gone. Infinite while it lasts. */
  endedAt: number;
  /** Events of each partition in order: where reading began, what was delivered, and that all of it is to be read again. */
  readonly reading: Map<TopicPartition, ReadingEvent[]>;
  /**
   * How far the member had come with each partition that it held before and goes on with: the last such event of before. Empty
   * unless rebalances are cooperative (KIP-429).
   */
  readonly continued: ReadonlyMap<TopicPartition, ReadingEvent>;
}

export type ReadingEvent = EventAt<"position-set"> | EventAt<"delivered"> | EventAt<"rewound">;

export interface EventAt<Kind extends HistoryEvent["kind"]> {
  readonly event: EventOf<Kind>;
  readonly at: number;
}

/** A transaction from when its producer asked for its end. */
export interface Transaction {
  readonly ending: EventOf<"transaction-ending">;
  readonly at: number;
  outcome: "open" | EventOf<"transaction-ended">["outcome"];
}

export interface Commit {
  readonly event: EventOf<"commit-started">;
  readonly startedAt: number;
  outcome: { readonly kind: "open" | "acked" | "refused" | "unknown"; readonly at: number };
}

export class TrialFacts {
  readonly options: TrialOptions;
  readonly history: History;
  readonly sends: Map<StepId, Send> = new Map();
  readonly logs: Map<TopicPartition, ReadLog> = new Map();
  readonly holdings: Holding[] = [];
  readonly commits: Commit[] = [];
  /** By group and partition, every record whose processing was finished. */
  readonly processed: EventAt<"processed">[] = [];
  readonly delivered: EventAt<"delivered">[] = [];
  /** Those that a producer asked to end, in the order in which it did. */
  readonly transactions: Transaction[] = [];
  readonly cluster: ClusterFacts;
  /** How things stood at the end; undefined where the trial did not come that far. */
  end: { readonly partitions: readonly PartitionDescription[]; readonly groups: readonly GroupDescription[] } | undefined;
  /** Limits of the harness that were reached. */
  readonly limitsReached: EventAt<"limit-reached">[] = [];
  private readonly producerSettings = new Map<ClientId, ProducerSettings>();
  private readonly sessions = new Map<ClientId, number>();
  private readonly starts = new Map<ClientId, number>();
  private readonly current = new Map<ClientId, Holding>();
  private readonly latest = new Map<ClientId, Holding>();
  private readonly firstAcks = new Map<string, number>();
  private readonly openCommits = new Map<string, Commit>();
  private places: Map<EventKind, number[]> | undefined;
  private readonly ofKind = new Map<EventKind, readonly { readonly event: HistoryEvent; readonly at: number }[]>();

  constructor(options: TrialOptions, history: History) {
    this.options = options;
    this.history = history;
    this.cluster = new ClusterFacts(options);
    for (let at = 0; at < history.length; at++) this.take(history[at]!, at);
  }

  /** When the first record that this life of the producer sent to the partition was acknowledged, if one was. */
  firstAckAt(send: Send): number | undefined {
    return this.firstAcks.get(sessionKey(send));
  }

  /** The latest log start that a client has met with: of the log as it was read back, or where a member began for want of more. */
  latestLogStartSeen(partition: TopicPartition): Offset {
    let latest: number = this.logs.get(partition)?.range?.startOffset ?? 0;
    for (const { event } of this.eventsOf("position-set")) {
      if (event.partition === partition && event.from === "earliest" && event.offset > latest) latest = event.offset;
    }
    return offset(latest);
  }

  /** Who it is to its group: of a static member all lives are one (KIP-345), and so are those of its twins. */
  identityOf({
    client,
    group,
    member,
  }: {
    readonly client: ClientId;
    readonly group: GroupId;
    readonly member: MemberId;
  }): string {
    return this.groupOptions(group)?.instances?.[client] ?? member;
  }

  groupOptions(group: GroupId): GroupOptions | undefined {
    return this.options.groups.find(({ id }) => id === group);
  }

  /** All events of one kind in order. Put together when somebody asks for the first time; several do. */
  eventsOf<Kind extends EventKind>(kind: Kind): readonly EventAt<Kind>[] {
    let found = this.ofKind.get(kind) as readonly EventAt<Kind>[] | undefined;
    if (found === undefined) {
      this.places ??= placesByKind(this.history);
      found = (this.places.get(kind) ?? []).map((at) => ({ event: this.history[at] as EventOf<Kind>, at }));
      this.ofKind.set(kind, found);
    }
    return found;
  }

  /** Whether there is an event of this kind of which this is true. */
  hasEvent<Kind extends EventKind>(kind: Kind, isSo: (event: EventOf<Kind>) => boolean = () => true): boolean {
    this.places ??= placesByKind(this.history);
    return this.places.get(kind)?.some((at) => isSo(this.history[at] as EventOf<Kind>)) ?? false;
  }

  private take(event: HistoryEvent, at: number): void {
    switch (event.kind) {
      case "send-started":
        return this.startSend(event, at);
      case "send-acked":
        return this.settleSend(event.step, { kind: "acked", offset: event.offset, at });
      case "send-failed":
        return this.settleSend(event.step, { kind: "failed", error: event.error, at });
      case "send-unknown":
        return this.settleSend(event.step, { kind: "unknown", error: event.error, at });
      case "read-back":
        return this.takeRecord(event, at);
      case "marker-read-back":
        return this.takeMarker(event);
      case "transaction-ending":
        this.transactions.push({ ending: event, at, outcome: "open" });
        return undefined;
      case "transaction-ended":
        return this.settleTransaction(event);
      case "read-back-finished":
        return this.finishLog(event);
      case "assigned":
        return this.beginHolding(event, at);
      case "revoked":
      case "lost":
      case "client-killed":
      case "client-fenced":
      case "client-stopped":
        return this.endHolding(event.client, at);
      case "client-started":
        this.sessions.set(event.client, (this.sessions.get(event.client) ?? 0) + 1);
        this.starts.set(event.client, at);
        return undefined;
      case "position-set":
        this.current.get(event.client)?.reading.get(event.partition)?.push({ event, at });
        return undefined;
      case "rewound":
        for (const partition of event.partitions) this.current.get(event.client)?.reading.get(partition)?.push({ event, at });
        return undefined;
      case "delivered":
        this.delivered.push({ event, at });
        this.current.get(event.client)?.reading.get(event.partition)?.push({ event, at });
        return undefined;
      case "processed":
        this.processed.push({ event, at });
        return undefined;
      case "commit-started":
        return this.startCommit(event, at);
      case "commit-acked":
        return this.settleCommit(event, { kind: "acked", at });
      case "commit-refused":
        return this.settleCommit(event, { kind: "refused", at });
      case "commit-unknown":
        return this.settleCommit(event, { kind: "unknown", at });
      case "offsets-fetched":
        return this.noteCoordinator(event);
      case "cluster-described":
        this.end = { partitions: event.partitions, groups: event.groups };
        return undefined;
      case "limit-reached":
        this.limitsReached.push({ event, at });
        return undefined;
      default:
        return this.cluster.take(event, at);
    }
  }

  private log(partition: TopicPartition): ReadLog {
    let log = this.logs.get(partition);
    if (log === undefined) {
      log = { partition, records: [], readAtUs: Infinity, range: undefined };
      this.logs.set(partition, log);
    }
    return log;
  }

  private takeRecord({ offset, partition, transactionOf, value }: EventOf<"read-back">, at: number): void {
    const fate = transactionOf === undefined ? undefined : "open";
    this.log(partition).records.push({ offset, value, at, transactionOf, fate });
  }

  /**
   * A log may lose its first records while it is read. Of a transaction that began among them the marker may have gone too, so
   * that nothing can be said of what was read of it.
   */
  private finishLog({ atUs, endOffset, partition, startOffset }: EventOf<"read-back-finished">): void {
    const log = this.log(partition);
    log.range = { startOffset, endOffset };
    log.readAtUs = atUs;
    const isLost = ({ fate, offset: at }: Seen): boolean => fate === "open" && at < startOffset;
    if (log.records.some(isLost)) log.records.splice(0, log.records.length, ...log.records.filter((record) => !isLost(record)));
  }

  /** A marker decides on whatever its producer has written since the marker before. */
  private takeMarker({ outcome, partition, producerId }: EventOf<"marker-read-back">): void {
    for (const record of this.log(partition).records) {
      if (record.transactionOf === producerId && record.fate === "open") record.fate = outcome;
    }
  }

  private settleTransaction({ client, outcome }: EventOf<"transaction-ended">): void {
    const transaction = this.transactions.findLast(({ ending }) => ending.client === client);
    if (transaction !== undefined) transaction.outcome = outcome;
  }

  private startSend(event: EventOf<"send-started">, at: number): void {
    const { chosenAmong, client, isTombstone = false, key, partition, source, step, value } = event;
    const settings = this.settingsOf(client);
    const session = this.sessions.get(client) ?? 0;
    const place = { step, client, session, partition, source };
    const send = { ...place, value, key, isTombstone, chosenAmong, settings, startedAt: at };
    this.sends.set(step, { ...send, outcome: { kind: "open" } });
  }

  private settingsOf(client: ClientId): ProducerSettings {
    let settings = this.producerSettings.get(client);
    if (settings === undefined) {
      settings = producerSettingsOf(this.options, client) ?? defaultProducerSettings;
      this.producerSettings.set(client, settings);
    }
    return settings;
  }

  private settleSend(step: StepId, outcome: Send["outcome"]): void {
    const send = this.sends.get(step);
    if (send === undefined) return;
    send.outcome = outcome;
    const key = sessionKey(send);
    if (outcome.kind === "acked" && !this.firstAcks.has(key)) this.firstAcks.set(key, outcome.at);
  }

  private beginHolding(event: EventOf<"assigned">, at: number): void {
    this.endHolding(event.client, at);
    const { client, generation, group, kept, member, partitions } = event;
    const reading = new Map(partitions.map((partition) => [partition, []]));
    const before = this.latest.get(client);
    const comeTo = (partition: TopicPartition): ReadingEvent | undefined =>
      before?.reading.get(partition)?.at(-1) ?? before?.continued.get(partition);
    const continued = (kept ?? []).flatMap((partition) => {
      const last = comeTo(partition);
      return last === undefined ? [] : [[partition, last] as const];
    });
    const holding: Holding = {
      client,
      group,
      member,
      generation,
      partitions,
      kept,
      hadStaleCoordinator: false,
      assignedAt: at,
      startedAt: this.starts.get(client) ?? 0,
      endedAt: Infinity,
      reading,
      continued: continued.length === 0 ? nothingContinued : new Map(continued),
    };
    this.holdings.push(holding);
    this.latest.set(client, holding);
    this.current.set(client, holding);
  }

  private noteCoordinator({ at, client }: EventOf<"offsets-fetched">): void {
    const holding = this.current.get(client);
    const newest = this.cluster.changes.get(at.partition)?.at(-1)?.event.leaderEpoch;
    if (holding !== undefined && newest !== undefined) holding.hadStaleCoordinator = at.leaderEpoch < newest;
  }

  private endHolding(client: ClientId, at: number): void {
    const holding = this.current.get(client);
    if (holding === undefined) return;
    holding.endedAt = at;
    this.current.delete(client);
  }

  private startCommit(event: EventOf<"commit-started">, at: number): void {
    const commit: Commit = { event, startedAt: at, outcome: { kind: "open", at: Infinity } };
    this.commits.push(commit);
    this.openCommits.set(this.commitKey(event), commit);
  }

  private settleCommit(event: { readonly client: ClientId; readonly commit: number }, outcome: Commit["outcome"]): void {
    const commit = this.openCommits.get(this.commitKey(event));
    if (commit !== undefined) commit.outcome = outcome;
  }

  /** Commits are numbered anew in each life of a client. */
  private commitKey({ client, commit }: { readonly client: ClientId; readonly commit: number }): string {
    return `${client}/${this.sessions.get(client) ?? 0}/${commit}`;
  }
}

const nothingContinued: ReadonlyMap<TopicPartition, ReadingEvent> = new Map();

const sessionKey = ({ client, partition, session }: Send): string => `${client}/${session}/${partition}`;

function placesByKind(history: History): Map<EventKind, number[]> {
  const places = new Map<EventKind, number[]>();
  for (let at = 0; at < history.length; at++) {
    const { kind } = history[at]!;
    const known = places.get(kind);
    if (known === undefined) places.set(kind, [at]);
    else known.push(at);
  }
  return places;
}
