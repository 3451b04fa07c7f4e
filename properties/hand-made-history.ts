/**
 * Test support: histories written by hand, one short line an event. Evidence, group, member and time are filled in, so that a
 * test shows only what it is about. The index of an event is its place in the list that `historyOf` is given.
 */

import type { ErrorName } from "../model/error-code.ts";
import type { FaultKind } from "../model/fault.ts";
import type {
  BrokerEvent,
  ClientEvent,
  GroupDescription,
  HarnessEvent,
  History,
  HistoryEvent,
  PartitionDescription,
  Phase,
} from "../model/history.ts";
import {
  brokerId,
  generation,
  leaderEpoch,
  memberId,
  offset,
  partitionEpoch,
  producerId,
  topicPartition,
} from "../model/ids.ts";
import type { ClientId, TopicPartition } from "../model/ids.ts";
import type { GroupOptions, TopicOptions, TrialOptions } from "../model/schedule.ts";
import type { AssignmentStrategy, ProducerSettings } from "../model/settings.ts";
import { TrialFacts } from "./facts/trial-facts.ts";
import type { Property } from "./property.ts";
import { verdictOf } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

type Timeless<Event> = Event extends HistoryEvent ? Omit<Event, "atUs"> : never;
/** An event of which it is not known yet when it happened. */
export type Told = Timeless<HistoryEvent>;
type Bare<Event> = Event extends HistoryEvent ? Omit<Event, "atUs" | "evidence"> : never;

const harness = (event: Bare<HarnessEvent>): Told => ({ ...event, evidence: "harness" });
const client = (event: Bare<ClientEvent>): Told => ({ ...event, evidence: "client" });
/** What a broker did, for the events that have no line of their own here. */
export const broker = (event: Bare<BrokerEvent>): Told => ({ ...event, evidence: "broker" });

/** One event a millisecond, in the order in which they are told. */
export const historyOf = (...told: readonly (Told | readonly Told[])[]): History =>
  told.flat().map((event, at) => ({ ...event, atUs: at * 1000 }));

/** Reads `orders-0`. */
export function partitionOf(text: string): TopicPartition {
  const dash = text.lastIndexOf("-");
  return topicPartition(text.slice(0, dash), Number(text.slice(dash + 1)));
}

// --- producers -----------------------------------------------------------------------------------------------------------

/** Producer `p1` is given the record `step` for `orders-0`. */
export const send = (step: string, to = "orders-0", from: ClientId = "p1"): Told =>
  client({ kind: "send-started", client: from, step, partition: partitionOf(to), value: step });
/** Member `c1` of `billing` makes an output record of the record at `place`, for `shipments-0`. */
export const makes = (value: string, place: Place, from: ClientId = "c1"): Told =>
  client({
    kind: "send-started",
    client: from,
    step: value,
    partition: partitionOf("shipments-0"),
    value,
    source: { group: "billing", ...placeOf(place) },
  });
/** Producer `p1` is given a record for which its partitioner chooses `to`, one of the partitions `among`. */
export const chosen = (step: string, to: string, among: readonly number[], key?: string): Told => ({
  ...client({ kind: "send-started", client: "p1", step, partition: partitionOf(to), value: step, chosenAmong: among }),
  ...(key !== undefined && { key }),
});
/** The same of a record that is a tombstone of its key. */
export const deleting = (step: string, to: string, key: string): Told =>
  ({ ...chosen(step, to, [0], key), isTombstone: true }) as Told;
export const acked = (step: string, at: number | null, from: ClientId = "p1"): Told =>
  client({ kind: "send-acked", client: from, step, offset: at === null ? null : offset(at) });
export const failed = (step: string, error = "NOT_ENOUGH_REPLICAS", from: ClientId = "p1"): Told =>
  client({ kind: "send-failed", client: from, step, error });
export const unclear = (step: string, error = "REQUEST_TIMED_OUT", from: ClientId = "p1"): Told =>
  client({ kind: "send-unknown", client: from, step, error });

/** Producer `p1` asks for its transaction of these sends to end. */
export const ending = (outcome: "commit" | "abort", ...steps: readonly string[]): Told =>
  client({ kind: "transaction-ending", client: "p1", transactionalId: "shop", steps, outcome });
export const ended = (outcome: "committed" | "aborted" | "unknown", ...steps: readonly string[]): Told =>
  client({ kind: "transaction-ended", client: "p1", transactionalId: "shop", steps, outcome });

// --- lives of clients ----------------------------------------------------------------------------------------------------

