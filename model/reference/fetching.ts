/**
 * Followers fetch: they append what their leader has, cut what it has not, and learn how much of it is committed. The leader
 * notes how far they have come, and moves the high watermark.
 *
 * Sources: KIP-101, KIP-279, KIP-320 (epochs and truncation), KIP-497 (maximal ISR), KIP-966 (no progress under min ISR).
 */

import type { ErrorName } from "../error-code.ts";
import type { BrokerId, LeaderEpoch, Offset } from "../ids.ts";
import { grown, withBatchIn } from "./appending.ts";
import type { Batch } from "./appending.ts";
import { has, membersOf, sizeOf, union, without } from "./broker-set.ts";
import { cleanedBefore, mayBeMissing, withCleanedBatch } from "./cleaning.ts";
import { compare } from "./divergence.ts";
import { startsBefore, withStart } from "./epoch-starts.ts";
import type { Guards } from "./guards.ts";
import { agreesFrom, beginsWith, entryAt, producersSince, sharedPart, upTo } from "./log.ts";
import type { Log } from "./log.ts";
import { atReplica } from "./place.ts";
import type { AtReplica, Place } from "./place.ts";
import { withBatch } from "./producer-session.ts";
import { assignmentAt, minIsrInTerm, putAt, withCopy, withLeaderCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy, Fetched, LeaderRole, PartitionState, Term } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step, Steps } from "./step.ts";

/** A fetch as it reaches a broker. */
export interface FetchSeen {
  /** -1 for a consumer. */
  readonly follower: BrokerId;
  readonly brokerEpoch: number;
  readonly epoch: LeaderEpoch;
  readonly fetchOffset: Offset;
}

export type FetchAction =
  /** A leader notes how far a follower has come, by a fetch that was made for its own term. */
  | ({ readonly kind: "accept-fetch"; readonly lastFetchedEpoch: LeaderEpoch } & FetchSeen & AtReplica)
  | ({ readonly kind: "refuse-fetch"; readonly error: ErrorName } & FetchSeen & AtReplica)
  | ({ readonly kind: "follower-append"; readonly batch: Batch } & AtReplica)
  | ({ readonly kind: "truncate-to-divergence"; readonly toOffset: Offset } & AtReplica)
  | ({ readonly kind: "advance-high-watermark"; readonly highWatermark: Offset } & AtReplica)
  | ({ readonly kind: "follow-high-watermark"; readonly highWatermark: Offset } & AtReplica);

type Of<Kind extends FetchAction["kind"]> = Extract<FetchAction, { readonly kind: Kind }>;

export const fetchSteps: Steps<FetchAction> = {
  "accept-fetch": atReplica(acceptFetch),
  "refuse-fetch": atReplica(refuseFetch),
  "follower-append": atReplica(followerAppend),
  "truncate-to-divergence": atReplica(truncate),
  "advance-high-watermark": atReplica(advanceHighWatermark),
  "follow-high-watermark": atReplica(followHighWatermark),
};

// --- at the leader -----------------------------------------------------------------------------------------------------

function acceptFetch(state: ClusterState, { copy, partition }: Place, action: Of<"accept-fetch">, guards: Guards): Step {
  const { brokerEpoch, epoch, fetchOffset, follower } = action;
  const { role } = copy;
  if (role.kind !== "leader") return notLeading;
  const error = guards["fetch-epoch"] ? epochError(epoch, role.epoch) : undefined;
  if (error !== undefined) return refused(error, () => `the fetch is for epoch ${epoch}, the term is ${role.epoch}`);
  if (!isReplicaIn(partition, role, follower)) {
    return refused("UNKNOWN_LEADER_EPOCH", () => `broker ${follower} has no replica, as far as the leader knows`);
  }
  if (guards["broker-epoch"] && brokerEpoch < (role.fetched[follower]?.brokerEpoch ?? -1)) {
    return refused("NOT_LEADER_OR_FOLLOWER", "a newer process of that broker has fetched already");
  }
  if (guards["diverging-fetch"] && compare(copy, action, guards).kind !== "agrees") {
    return refused("OFFSET_OUT_OF_RANGE", "the follower's log departs from the leader's before that offset");
  }
  const fetched: Fetched = { offset: fetchOffset, brokerEpoch };
  const after: Copy = { ...copy, role: { ...role, fetched: putAt(role.fetched, follower, fetched) } };
  const noted = withCopy(partition, action.broker, after);
  return ok(withPartition(state, action.partition, withoutDeletedDifference(noted, copy, action)));
}

