/** Which action of the reference model an event of a broker stands for. */

import type { FollowerReadEvent } from "../follower-read.ts";
import type { BatchSeen, BrokerEvent, EventOf } from "../history.ts";
import type { BrokerId, TopicPartition } from "../ids.ts";
import type { Action } from "../reference/actions.ts";
import type { Batch } from "../reference/appending.ts";
import { has, isSubset, noBrokers, setOf } from "../reference/broker-set.ts";
import type { Decision } from "../reference/decision.ts";
import { putAt } from "../reference/state.ts";
import type { ClusterState } from "../reference/state.ts";
import { isCompacted, isDeleted } from "../settings.ts";
import type { TopicSettings } from "../settings.ts";

/** What the monitor has to know besides the events: settings of topics, and how each broker that is down went. */
export interface EventContext {
  readonly state: ClusterState;
  readonly settingsOf: (partition: TopicPartition) => TopicSettings;
  readonly hasElr: boolean;
  readonly hasLostPower: (broker: EventOf<"broker-up">["broker"]) => boolean;
}

/** The action; undefined for an event that the model has no opinion of. */
export function actionOf(event: BrokerEvent, context: EventContext): Action | undefined {
  if ("group" in event) return coordinatorActionOf(event);
  switch (event.kind) {
    case "controller-elected":
      return { kind: "elect-controller", epoch: event.epoch };
    case "broker-registered":
      return { ...event, kind: "register-broker", isFenced: event.fenced };
    case "broker-fenced":
      return { kind: "fence-broker", broker: event.broker, controllerEpoch: event.controllerEpoch };
    case "broker-unfenced":
      return { kind: "unfence-broker", broker: event.broker, controllerEpoch: event.controllerEpoch };
    case "broker-shutting-down":
      return { kind: "begin-controlled-shutdown", broker: event.broker, controllerEpoch: event.controllerEpoch };
    case "registration-refused":
      return { ...event, kind: "refuse-registration" };
    case "heartbeat-refused":
      return { ...event, kind: "refuse-heartbeat" };
    case "broker-down":
      return { kind: "take-down-broker", broker: event.broker };
    case "disk-failed":
      return { kind: "fail-disk", broker: event.broker };
    case "replica-recovered":
      return { ...event, kind: "recover-replica", hasLostPower: context.hasLostPower(event.broker) };
    case "partition-changed":
      return decisionOf(event, context);
    case "isr-refused":
      return refuseIsr(event);
    case "election-refused":
      return { ...event, kind: "refuse-election" };
    case "reassignment-refused":
      return { ...event, kind: "refuse-reassignment" };
    case "broker-up":
    case "segment-rolled":
    case "transaction-stored":
      return undefined;
    default:
      return replicaActionOf(event);
  }
}

type CoordinatorEvent = Extract<BrokerEvent, { readonly group: unknown }>;
type ReplicaEvent = Exclude<
  Extract<BrokerEvent, { readonly broker: BrokerId; readonly partition: TopicPartition }>,
  { readonly kind: "replica-recovered" | "isr-refused" | "segment-rolled" }
>;

function decisionOf(event: EventOf<"partition-changed">, { hasElr, settingsOf, state }: EventContext): Action {
  const { addingReplicas, elr, isr, leader, leaderEpoch, partition, removingReplicas } = event;
  const before = state.partitions.get(partition);
  const decision: Decision = {
    controllerEpoch: event.controllerEpoch,
    partition,
    replicas: event.replicas,
    adding: setOf(addingReplicas),
    removing: setOf(removingReplicas),
    leader,
    leaderEpoch,
    isr: setOf(isr),
    elr: setOf(elr),
    lastKnownLeader: event.lastKnownLeader,
    isRecovering: event.isRecovering,
    partitionEpoch: event.partitionEpoch,
    isUncleanAsked: event.isUncleanAsked === true,
  };
  if (before === undefined) {
    const settings = settingsOf(partition);
    return {
      kind: "create-partition",
      ...decision,
      minInsyncReplicas: settings["min.insync.replicas"],
      isUncleanAllowed: settings["unclean.leader.election.enable"],
      cleanup: {
        isCompacted: isCompacted(settings),
        isDeleted: isDeleted(settings),
        deleteRetentionMs: settings["delete.retention.ms"],
      },
      hasElr,
    };
  }
  if (leaderEpoch === before.leaderEpoch) return { kind: "change-isr", ...decision };
  const isCompletion = !isSubset(setOf(before.replicas), setOf(event.replicas)) && has(decision.isr, leader);
  if (leader < 0 || has(before.isr, leader) || isCompletion) return { kind: "elect-clean", ...decision };
  if (has(before.elr, leader)) return { kind: "elect-from-elr", ...decision };
  const isLastKnown = before.isr === noBrokers && before.elr === noBrokers && leader === before.lastKnownLeader;
  return { kind: isLastKnown ? "elect-last-known-leader" : "elect-unclean", ...decision };
}

