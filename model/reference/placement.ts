/**
 * Where replicas are: an administrator has a partition moved, brokers make the logs of new replicas and delete those of old ones.
 * Each broker does so when it reads of it, and until then an old replica is what it was.
 *
 * Sources: KIP-455 (reassignments, and that they can be cancelled); KAFKA-15665 (they are complete when all new replicas are in
 * sync).
 */

import type { ErrorName } from "../error-code.ts";
import { offset } from "../ids.ts";
import type { BrokerId, LeaderEpoch, PartitionEpoch, TopicPartition } from "../ids.ts";
import { has, isSubset, membersOf, minus, noBrokers, setOf, tellSet } from "./broker-set.ts";
import type { BrokerSet } from "./broker-set.ts";
import { answered } from "./brokers.ts";
import type { Decided } from "./brokers.ts";
import type { Decision } from "./decision.ts";
import { nothingCleaned } from "./cleaning.ts";
import { noStarts } from "./epoch-starts.ts";
import { upTo } from "./log.ts";
import type { Log } from "./log.ts";
import type { AtReplica } from "./place.ts";
import { noSessions } from "./producer-session.ts";
import { assignmentAt, putAt, withCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

export type PlacementAction =
  /** A broker makes an empty log for a replica that it has been given. */
  | ({ readonly kind: "create-replica"; readonly partitionEpoch: PartitionEpoch } & AtReplica)
  /** A broker deletes its log, because it has no replica any more. */
  | ({ readonly kind: "delete-replica"; readonly partitionEpoch: PartitionEpoch } & AtReplica)
  /** An administrator's reassignment is not begun, or there is none to be cancelled. */
  | ({
      readonly kind: "refuse-reassignment";
      readonly partition: TopicPartition;
      /** Where the replicas were to be; null for a reassignment that was to be cancelled. */
      readonly target: readonly BrokerId[] | null;
      readonly error: ErrorName;
    } & Decided);

type Of<Kind extends PlacementAction["kind"]> = Extract<PlacementAction, { readonly kind: Kind }>;

export function stepPlacement(state: ClusterState, action: PlacementAction): Step {
  const partition = state.partitions.get(action.partition);
  if (partition === undefined) return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `there is no ${action.partition}`);
  switch (action.kind) {
    case "create-replica":
      return createReplica(state, partition, action);
    case "delete-replica":
      return deleteReplica(state, partition, action);
    case "refuse-reassignment":
      return refuseReassignment(state, action);
  }
}

function refuseReassignment(state: ClusterState, action: Of<"refuse-reassignment">): Step {
  const { error, partition, target } = action;
  return answered(state, action, (known) => {
    const expected = target === null ? cancellationError(known.partitions.get(partition)) : targetError(known, target);
    return error === expected ? ok(state) : refused(expected, () => `the controller said ${error}`);
  });
}

