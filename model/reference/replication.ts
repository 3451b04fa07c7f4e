/**
 * Replication: leaders append, followers fetch, logs are cut where they depart, the high watermark moves.
 *
 * Sources: KIP-101, KIP-279, KIP-320 (epochs and truncation), KIP-497 (maximal ISR), KIP-966 (no progress under min ISR).
 */

import type { ErrorName } from "../error-code.ts";
import { offset } from "../ids.ts";
import type { BrokerId, LeaderEpoch, Offset, TopicPartition } from "../ids.ts";
import { classify, sessionsOf, withBatch } from "./producer-session.ts";
import type { Sequenced } from "./producer-session.ts";
import { beginsWith, endOf, firstDeparture, isSameEntry, put } from "./state.ts";
import type { ClusterState, Copy, Entry, LeaderRole, PartitionState } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

/** What the actions of this file are about: one replica of one partition. */
export interface AtReplica {
  readonly broker: BrokerId;
  readonly partition: TopicPartition;
}

/** A batch of records as it is in a log. */
export interface Batch extends Sequenced {
  readonly baseOffset: Offset;
  readonly epoch: LeaderEpoch;
  readonly values: readonly string[];
}

export type ReplicationAction =
  | ({ readonly kind: "leader-append"; readonly batch: Batch; readonly acks: number } & AtReplica)
  /** A leader recognised a batch that it has already. */
  | ({ readonly kind: "recognise-duplicate"; readonly batch: Sequenced } & AtReplica)
  /** A leader turned a batch down. */
  | ({
      readonly kind: "refuse-append";
      readonly batch: Sequenced;
      readonly acks: number;
      readonly error: ErrorName;
    } & AtReplica)
  | ({ readonly kind: "follower-append"; readonly batch: Batch } & AtReplica)
  | ({ readonly kind: "truncate-to-divergence"; readonly toOffset: Offset } & AtReplica)
  /** A leader notes how far a follower has come, by a fetch that was made for its own term. */
  | ({
      readonly kind: "accept-fetch";
      readonly follower: BrokerId;
      readonly epoch: LeaderEpoch;
      readonly fetchOffset: Offset;
      readonly lastFetchedEpoch: LeaderEpoch;
    } & AtReplica)
  | ({ readonly kind: "advance-high-watermark"; readonly highWatermark: Offset } & AtReplica)
  | ({ readonly kind: "follow-high-watermark"; readonly highWatermark: Offset } & AtReplica);

export function stepReplication(state: ClusterState, action: ReplicationAction): Step {
  const partition = state.partitions.get(action.partition);
  const copy = partition?.copies.get(action.broker);
  if (partition === undefined || copy === undefined) {
    return refused("UNKNOWN_TOPIC_OR_PARTITION", `broker ${action.broker} has no replica of ${action.partition}`);
  }
  switch (action.kind) {
    case "leader-append":
      return leaderAppend(state, partition, copy, action);
    case "recognise-duplicate":
      return recogniseDuplicate(state, copy, action);
    case "refuse-append":
      return refuseAppend(state, partition, copy, action);
    case "follower-append":
      return followerAppend(state, partition, copy, action);
    case "truncate-to-divergence":
      return truncate(state, partition, copy, action);
    case "accept-fetch":
      return acceptFetch(state, partition, copy, action);
    case "advance-high-watermark":
      return advanceHighWatermark(state, partition, copy, action);
    case "follow-high-watermark":
      return followHighWatermark(state, partition, copy, action);
  }
}

type Of<Kind extends ReplicationAction["kind"]> = Extract<ReplicationAction, { readonly kind: Kind }>;