function refuseIsr(event: EventOf<"isr-refused">): Action {
  const {
    broker: leader,
    brokerEpoch,
    brokerEpochs,
    controllerEpoch,
    error,
    isr,
    leaderEpoch,
    partition,
    partitionEpoch,
  } = event;
  const proposal = { leader, leaderEpoch, partitionEpoch, isr: setOf(isr), brokerEpochs: byBroker(isr, brokerEpochs) };
  return { kind: "refuse-isr", partition, proposal, brokerEpoch, controllerEpoch, error };
}

function byBroker(brokers: readonly BrokerId[], values: readonly number[]): readonly (number | undefined)[] {
  return brokers.reduce<readonly (number | undefined)[]>((all, broker, at) => putAt(all, broker, values[at]), []);
}

function replicaActionOf(event: ReplicaEvent): Action {
  const { broker, partition } = event;
  switch (event.kind) {
    case "replica-created":
      return { kind: "create-replica", broker, partition, partitionEpoch: event.partitionEpoch };
    case "replica-deleted":
      return { kind: "delete-replica", broker, partition, partitionEpoch: event.partitionEpoch };
    case "became-leader":
      return becomeLeader(event);
    case "became-follower":
      return { kind: "become-follower", broker, partition, epoch: event.leaderEpoch, leader: event.leader };
    case "leader-appended":
      return { kind: "leader-append", broker, partition, batch: batchOf(event.batch), acks: event.acks };
    case "follower-appended":
      return { kind: "follower-append", broker, partition, batch: batchOf(event.batch) };
    case "truncated":
      return { kind: "truncate-to-divergence", broker, partition, toOffset: event.toOffset };
    case "fetch-accepted":
      return acceptFetch(event);
    case "high-watermark-advanced":
      return { kind: "advance-high-watermark", broker, partition, highWatermark: event.highWatermark };
    case "high-watermark-followed":
      return { kind: "follow-high-watermark", broker, partition, highWatermark: event.highWatermark };
    case "fetch-refused": {
      const { brokerEpoch, error, fetchOffset, follower, requestedEpoch: epoch } = event;
      return { kind: "refuse-fetch", broker, partition, follower, brokerEpoch, epoch, fetchOffset, error };
    }
    case "consumer-redirected":
    case "consumer-served-by-follower":
      return followerReadOf(event);
    case "append-settled": {
      const { baseOffset, endOffset, error } = event;
      return { kind: "settle-append", broker, partition, baseOffset, endOffset, error };
    }
    case "log-start-advanced": {
      const { logStart, why } = event;
      return { kind: "advance-log-start", broker, partition, logStart, isRequested: why === "delete-records" };
    }
    case "log-start-followed":
      return { kind: "follow-log-start", broker, partition, logStart: event.logStart };
    case "log-restarted":
      return { kind: "restart-log", broker, partition, logStart: event.logStart, isWithinBatch: event.why === "within-batch" };
    case "log-compacted":
      return { kind: "clean-log", broker, partition, removed: event.removed };
    case "delete-horizon-set": {
      const { atUs, deleteHorizonMs, markers, tombstones } = event;
      return { kind: "set-delete-horizon", broker, partition, tombstones, markers, deleteHorizonMs, nowMs: msOf(atUs) };
    }
    case "tombstones-removed":
      return { kind: "remove-tombstones", broker, partition, removed: event.removed, nowMs: msOf(event.atUs) };
    case "markers-removed":
      return { kind: "remove-markers", broker, partition, removed: event.removed, nowMs: msOf(event.atUs) };
    case "isr-proposed":
      return {
        kind: "propose-isr",
        broker,
        partition,
        isr: setOf(event.isr),
        brokerEpochs: byBroker(event.isr, event.brokerEpochs),
      };
    case "isr-adopted":
      return { kind: "adopt-isr", broker, partition, isr: setOf(event.isr), partitionEpoch: event.partitionEpoch };
    case "duplicate-recognised":
      return { kind: "recognise-duplicate", broker, partition, batch: event.batch };
    case "produce-refused":
      return { kind: "refuse-append", broker, partition, batch: event.batch, acks: event.acks, error: event.error };
  }
}