/**
 * Epochs that end before a log begins are forgotten, so a follower is not told of records that differ where its leader's log or
 * its own does not reach any more: where they agree from there on its fetch is accepted. What is left of such records on its disk
 * is out of reach as soon as it is answered, because it then begins no earlier than its leader.
 */
function withoutDeletedDifference(
  partition: PartitionState,
  { log, logStart }: Copy,
  { epoch, fetchOffset, follower }: Of<"accept-fetch">,
): PartitionState {
  const copy = partition.copies[follower];
  const from = Math.max(logStart, copy?.logStart ?? 0);
  if (copy === undefined || from === 0 || copy.role.kind !== "follower" || copy.role.epoch !== epoch) return partition;
  if (copy.log.end !== fetchOffset || beginsWith(log, copy.log)) return partition;
  const shared = upTo(log, fetchOffset);
  return agreesFrom(copy.log, shared, from) ? withCopy(partition, follower, { ...copy, log: shared }) : partition;
}

/** Whether a leader knows of a replica there: it may have to read yet that there is one, or none any more. */
const isReplicaIn = (partition: PartitionState, role: LeaderRole, follower: BrokerId): boolean =>
  has(assignmentAt(partition, role).replicas, follower);

/** A fetch names the epoch that it was made for, and a leader answers in its own only. */
function epochError(requested: LeaderEpoch, current: LeaderEpoch): ErrorName | undefined {
  if (requested < current) return "FENCED_LEADER_EPOCH";
  return requested > current ? "UNKNOWN_LEADER_EPOCH" : undefined;
}

function refuseFetch(state: ClusterState, place: Place, action: Of<"refuse-fetch">): Step {
  const expected = fetchErrors(state, place, action);
  if (expected.includes(action.error)) return ok(state);
  return refused(expected[0] ?? "NONE", () => `the broker said ${action.error}`);
}

/** Every reason to turn this fetch down. Which of several a broker tells is left open. */
function fetchErrors(
  { brokers }: ClusterState,
  { copy: { log, logStart, role }, partition }: Place,
  { brokerEpoch, broker, epoch, fetchOffset, follower }: FetchSeen & AtReplica,
): readonly ErrorName[] {
  const isConsumer = follower < 0;
  const errors: ErrorName[] = [];
  if (brokers[broker]?.isDiskFailed === true) errors.push("KAFKA_STORAGE_ERROR");
  // A follower serves consumers (KIP-392), and has no other reason than a leader to turn one down.
  const mayServe = role.kind === "leader" || (role.kind === "follower" && isConsumer);
  if (!mayServe) return [...errors, "NOT_LEADER_OR_FOLLOWER"];
  const isNamed = !isConsumer || epoch >= 0;
  const wrongEpoch = isNamed ? epochError(epoch, role.epoch) : undefined;
  if (wrongEpoch !== undefined) errors.push(wrongEpoch);
  if (!isConsumer && role.kind === "leader" && !isReplicaIn(partition, role, follower)) errors.push("UNKNOWN_LEADER_EPOCH");
  // A leader hears of a newer process from its fetches, also from those that tell it nothing else.
  if (!isConsumer && brokerEpoch < (brokers[follower]?.brokerEpoch ?? -1)) errors.push("NOT_LEADER_OR_FOLLOWER");
  if (fetchOffset < logStart || fetchOffset > log.end) errors.push("OFFSET_OUT_OF_RANGE");
  return errors;
}

function advanceHighWatermark(
  state: ClusterState,
  { copy, partition }: Place,
  action: Of<"advance-high-watermark">,
  guards: Guards,
): Step {
  const { broker, highWatermark } = action;
  const { log, role } = copy;
  if (role.kind !== "leader") return notLeading;
  if (highWatermark <= copy.highWatermark) return refused("OFFSET_NOT_AVAILABLE", "the watermark must grow");
  const limit = highWatermarkLimit({ copy, partition }, role, broker, guards);
  if (highWatermark > limit) {
    const error = highWatermark > log.end ? "OFFSET_NOT_AVAILABLE" : "NOT_ENOUGH_REPLICAS";
    return refused(error, () => `the leader cannot know of more than ${limit}`);
  }
  const after = withLeaderCopy(partition, broker, { ...copy, highWatermark });
  const committed = committedAfter(partition, role, log, highWatermark);
  return ok(withPartition(state, action.partition, committed === partition.committed ? after : { ...after, committed }));
}

