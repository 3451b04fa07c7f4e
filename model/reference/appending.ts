/**
 * Leaders append what producers send, and tell them what came of it.
 *
 * Sources: the documentation of `acks` and `min.insync.replicas`, KIP-98 (sequence numbers).
 */

import type { ErrorName } from "../error-code.ts";
import type { BrokerId, LeaderEpoch, Offset } from "../ids.ts";
import { sizeOf, tellSet, union } from "./broker-set.ts";
import { withStart } from "./epoch-starts.ts";
import { append, producersSince } from "./log.ts";
import type { Entry, Log } from "./log.ts";
import { atReplica } from "./place.ts";
import type { AtReplica, Place } from "./place.ts";
import { classify } from "./producer-session.ts";
import type { Sequenced } from "./producer-session.ts";
import { minIsrInTerm, withLeaderCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy, LeaderRole, PartitionState } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step, Steps } from "./step.ts";

/** A batch of records as it is in a log. */
export interface Batch extends Sequenced {
  readonly baseOffset: Offset;
  readonly epoch: LeaderEpoch;
  readonly values: readonly string[];
  /** Of a compacted topic only. */
  readonly keys?: readonly (string | null)[];
  /** The offsets of its tombstones, where it has any. */
  readonly tombstones?: readonly Offset[];
  /** Where its values are, if a cleaner has been at it. */
  readonly left?: readonly Offset[];
  /** From when on its tombstones may go, once a cleaner has met them. */
  readonly deleteHorizonMs?: number;
}

export type AppendAction =
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
  /** The producer of a batch that was to be on all in-sync replicas is told of success, or of an error that leaves it open. */
  | ({
      readonly kind: "settle-append";
      readonly baseOffset: Offset;
      readonly endOffset: Offset;
      readonly error: ErrorName;
    } & AtReplica);

type Of<Kind extends AppendAction["kind"]> = Extract<AppendAction, { readonly kind: Kind }>;

export const appendSteps: Steps<AppendAction> = {
  "leader-append": atReplica(leaderAppend),
  "recognise-duplicate": atReplica(recogniseDuplicate),
  "refuse-append": atReplica(refuseAppend),
  "settle-append": atReplica(settleAppend),
};

const notLeading = refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");

function leaderAppend(state: ClusterState, { copy, partition }: Place, action: Of<"leader-append">): Step {
  const { acks, batch, broker } = action;
  const { log, role } = copy;
  if (role.kind !== "leader") return notLeading;
  if (batch.epoch !== role.epoch) return refused("FENCED_LEADER_EPOCH", () => `its term is epoch ${role.epoch}`);
  if (batch.baseOffset !== log.end) return refused("OFFSET_OUT_OF_RANGE", () => `its log ends at ${log.end}`);
  const error = appendError(state, partition, { broker, copy, role }, { acks, batch });
  if (error !== undefined) {
    return refused(error, () => `min ISR ${minIsrInTerm(partition, role)}, ISR ${tellSet(role.isr)}`);
  }
  const appended = grown(copy, withBatchIn(log, batch), batch);
  return ok(withPartition(state, action.partition, withLeaderCopy(partition, broker, appended)));
}

/** What a replica has become with a batch, by which its log has become `log`. */
export function grown(copy: Copy, log: Log, batch: Batch): Copy {
  const ownLog = copy.ownLog === copy.log ? log : withBatchIn(copy.ownLog, batch);
  const producers = producersSince(ownLog, copy.producersFrom);
  return { ...copy, log, ownLog, producers, epochs: withStart(copy.epochs, batch.epoch, batch.baseOffset) };
}

/** The log with a batch at its end. */
export function withBatchIn(log: Log, batch: Batch): Log {
  let after = log;
  for (let at = 0; at < batch.values.length; at++) after = append(after, entryOf(batch, at));
  return after;
}

