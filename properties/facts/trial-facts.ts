/**
 * A history sorted for those who judge it: sends with their outcomes, logs as they were read back, who held which partition
 * when, commits with their outcomes, and what the cluster went through. Built in one pass, and near-linear.
 */

import type { EventKind, EventOf, GroupDescription, History, HistoryEvent, PartitionDescription } from "../../model/history.ts";
import { offset, topicOf } from "../../model/ids.ts";
import type { ClientId, Generation, GroupId, MemberId, Offset, ProducerId, StepId, TopicPartition } from "../../model/ids.ts";
import { producerSettingsOf } from "../../model/schedule.ts";
import type { GroupOptions, TrialOptions } from "../../model/schedule.ts";
import { defaultProducerSettings } from "../../model/settings.ts";
import type { ProducerSettings } from "../../model/settings.ts";
import { ClusterFacts } from "./cluster-facts.ts";
import { HistoryIndex } from "./history-index.ts";
import type { EventAt } from "./history-index.ts";
import { Streams } from "./sends.ts";
import type { Send } from "./sends.ts";

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
  private readonly streams = new Streams();
  /** Of the present life of each member: its commits by their numbers. */
  private readonly openCommits = new Map<ClientId, Map<number, Commit>>();
  private readonly index: HistoryIndex;
  private readonly ofWorkload = new Map<TopicPartition, boolean>();
  private readonly valuePlaces = new Map<ReadLog, ReadonlyMap<string, readonly Seen[]>>();

  constructor(options: TrialOptions, history: History) {
    this.options = options;
    this.history = history;
    this.cluster = new ClusterFacts(options);
    this.index = new HistoryIndex(history);
    for (let at = 0; at < history.length; at++) this.take(history[at]!, at);
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

  /** Is it a partition that clients were told to write to, and no internal one? */
  isOfWorkload(partition: TopicPartition): boolean {
    let isSo = this.ofWorkload.get(partition);
    if (isSo === undefined) {
      const topic = topicOf(partition);
      isSo = this.options.topics.some(({ name }) => name === topic);
      this.ofWorkload.set(partition, isSo);
    }
    return isSo;
  }

  /** Where each value is in a log: more than once, where it was written twice. Several properties ask. */
  placesByValue(log: ReadLog): ReadonlyMap<string, readonly Seen[]> {
    let places = this.valuePlaces.get(log);
    if (places === undefined) {
      places = placesByValue(log);
      this.valuePlaces.set(log, places);
    }
    return places;
  }

  /** All events of one kind in order. */
  eventsOf<Kind extends EventKind>(kind: Kind): readonly EventAt<Kind>[] {
    return this.index.eventsOf(kind);
  }

  /** Whether there is an event of this kind of which this is true. */
  hasEvent<Kind extends EventKind>(kind: Kind, isSo: (event: EventOf<Kind>) => boolean = () => true): boolean {
    return this.index.has(kind, isSo);
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
        return this.beginLife(event.client, at);
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

  private beginLife(client: ClientId, at: number): void {
    this.sessions.set(client, (this.sessions.get(client) ?? 0) + 1);
    this.starts.set(client, at);
    this.streams.beginLife(client);
    this.openCommits.delete(client);
  }

  private startSend(event: EventOf<"send-started">, at: number): void {
    const { chosenAmong, client, isTombstone = false, key, partition, source, step, value } = event;
    const stream = this.streams.of(client, partition);
    const send: Send = {
      step,
      client,
      session: this.sessions.get(client) ?? 0,
      partition,
      value,
      key,
      isTombstone,
      chosenAmong,
      source,
      settings: this.settingsOf(client),
      startedAt: at,
      stream,
      outcome: { kind: "open" },
    };
    stream.sends.push(send);
    this.sends.set(step, send);
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
    if (outcome.kind === "acked") send.stream.firstAckAt ??= outcome.at;
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
    const open = this.openCommits.get(event.client);
    if (open === undefined) this.openCommits.set(event.client, new Map([[event.commit, commit]]));
    else open.set(event.commit, commit);
  }

  /** Commits are numbered anew in each life of a client. */
  private settleCommit(event: { readonly client: ClientId; readonly commit: number }, outcome: Commit["outcome"]): void {
    const commit = this.openCommits.get(event.client)?.get(event.commit);
    if (commit !== undefined) commit.outcome = outcome;
  }
}

const nothingContinued: ReadonlyMap<TopicPartition, ReadingEvent> = new Map();

function placesByValue({ records }: ReadLog): ReadonlyMap<string, readonly Seen[]> {
  const places = new Map<string, Seen[]>();
  for (const record of records) {
    const already = places.get(record.value);
    if (already === undefined) places.set(record.value, [record]);
    else already.push(record);
  }
  return places;
}