/** As far as the high watermark may move: to what every replica has fetched that is in sync, or may be about to. */
export function highWatermarkLimit(
  { copy: { highWatermark, log }, partition }: Place,
  role: LeaderRole,
  broker: BrokerId,
  guards: Guards,
): number {
  const { fetched, isr, proposed = isr } = role;
  if (guards["min-isr-watermark"] && sizeOf(isr) < minIsrInTerm(partition, role)) return highWatermark;
  const waitedFor = guards["maximal-isr"] ? union(isr, proposed) : proposed;
  let limit: number = log.end;
  for (const member of membersOf(without(waitedFor, broker))) limit = Math.min(limit, fetched[member]?.offset ?? -1);
  return Math.max(limit, highWatermark);
}

function committedAfter(
  { committed, lossyEpoch }: PartitionState,
  { epoch }: LeaderRole,
  log: Log,
  highWatermark: Offset,
): Log {
  const isMore = highWatermark > committed.end && epoch >= lossyEpoch && beginsWith(log, committed);
  return isMore ? upTo(log, highWatermark) : committed;
}

// --- at the follower ---------------------------------------------------------------------------------------------------

/** A follower takes exactly what the leader of its epoch has at the end of the follower's log (log matching, I3). */
function followerAppend(state: ClusterState, { copy, partition }: Place, action: Of<"follower-append">, guards: Guards): Step {
  const { batch, broker } = action;
  const { log, role } = copy;
  if (role.kind !== "follower") return notFollowing;
  if (guards["append-epoch"] && batch.epoch > role.epoch) {
    return refused("UNKNOWN_LEADER_EPOCH", () => `it follows epoch ${role.epoch}`);
  }
  const source = begunTerm(partition, role.epoch)?.log;
  const gap = batch.baseOffset - log.end;
  if (partition.cleanup.isCompacted && (gap > 0 || batch.left !== undefined))
    return appendCleaned(state, { copy, partition }, action);
  if (gap !== 0) return refused("OFFSET_OUT_OF_RANGE", () => `its log ends at ${log.end}`);
  const after = withBatchIn(log, batch);
  if (guards.checksOutcomes && (source === undefined || !beginsWith(source, after) || upTo(after, log.end) !== log)) {
    return refused("FENCED_LEADER_EPOCH", () => `the leader of epoch ${role.epoch} does not have these records there`);
  }
  const appended = grown(copy, after, batch);
  const cleaned = withCleanedBatch(copy.cleaned, [], batch);
  const noted = cleaned === copy.cleaned ? appended : { ...appended, cleaned };
  return ok(withPartition(state, action.partition, withCopy(partition, broker, noted)));
}

/**
 * A batch behind a hole, or with holes in it: its leader's cleaner has removed what is missing. The follower's log is its leader's all
 * the same, with what is missing cleaned from the start.
 */
function appendCleaned(
  state: ClusterState,
  { copy, partition }: Place,
  { batch, broker, partition: name }: Of<"follower-append">,
): Step {
  const { log, role } = copy;
  const { epoch } = role as { readonly epoch: LeaderEpoch };
  const source = begunTerm(partition, epoch)?.log;
  const end = batch.baseOffset + batch.length;
  if (source === undefined || source.end < end || !beginsWith(source, log) || batch.baseOffset < log.end) {
    return refused("FENCED_LEADER_EPOCH", () => `the leader of epoch ${epoch} does not have these records there`);
  }
  const places = batch.left ?? batch.values.map((_value, nth) => (batch.baseOffset + nth) as Offset);
  const isOther = places.some(
    (at, nth) => entryAt(source, at).value !== batch.values[nth] || entryAt(source, at).epoch !== batch.epoch,
  );
  if (isOther) return refused("FENCED_LEADER_EPOCH", () => `the leader of epoch ${epoch} has other records there`);
  const all = Array.from({ length: end - log.end }, (_, nth) => (log.end + nth) as Offset);
  const missing = all.filter((at) => !places.includes(at));
  const kept = missing.find((at) => !mayBeMissing(partition, source, at));
  if (kept !== undefined) return refused("OFFSET_OUT_OF_RANGE", () => `no cleaner may have removed the record at ${kept}`);
  const after = upTo(source, end);
  const appended: Copy = {
    ...copy,
    log: after,
    ownLog: after,
    producers: withBatch(copy.producers, batch),
    epochs: withStart(copy.epochs, batch.epoch, batch.baseOffset),
    cleaned: withCleanedBatch(copy.cleaned, missing, batch),
  };
  return ok(withPartition(state, name, withCopy(partition, broker, appended)));
}