/** Most records are of plain batches: only the others are made with what else there is to them. */
function entryOf(batch: Batch, at: number): Entry {
  const { baseOffset, epoch, isTransactional, keys, marker, producerId, tombstones, values } = batch;
  const value = values[at]!;
  const opens = at === 0 && producerId >= 0 ? sequencedOf(batch) : undefined;
  if (keys === undefined && isTransactional === undefined)
    return opens === undefined ? { epoch, value } : { epoch, value, opens };
  return {
    epoch,
    value,
    ...(opens !== undefined && { opens }),
    ...(keys !== undefined && { key: keys[at] ?? null }),
    ...(tombstones?.includes((baseOffset + at) as Offset) && { isTombstone: true }),
    ...(isTransactional !== undefined && { transaction: marker === undefined ? "open" : "end" }),
  };
}

function sequencedOf({ baseSequence, isTransactional, length, marker, producerEpoch, producerId }: Batch): Sequenced {
  const sequenced = { producerId, producerEpoch, baseSequence, length };
  if (isTransactional === undefined) return sequenced;
  return marker === undefined ? { ...sequenced, isTransactional } : { ...sequenced, isTransactional, marker };
}

interface Leading {
  readonly broker: BrokerId;
  readonly copy: Copy;
  readonly role: LeaderRole;
}

/** Why a leader does not append a batch; undefined where it does. */
function appendError(
  { brokers }: ClusterState,
  partition: PartitionState,
  { broker, copy, role }: Leading,
  { acks, batch }: { readonly acks: number; readonly batch: Sequenced },
): ErrorName | undefined {
  if (brokers[broker]?.isDiskFailed === true) return "KAFKA_STORAGE_ERROR";
  if (acks === -1 && sizeOf(role.isr) < minIsrInTerm(partition, role)) return "NOT_ENOUGH_REPLICAS";
  const kind = classify(copy.producers, batch);
  if (kind === "new") return undefined;
  return kind === "duplicate" ? "DUPLICATE_SEQUENCE_NUMBER" : kind;
}

function refuseAppend(state: ClusterState, { copy, partition }: Place, action: Of<"refuse-append">): Step {
  const { role } = copy;
  if (role.kind !== "leader") return notLeading;
  const error = appendError(state, partition, { broker: action.broker, copy, role }, action);
  return error === action.error ? ok(state) : refused(error ?? "NONE", () => `the leader said ${action.error}`);
}

function recogniseDuplicate(state: ClusterState, { copy }: Place, { batch }: Of<"recognise-duplicate">): Step {
  if (copy.role.kind !== "leader") return notLeading;
  const kind = classify(copy.producers, batch);
  return kind === "duplicate" ? ok(state) : refused("OUT_OF_ORDER_SEQUENCE_NUMBER", "the log does not have this batch");
}

/**
 * Success means that the records are committed and enough replicas are in sync; too few is told only of records that are
 * committed. Whoever has lost the lead, or has waited too long, tells that, and the records may still be committed later.
 */
function settleAppend(state: ClusterState, { copy, partition }: Place, action: Of<"settle-append">): Step {
  const { endOffset, error } = action;
  const { highWatermark, role } = copy;
  if (error === "REQUEST_TIMED_OUT") return ok(state);
  if (error === "NOT_LEADER_OR_FOLLOWER") {
    // A broker tells so when it learns of another term, before it takes up its role in it.
    const isOver = role.kind !== "leader" || role.epoch < partition.leaderEpoch;
    return isOver ? ok(state) : refused("NONE", "the replica leads, and its term is not over");
  }
  if (role.kind !== "leader") return notLeading;
  if (endOffset > highWatermark) {
    return refused("REQUEST_TIMED_OUT", () => `the high watermark is ${highWatermark}, and the batch ends at ${endOffset}`);
  }
  const minIsr = minIsrInTerm(partition, role);
  const isEnough = sizeOf(union(role.isr, role.proposed ?? role.isr)) >= minIsr;
  const isTooFew = sizeOf(role.isr) < minIsr;
  if (error === "NONE" ? isEnough : error === "NOT_ENOUGH_REPLICAS_AFTER_APPEND" && isTooFew) return ok(state);
  const expected = isEnough ? "NONE" : "NOT_ENOUGH_REPLICAS_AFTER_APPEND";
  return refused(expected, () => `min ISR ${minIsr}, ISR ${tellSet(role.isr)}, and the leader said ${error}`);
}