export const started = (name: ClientId): Told => client({ kind: "client-started", client: name });
export const stopped = (name: ClientId): Told => client({ kind: "client-stopped", client: name });
export const fenced = (name: ClientId, member = `${name}-id`): Told =>
  client({ kind: "client-fenced", client: name, group: "billing", member: memberId(member), instance: "desk" });
export const killed = (name: ClientId): Told => client({ kind: "client-killed", client: name });

// --- members of the group `billing` --------------------------------------------------------------------------------------

/** A client in a generation, written `c1/3`; its member id is `c1-id` unless it is told, as in `c1/3/c1-id-2`. */
type Who = string;
function inGroup(who: Who, group = "billing") {
  const [name = "", count = "1", member = `${name}-id`] = who.split("/");
  return { client: name, group, member: memberId(member), generation: generation(Number(count)) };
}
/** A record, written `orders-0@3`. */
type Place = string;
function placeOf(place: Place): { readonly partition: TopicPartition; readonly offset: ReturnType<typeof offset> } {
  const [partition = "", position = "0"] = place.split("@");
  return { partition: partitionOf(partition), offset: offset(Number(position)) };
}

export const assigned = (who: Who, ...partitions: readonly string[]): Told =>
  client({ kind: "assigned", ...inGroup(who), partitions: partitions.map(partitionOf) });
/** The same where rebalances are cooperative: `kept` is what the member held before and goes on with. */
export const goesOn = (who: Who, kept: readonly string[], ...partitions: readonly string[]): Told => ({
  ...client({ kind: "assigned", ...inGroup(who), partitions: partitions.map(partitionOf), kept: kept.map(partitionOf) }),
});
/**
 * The leader `c1` shares out: each member with the generation since which it holds what it says, and what it is given; for instance
 * `{ c1: ["1 orders-0 orders-1", "orders-0"] }`. Everybody wants every topic, and a topic has two partitions.
 */
export function sharedOut(
  strategy: AssignmentStrategy,
  members: { readonly [member: string]: readonly [owned: string, given: string] },
): Told {
  const words = (text: string): readonly string[] => text.split(" ").filter(Boolean);
  const told = Object.entries(members).map(([name, [owned, given]]) => {
    const [since = "-1", ...held] = words(owned);
    return { member: memberId(name), since: Number(since), held: held.map(partitionOf), given: words(given).map(partitionOf) };
  });
  return client({
    kind: "shared-out",
    ...inGroup("c1/2"),
    strategy,
    topics: [{ topic: "orders", partitions: 2 }],
    members: told.map(({ held, member, since }) => {
      return { member, topics: ["orders"], owned: { generation: generation(since), partitions: held } };
    }),
    assignment: told.map(({ given: partitions, member }) => ({ member, partitions })),
  });
}
export const revoked = (who: Who, ...partitions: readonly string[]): Told =>
  client({ kind: "revoked", ...inGroup(who), partitions: partitions.map(partitionOf) });
export const lost = (who: Who, ...partitions: readonly string[]): Told =>
  client({ kind: "lost", ...inGroup(who), partitions: partitions.map(partitionOf) });
export const begins = (who: Who, place: Place, from: "committed" | "earliest" | "latest" = "earliest"): Told =>
  client({ kind: "position-set", ...inGroup(who), ...placeOf(place), from });
export const rewound = (who: Who, ...partitions: readonly string[]): Told =>
  client({ kind: "rewound", ...inGroup(who), partitions: partitions.map(partitionOf) });
export const delivered = (who: Who, place: Place, value: string): Told =>
  client({ kind: "delivered", ...inGroup(who), ...placeOf(place), value });
export const processed = (who: Who, place: Place, value: string): Told =>
  client({ kind: "processed", ...inGroup(who), ...placeOf(place), value });
/** The member commits, for its `commit`th time, the offsets `orders-0@3`, … */
export const commits = (who: Who, commit: number, ...places: readonly Place[]): Told =>
  client({ kind: "commit-started", ...inGroup(who), commit, offsets: places.map(placeOf) });
export const commitAcked = (name: ClientId, commit: number): Told => client({ kind: "commit-acked", client: name, commit });
export const commitRefused = (name: ClientId, commit: number, error = "ILLEGAL_GENERATION"): Told =>
  client({ kind: "commit-refused", client: name, commit, error });
export const commitUnclear = (name: ClientId, commit: number, error = "REQUEST_TIMED_OUT"): Told =>
  client({ kind: "commit-unknown", client: name, commit, error });

// --- the harness ---------------------------------------------------------------------------------------------------------