function leaderAppend(state: ClusterState, partition: PartitionState, copy: Copy, action: Of<"leader-append">): Step {
  const { acks, batch } = action;
  const { log, role } = copy;
  if (role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  if (batch.epoch !== role.epoch) return refused("FENCED_LEADER_EPOCH", `its term is epoch ${role.epoch}`);
  if (batch.baseOffset !== endOf(log)) return refused("OFFSET_OUT_OF_RANGE", `its log ends at ${log.length}`);
  const error = appendError(partition, copy, role, { acks, batch });
  if (error !== undefined) return refused(error, `min ISR ${partition.minIsr}, ISR ${role.isr.join(", ")}`);
  const { baseSequence, epoch, length, producerEpoch, producerId, values } = batch;
  const opens: Sequenced = { producerId, producerEpoch, baseSequence, length };
  const entries = values.map((value, at): Entry => (at === 0 ? { epoch, value, opens } : { epoch, value }));
  const appended: Copy = { ...copy, log: [...log, ...entries], producers: withBatch(copy.producers, opens) };
  return ok(withPartition(state, action, withLeader(partition, action.broker, role, appended)));
}

/** Why a leader does not append a batch; undefined where it does. */
function appendError(
  { minIsr }: PartitionState,
  { producers }: Copy,
  { isr }: LeaderRole,
  { acks, batch }: { readonly acks: number; readonly batch: Sequenced },
): ErrorName | undefined {
  if (acks === -1 && isr.length < minIsr) return "NOT_ENOUGH_REPLICAS";
  const kind = classify(producers, batch);
  if (kind === "new") return undefined;
  return kind === "duplicate" ? "DUPLICATE_SEQUENCE_NUMBER" : kind;
}

function refuseAppend(state: ClusterState, partition: PartitionState, copy: Copy, action: Of<"refuse-append">): Step {
  const { role } = copy;
  if (role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  const error = appendError(partition, copy, role, action);
  return error === action.error ? ok(state) : refused(error ?? "NONE", `the leader said ${action.error}`);
}

function recogniseDuplicate(state: ClusterState, copy: Copy, { batch }: Of<"recognise-duplicate">): Step {
  if (copy.role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  const kind = classify(copy.producers, batch);
  return kind === "duplicate" ? ok(state) : refused("OUT_OF_ORDER_SEQUENCE_NUMBER", "the log does not have this batch");
}

/** A follower takes exactly what the leader of its epoch has at the end of the follower's log (log matching, I3). */
function followerAppend(state: ClusterState, partition: PartitionState, copy: Copy, action: Of<"follower-append">): Step {
  const { batch } = action;
  const { log, role } = copy;
  if (role.kind !== "follower") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not follow");
  if (batch.baseOffset !== endOf(log)) return refused("OFFSET_OUT_OF_RANGE", `its log ends at ${log.length}`);
  if (batch.epoch > role.epoch) return refused("UNKNOWN_LEADER_EPOCH", `it follows epoch ${role.epoch}`);
  const source = partition.terms.get(role.epoch)?.log ?? [];
  const isLeaders = batch.values.every((value, at) => {
    const entry = source[batch.baseOffset + at];
    return entry !== undefined && entry.epoch === batch.epoch && entry.value === value;
  });
  if (!isLeaders || !beginsWith(source, log, log.length)) {
    return refused("FENCED_LEADER_EPOCH", `the leader of epoch ${role.epoch} does not have these records there`);
  }
  const upTo = batch.baseOffset + batch.values.length;
  // A follower that has caught up shares the leader's log; only one that differs, or is behind, needs its own.
  const isCaughtUp = upTo === source.length && firstDeparture(log, source, log.length) < 0;
  const appended = isCaughtUp ? source : [...log, ...source.slice(batch.baseOffset, upTo)];
  const after: Copy = { ...copy, log: appended, producers: withBatch(copy.producers, batch) };
  return ok(withPartition(state, action, withCopy(partition, action.broker, after)));
}

/** What a follower cuts off, the leader of its epoch must not have. */
function truncate(state: ClusterState, partition: PartitionState, copy: Copy, action: Of<"truncate-to-divergence">): Step {
  const { toOffset } = action;
  const { log, role } = copy;
  if (role.kind !== "follower") return refused("NOT_LEADER_OR_FOLLOWER", "only a follower cuts its log");
  const source = partition.terms.get(role.epoch)?.log ?? [];
  const shared = log.findIndex((entry, at) => at >= toOffset && isSameEntry(entry, source[at]));
  if (shared >= 0) {
    return refused("FENCED_LEADER_EPOCH", `the leader of epoch ${role.epoch} has the record at ${shared} as well`);
  }
  const kept = log.slice(0, toOffset);
  const after: Copy = {
    ...copy,
    log: kept,
    highWatermark: offset(Math.min(copy.highWatermark, toOffset)),
    producers: sessionsOf(kept),
  };
  return ok(withPartition(state, action, withCopy(partition, action.broker, after)));
}

function acceptFetch(state: ClusterState, partition: PartitionState, copy: Copy, action: Of<"accept-fetch">): Step {
  const { epoch, fetchOffset, follower, lastFetchedEpoch } = action;
  const { log, role } = copy;
  if (role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  if (epoch < role.epoch) return refused("FENCED_LEADER_EPOCH", `the fetch is for epoch ${epoch}, the term is ${role.epoch}`);
  if (epoch > role.epoch) return refused("UNKNOWN_LEADER_EPOCH", `the fetch is for epoch ${epoch}, the term is ${role.epoch}`);
  const last = log[fetchOffset - 1]?.epoch;
  const isDiverging = fetchOffset > log.length || (fetchOffset > 0 && last !== lastFetchedEpoch);
  if (isDiverging) return refused("OFFSET_OUT_OF_RANGE", "the follower's log departs from the leader's before that offset");
  const after: LeaderRole = { ...role, fetched: put(role.fetched, follower, fetchOffset) };
  return ok(withPartition(state, action, withCopy(partition, action.broker, { ...copy, role: after })));
}

function advanceHighWatermark(
  state: ClusterState,
  partition: PartitionState,
  copy: Copy,
  action: Of<"advance-high-watermark">,
): Step {
  const { broker, highWatermark } = action;
  const { log, role } = copy;
  if (role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  if (highWatermark <= copy.highWatermark) return refused("OFFSET_NOT_AVAILABLE", "the watermark must grow");
  if (highWatermark > log.length) return refused("OFFSET_NOT_AVAILABLE", `the log ends at ${log.length}`);
  if (role.isr.length < partition.minIsr) {
    return refused("NOT_ENOUGH_REPLICAS", `${role.isr.length} in sync, ${partition.minIsr} needed`);
  }
  const maximal = [...role.isr, ...(role.proposed ?? [])].filter((member) => member !== broker);
  const behind = maximal.find((member) => (role.fetched.get(member) ?? -1) < highWatermark);
  if (behind !== undefined) {
    return refused("NOT_ENOUGH_REPLICAS", `replica ${behind} has not fetched up to ${highWatermark} in this term`);
  }
  const isTruth = role.epoch >= partition.lossyEpoch && beginsWith(log, partition.committed, partition.committed.length);
  const isMore = highWatermark > partition.committed.length;
  const whole = (): readonly Entry[] => (highWatermark === log.length ? log : log.slice(0, highWatermark));
  const committed = isTruth && isMore ? whole() : partition.committed;
  const after = withLeader(partition, broker, role, { ...copy, highWatermark });
  return ok(withPartition(state, action, committed === partition.committed ? after : { ...after, committed }));
}

function followHighWatermark(
  state: ClusterState,
  partition: PartitionState,
  copy: Copy,
  action: Of<"follow-high-watermark">,
): Step {
  const { broker, highWatermark } = action;
  const { log, role } = copy;
  if (role.kind !== "follower") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not follow");
  if (highWatermark > log.length) return refused("OFFSET_NOT_AVAILABLE", `its log ends at ${log.length}`);
  const term = partition.terms.get(role.epoch);
  if (term === undefined || highWatermark > term.highWatermark) {
    return refused("OFFSET_NOT_AVAILABLE", `the leader of epoch ${role.epoch} has come to ${term?.highWatermark ?? "none"}`);
  }
  if (!beginsWith(log, term.log, highWatermark)) {
    return refused(
      "OFFSET_NOT_AVAILABLE",
      `up to ${highWatermark} its log is not the one of the leader of epoch ${role.epoch}`,
    );
  }
  return ok(withPartition(state, action, withCopy(partition, broker, { ...copy, highWatermark })));
}

/** The partition with one copy replaced. */
export const withCopy = (partition: PartitionState, broker: BrokerId, copy: Copy): PartitionState => ({
  ...partition,
  copies: put(partition.copies, broker, copy),
});

/** The partition with the copy of a leader replaced, and with it what its term has come to. */
function withLeader(partition: PartitionState, broker: BrokerId, { epoch }: LeaderRole, copy: Copy): PartitionState {
  const { highWatermark, log } = copy;
  const { leader } = partition.terms.get(epoch)!;
  return {
    ...partition,
    copies: put(partition.copies, broker, copy),
    terms: put(partition.terms, epoch, { leader, log, highWatermark }),
  };
}

/** The state with one partition replaced. */
export const withPartition = (
  state: ClusterState,
  { partition: name }: { readonly partition: TopicPartition },
  partition: PartitionState,
): ClusterState => ({ ...state, partitions: put(state.partitions, name, partition) });