function coordinatorActionOf(event: CoordinatorEvent): Action | undefined {
  const { broker, group } = event;
  switch (event.kind) {
    case "member-joined":
      return { kind: "join-group", broker, group, member: event.member, instance: event.instance };
    case "member-replaced":
      return { kind: "replace-member", broker, group, former: event.former, member: event.member, instance: event.instance };
    case "member-removed":
      return { kind: "remove-member", broker, group, member: event.member };
    case "rebalance-started":
      return { kind: "prepare-rebalance", broker, group };
    case "rebalance-completed": {
      const { generation, leader, members } = event;
      return { kind: "complete-rebalance", broker, group, generation, leader, members };
    }
    case "group-stored":
      return { ...event, kind: "store-group", instances: event.instances ?? {}, at: placeOf(event) };
    case "group-stabilised": {
      const assignment = new Map(event.assignment.map(({ member, partitions }) => [member, partitions]));
      return { kind: "sync-group", broker, group, generation: event.generation, assignment };
    }
    case "commit-accepted": {
      const offsets = new Map(event.offsets.map(({ offset, partition }) => [partition, offset]));
      return { ...event, kind: "commit-offset", offsets, at: placeOf(event) };
    }
    case "commit-rejected":
      return { ...event, kind: "reject-commit" };
    case "group-loaded": {
      const { generation, log, members, pending = [] } = event;
      const offsets = new Map(event.offsets.map(({ offset, partition }) => [partition, offset]));
      return { kind: "load-group", broker, group, generation, members, offsets, pending, log };
    }
    case "group-unloaded":
      return { kind: "unload-group", broker, group };
    case "transactional-offsets-ended":
    case "offsets-fetched":
      return undefined;
  }
}

function becomeLeader(event: EventOf<"became-leader">): Action {
  const { broker, epochStartOffset, isr, leaderEpoch: epoch, partition, partitionEpoch } = event;
  return { kind: "become-leader", broker, partition, epoch, isr: setOf(isr), partitionEpoch, epochStartOffset };
}

function acceptFetch(event: EventOf<"fetch-accepted">): Action {
  const { broker, brokerEpoch, fetchOffset, follower, lastFetchedEpoch, partition, requestedEpoch: epoch } = event;
  return { kind: "accept-fetch", broker, partition, follower, brokerEpoch, epoch, fetchOffset, lastFetchedEpoch };
}

function followerReadOf(event: FollowerReadEvent): Action {
  const { broker, fetchOffset, partition, requestedEpoch: epoch } = event;
  const seen = { broker, partition, epoch, fetchOffset };
  if (event.kind === "consumer-redirected") return { kind: "redirect-consumer", ...seen, replica: event.replica };
  return { kind: "serve-consumer", ...seen, endOffset: event.endOffset };
}

/** Brokers count in milliseconds. */
const msOf = (atUs: number): number => Math.floor(atUs / 1000);

/** Most batches are plain, and there are many: only the others are made with what else there is to them. */
function batchOf(seen: BatchSeen): Batch {
  const { baseOffset, baseSequence, leaderEpoch, producerEpoch, producerId, values } = seen;
  const { cleaned, deleteHorizonMs, isTransactional, keys, tombstones } = seen;
  const length = cleaned?.length ?? values.length;
  const batch = { baseOffset, epoch: leaderEpoch, producerId, producerEpoch, baseSequence, values, length };
  if (keys === undefined && cleaned === undefined && isTransactional === undefined) return batch;
  return {
    ...batch,
    ...(keys !== undefined && { keys }),
    ...(tombstones !== undefined && { tombstones }),
    ...(cleaned !== undefined && { left: cleaned.offsets }),
    ...(deleteHorizonMs !== undefined && { deleteHorizonMs }),
    ...(isTransactional !== undefined && { isTransactional }),
    ...(seen.marker !== undefined && { marker: seen.marker }),
  };
}

const placeOf = ({ at }: EventOf<"group-stored" | "commit-accepted">) => ({
  partition: at.partition,
  offset: at.offset,
  epoch: at.leaderEpoch,
});