/** The log of `partition` was read back: these values from offset 0. */
export function readBack(partition: string, ...values: readonly string[]): readonly Told[] {
  const name = partitionOf(partition);
  return [
    ...values.map((value, at) => client({ kind: "read-back", partition: name, offset: offset(at), value })),
    client({ kind: "read-back-finished", partition: name, startOffset: offset(0), endOffset: offset(values.length) }),
  ];
}
/**
 * The log of `partition` was read back as it is with transactions of producer 7: `s1`, …, with `commit` and `abort` for markers.
 */
export function readBackTransactions(partition: string, ...told: readonly string[]): readonly Told[] {
  const name = partitionOf(partition);
  const at = (position: number) => ({ partition: name, offset: offset(position) });
  return [
    ...told.map((one, position) =>
      one === "commit" || one === "abort"
        ? client({ kind: "marker-read-back", ...at(position), producerId: producerId(7), outcome: one })
        : client({ kind: "read-back", ...at(position), value: one, transactionOf: producerId(7) }),
    ),
    client({ kind: "read-back-finished", partition: name, startOffset: offset(0), endOffset: offset(told.length) }),
  ];
}
/** One record was read back; the log was not read to its end. */
export const readOne = (place: Place, value: string): Told => client({ kind: "read-back", ...placeOf(place), value });
export const phase = (name: Phase): Told => harness({ kind: "phase-started", phase: name });
export const limitReached = (limit: string, ...waitedFor: readonly string[]): Told =>
  harness({ kind: "limit-reached", limit, waitedFor });
export const played = (step: string, resolved: readonly string[]): Told =>
  harness({ kind: "step-played", step, resolved, anchorMissed: false });
export const injected = (fault: FaultKind, step = "f1"): Told => harness({ kind: "fault-injected", step, fault });
export const healed = (step = "f1"): Told => harness({ kind: "fault-healed", step });
export const described = (end: {
  readonly partitions?: readonly PartitionDescription[];
  readonly groups?: readonly GroupDescription[];
}): Told => harness({ kind: "cluster-described", partitions: end.partitions ?? [], groups: end.groups ?? [] });

/** The group `billing` at the end of a trial: stable, with the members that run. */
export const groupAtEnd = (
  how: { readonly [Key in "state" | "group"]?: string } & {
    readonly running?: readonly ClientId[];
    readonly members?: readonly ClientId[];
    readonly committed?: readonly Place[];
  } = {},
): GroupDescription => {
  const { committed = [], group = "billing", members = ["c1"], running = ["c1"], state = "Stable" } = how;
  return { group, state, running, members, committed: committed.map(placeOf) };
};

export const partitionAtEnd = (partition: string, leader: number, isr: readonly number[]): PartitionDescription => ({
  partition: partitionOf(partition),
  leader: brokerId(leader),
  replicas: [1, 2, 3].map(brokerId),
  isr: isr.map(brokerId),
});

// --- brokers -------------------------------------------------------------------------------------------------------------

/**
 * The controllers decided: `partition` is led by `leader` in `epoch`, with this ISR, these eligible replicas beside it, and
 * `last` as the leader that was last known. Its replicas are on brokers 1, 2 and 3.
 */
export const changed = (
  partition: string,
  {
    elr = [],
    epoch,
    isr,
    last = -1,
    leader,
    ...asked
  }: {
    readonly leader: number;
    readonly epoch: number;
    readonly isr: readonly number[];
    readonly elr?: readonly number[];
    readonly last?: number;
    readonly isUncleanAsked?: true;
  },
): Told =>
  broker({
    kind: "partition-changed",
    ...asked,
    partition: partitionOf(partition),
    controllerEpoch: 1,
    replicas: [1, 2, 3].map(brokerId),
    addingReplicas: [],
    removingReplicas: [],
    leader: brokerId(leader),
    leaderEpoch: leaderEpoch(epoch),
    isr: isr.map(brokerId),
    elr: elr.map(brokerId),
    lastKnownLeader: brokerId(last),
    isRecovering: false,
    partitionEpoch: partitionEpoch(epoch),
  });
export const down = (id: number, how: "killed" | "stopped" | "power-lost" = "killed"): Told =>
  broker({ kind: "broker-down", broker: brokerId(id), how });