/** What a follower cuts off, the leader of its epoch must not have. One that keeps nothing knows nothing of producers either. */
function truncate(state: ClusterState, { copy, partition }: Place, action: Of<"truncate-to-divergence">, guards: Guards): Step {
  const { broker, toOffset } = action;
  const { log, role } = copy;
  if (role.kind !== "follower" && guards["late-response"]) {
    return refused("NOT_LEADER_OR_FOLLOWER", "only a follower cuts its log");
  }
  if (guards.checksOutcomes && role.kind === "follower") {
    const source = begunTerm(partition, role.epoch)?.log;
    if (source === undefined || sharedPart(log, source).end > toOffset) {
      return refused("FENCED_LEADER_EPOCH", () => `the leader of epoch ${role.epoch} has the record at ${toOffset} as well`);
    }
  }
  const kept = upTo(log, toOffset);
  const ownLog = upTo(copy.ownLog, toOffset);
  const forgets = guards["truncate-epochs"] || kept !== log;
  const keepsNothing = kept !== log && kept.end <= copy.logStart;
  const producersFrom = keepsNothing ? kept.end : (Math.min(copy.producersFrom, kept.end) as Offset);
  const after: Copy = {
    ...copy,
    log: kept,
    ownLog,
    highWatermark: Math.min(copy.highWatermark, kept.end) as Offset,
    logStart: Math.min(copy.logStart, kept.end) as Offset,
    epochs: forgets ? startsBefore(copy.epochs, toOffset) : copy.epochs,
    producers: producersSince(ownLog, producersFrom),
    producersFrom,
    cleaned: kept === log ? copy.cleaned : cleanedBefore(copy.cleaned, toOffset),
  };
  const cut = role.kind === "leader" ? withLeaderCopy(partition, broker, after) : withCopy(partition, broker, after);
  return ok(withPartition(state, action.partition, cut));
}

function followHighWatermark(
  state: ClusterState,
  { copy, partition }: Place,
  action: Of<"follow-high-watermark">,
  guards: Guards,
): Step {
  const { broker, highWatermark } = action;
  const { log, role } = copy;
  if (role.kind !== "follower") return notFollowing;
  if (highWatermark > log.end) return refused("OFFSET_NOT_AVAILABLE", () => `its log ends at ${log.end}`);
  const term = begunTerm(partition, role.epoch);
  if (term === undefined || highWatermark > term.highWatermark) {
    return refused(
      "OFFSET_NOT_AVAILABLE",
      () => `the leader of epoch ${role.epoch} has come to ${term?.highWatermark ?? "none"}`,
    );
  }
  if (guards.checksOutcomes && !beginsWith(term.log, upTo(log, highWatermark))) {
    return refused(
      "OFFSET_NOT_AVAILABLE",
      () => `up to ${highWatermark} its log is not the one of the leader of epoch ${role.epoch}`,
    );
  }
  return ok(withPartition(state, action.partition, withCopy(partition, broker, { ...copy, highWatermark })));
}

/** The term that a follower is in, as soon as its leader has taken office. */
function begunTerm({ terms }: PartitionState, epoch: LeaderEpoch): Term | undefined {
  const term = terms[epoch];
  return term?.hasBegun === true ? term : undefined;
}

const notLeading = refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
const notFollowing = refused("NOT_LEADER_OR_FOLLOWER", "the replica does not follow");