/** Why a reassignment is not cancelled: there is none, or those that were there before it are all out of sync (KIP-455). */
function cancellationError(partition: PartitionState | undefined): ErrorName {
  if (partition === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
  const { adding, isr, removing } = partition;
  if (adding === noBrokers && removing === noBrokers) return "NO_REASSIGNMENT_IN_PROGRESS";
  return isr !== noBrokers && isSubset(isr, adding) ? "INVALID_REPLICA_ASSIGNMENT" : "NONE";
}

/** Why replicas are not moved: to nowhere, twice to the same broker, or to one that nobody knows. */
function targetError({ brokers }: ClusterState, target: readonly BrokerId[]): ErrorName {
  const isPossible =
    target.length > 0 && new Set(target).size === target.length && target.every((id) => brokers[id] !== undefined);
  return isPossible ? "NONE" : "INVALID_REPLICA_ASSIGNMENT";
}

function createReplica(state: ClusterState, partition: PartitionState, action: Of<"create-replica">): Step {
  const { broker, partition: name, partitionEpoch } = action;
  const { leaderEpoch, replicas } = assignmentAt(partition, action);
  if (!has(replicas, broker)) {
    return refused(
      "INVALID_REPLICA_ASSIGNMENT",
      () => `the replicas were ${tellSet(replicas)} at partition epoch ${partitionEpoch}`,
    );
  }
  if (partition.copies[broker] !== undefined) {
    return refused("INVALID_REPLICA_ASSIGNMENT", () => `broker ${broker} has a replica, and would lose what is in it`);
  }
  // Only an unclean election puts somebody into the ISR that has nothing.
  const created: Copy = { ...emptyCopy(upTo(partition.committed, 0), leaderEpoch), isDamaged: has(partition.isr, broker) };
  return ok(withPartition(state, name, withCopy(partition, broker, created)));
}

/** A replica with nothing in it, that acts on nothing before this epoch. */
export const emptyCopy = (log: Log, from: LeaderEpoch): Copy => ({
  log,
  ownLog: log,
  logStart: offset(0),
  highWatermark: offset(0),
  epochs: noStarts,
  producers: noSessions,
  producersFrom: offset(0),
  cleaned: nothingCleaned,
  role: { kind: "idle", from, isRegistered: true },
  isDamaged: false,
});

function deleteReplica(state: ClusterState, partition: PartitionState, action: Of<"delete-replica">): Step {
  const { broker, partition: name, partitionEpoch } = action;
  const { replicas } = assignmentAt(partition, action);
  if (partitionEpoch > partition.partitionEpoch || has(replicas, broker)) {
    return refused("INVALID_REPLICA_ASSIGNMENT", () => `broker ${broker} has a replica by partition epoch ${partitionEpoch}`);
  }
  if (partition.copies[broker] === undefined) {
    return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `broker ${broker} has nothing to delete`);
  }
  return ok(withPartition(state, name, { ...partition, copies: putAt(partition.copies, broker, undefined) }));
}

/** How replicas may change: some are added, and when all that are to stay are in sync the others go; or those that were added do. */
export function checkReplicas(state: ClusterState, before: PartitionState, decision: Decision): Step | undefined {
  const now = setOf(decision.replicas);
  if (!isSubset(decision.isr, now)) {
    return refused("INELIGIBLE_REPLICA", () => `the ISR ${tellSet(decision.isr)} is not among the replicas`);
  }
  const isSame = decision.adding === before.adding && decision.removing === before.removing;
  const was = setOf(before.replicas);
  if (isSame && was === now) return undefined;
  const gone = minus(was, now);
  if (gone !== noBrokers && decision.leaderEpoch === before.leaderEpoch) {
    return refused("INVALID_UPDATE_VERSION", () => `${tellSet(gone)} goes, and a term counts on all its replicas`);
  }
  const isUnderWay = decision.adding !== noBrokers || decision.removing !== noBrokers;
  return isUnderWay ? checkBeginning(state, { was, before }, decision) : checkEnd(before, { was, now }, decision);
}

/** One reassignment may follow upon another: what is not asked for again stays asked for. */
function checkBeginning(
  state: ClusterState,
  { before, was }: { readonly was: BrokerSet; readonly before: PartitionState },
  { adding, removing, replicas }: Decision,
): Step | undefined {
  const now = setOf(replicas);
  const come = minus(now, was);
  const isAdded = come === adding || (come === noBrokers && adding === before.adding);
  if (!isSubset(was, now) || !isAdded || !isSubset(removing, was)) {
    return refused("INVALID_REPLICA_ASSIGNMENT", () => `${tellSet(was)} with ${tellSet(adding)} is not ${tellSet(now)}`);
  }
  const stranger = membersOf(adding).find((broker) => state.brokers[broker] === undefined);
  return stranger === undefined ? undefined : refused("INVALID_REPLICA_ASSIGNMENT", () => `there is no broker ${stranger}`);
}

function checkEnd(
  { adding, removing }: PartitionState,
  { now, was }: { readonly was: BrokerSet; readonly now: BrokerSet },
  { isr }: Decision,
): Step | undefined {
  if (!isSubset(now, was)) {
    return refused("INVALID_REPLICA_ASSIGNMENT", () => `${tellSet(minus(now, was))} begins with nothing, and is still to come`);
  }
  const isCancelled = now === minus(was, adding);
  if (isCancelled && (adding !== noBrokers || removing !== noBrokers)) return undefined;
  if (isSubset(now, isr) || (now === was && adding === noBrokers && removing === noBrokers)) return undefined;
  return refused("INELIGIBLE_REPLICA", () => `not all of ${tellSet(now)} are in sync yet`);
}