export const truncated = (id: number, place: Place): Told => {
  const { offset: toOffset, partition } = placeOf(place);
  return broker({ kind: "truncated", broker: brokerId(id), partition, toOffset });
};
/** A leader's log starts at `place` because it was told to delete what is before it, or because that was too old. */
export const logStartAdvanced = (id: number, place: Place, why: "delete-records" | "retention.ms" = "delete-records"): Told => {
  const { offset: logStart, partition } = placeOf(place);
  return broker({ kind: "log-start-advanced", broker: brokerId(id), partition, logStart, why });
};
/** A follower begins anew at `place`, behind what its leader has deleted. */
export const logRestarted = (id: number, place: Place): Told => {
  const { offset: logStart, partition } = placeOf(place);
  return broker({ kind: "log-restarted", broker: brokerId(id), partition, logStart, why: "out-of-range" });
};
/** A broker turns down a consumer's fetch at `place`. */
export const refusedFetch = (id: number, place: Place, error: ErrorName): Told => {
  const { offset: fetchOffset, partition } = placeOf(place);
  const consumer = { follower: brokerId(-1), brokerEpoch: -1, requestedEpoch: leaderEpoch(0) };
  return broker({ kind: "fetch-refused", broker: brokerId(id), partition, ...consumer, fetchOffset, error });
};
const idempotentBatch = { producerId: producerId(7), producerEpoch: 0, baseSequence: 0, length: 1 };
export const produceRefused = (id: number, partition: string, error: ErrorName): Told =>
  broker({
    kind: "produce-refused",
    broker: brokerId(id),
    partition: partitionOf(partition),
    error,
    acks: -1,
    batch: idempotentBatch,
  });
export const duplicateRecognised = (id: number, place: Place): Told => {
  const { offset: baseOffset, partition } = placeOf(place);
  return broker({ kind: "duplicate-recognised", broker: brokerId(id), partition, baseOffset, batch: idempotentBatch });
};
/** A coordinator of leader epoch `epoch` told a client the group's offsets. */
export const offsetsFetched = (name: ClientId, id: number, epoch: number): Told => {
  const at = { partition: partitionOf("__consumer_offsets-0"), offset: offset(0), leaderEpoch: leaderEpoch(epoch) };
  return broker({ kind: "offsets-fetched", broker: brokerId(id), group: "billing", client: name, at });
};

/** Coordinator 1 accepts a commit of `orders-0@3`, … */
export const commitAccepted = (who: Who, ...places: readonly Place[]): Told => {
  const { generation: count, group, member } = inGroup(who);
  const at = { partition: partitionOf("__consumer_offsets-0"), offset: offset(0), leaderEpoch: leaderEpoch(0) };
  const offsets = places.map(placeOf);
  return broker({ kind: "commit-accepted", broker: brokerId(1), group, member, generation: count, offsets, at });
};

// --- judging -------------------------------------------------------------------------------------------------------------

/** How a hand-made trial differs from three brokers, topic `orders` of two partitions, producers `p1`, `p2` and one group. */
export interface Shape {
  readonly producer?: Partial<ProducerSettings>;
  readonly topic?: TopicOptions["config"];
  readonly group?: Partial<GroupOptions>;
  /** The group makes output of what it reads, for topic `shipments` of one partition. */
  readonly hasOutput?: true;
  readonly brokerConfig?: TrialOptions["brokerConfig"];
}

const shipments: TopicOptions = { name: "shipments", partitions: 1, replicationFactor: 3, config: {} };
const inTransaction: Partial<GroupOptions> = { commit: "in-transaction", output: { topic: "shipments", config: {} } };

export const optionsOf = ({
  brokerConfig = {},
  group = {},
  hasOutput,
  producer = {},
  topic = {},
}: Shape = {}): TrialOptions => ({
  brokers: 3,
  brokerConfig,
  topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: topic }, ...(hasOutput === true ? [shipments] : [])],
  producers: ["p1", "p2"].map((id) => ({ id, config: producer })),
  groups: [
    {
      id: "billing",
      topics: ["orders"],
      members: ["c1", "c2"],
      commit: "after-processing",
      handlerMs: 0,
      config: {},
      ...(hasOutput === true && inTransaction),
      ...group,
    },
  ],
});

export const factsOf = (history: History, shape: Shape = {}): TrialFacts => new TrialFacts(optionsOf(shape), history);

/** The verdict of a property on a hand-made history. */
export const verdictOn = (property: Property, history: History, shape: Shape = {}): Verdict =>
  verdictOf(property.check(factsOf(history, shape)));

/** What a verdict comes to, without the whys: its kind, and of each breach the message, the witness and the setting. */
export function told(verdict: Verdict): unknown {
  if (verdict.kind === "holds") return `holds for ${verdict.judged}`;
  if (verdict.kind === "unknown") return "unknown";
  return {
    [verdict.kind]: verdict.breaches.map(({ message, permission, witness }) => [
      message,
      witness,
      ...(permission === undefined ? [] : [permission.setting]),
    ]),
  };
}
