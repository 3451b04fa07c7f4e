/** Which action of the reference model an event of a broker stands for. */

import type { BatchSeen, BrokerEvent, EventOf, HistoryEvent, LogPosition, OffsetOf } from "../history.ts";
import type { BrokerId, Offset, TopicPartition } from "../ids.ts";
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

/** The action; undefined for an event that the model has no opinion of, such as one that a client saw. */
export function actionOf(event: HistoryEvent, context: EventContext): Action | undefined {
  const translate = translations[event.kind as BrokerEvent["kind"]] as Translation<BrokerEvent> | undefined;
  return translate?.(event as BrokerEvent, context);
}

type Translation<Event extends BrokerEvent> = (event: Event, context: EventContext) => Action | undefined;

const noAction = (): undefined => undefined;

/**
 * By the event's kind. Each translation is a function of its own because events differ in shape: code that reads a field of one
 * kind only is several times as quick as code that reads it of all, and a trial has hundreds of events.
 */
const translations: {
  readonly [Kind in BrokerEvent["kind"]]: (event: EventOf<Kind>, context: EventContext) => Action | undefined;
} = {
  // Brokers and controllers.
  "controller-elected": ({ epoch }) => ({ kind: "elect-controller", epoch }),
  "broker-registered": (event) => ({ ...event, kind: "register-broker", isFenced: event.fenced }),
  "broker-fenced": ({ broker, controllerEpoch }) => ({ kind: "fence-broker", broker, controllerEpoch }),
  "broker-unfenced": ({ broker, controllerEpoch }) => ({ kind: "unfence-broker", broker, controllerEpoch }),
  "broker-shutting-down": ({ broker, controllerEpoch }) => ({ kind: "begin-controlled-shutdown", broker, controllerEpoch }),
  "registration-refused": (event) => ({ ...event, kind: "refuse-registration" }),
  "heartbeat-refused": (event) => ({ ...event, kind: "refuse-heartbeat" }),
  "broker-down": ({ broker }) => ({ kind: "take-down-broker", broker }),
  "broker-up": noAction,
  "disk-failed": ({ broker }) => ({ kind: "fail-disk", broker }),
  "replica-recovered": (event, { hasLostPower }) => ({
    ...event,
    kind: "recover-replica",
    hasLostPower: hasLostPower(event.broker),
  }),
  "partition-changed": decisionOf,
  "isr-refused": refuseIsr,
  "election-refused": (event) => ({ ...event, kind: "refuse-election" }),
  "reassignment-refused": (event) => ({ ...event, kind: "refuse-reassignment" }),

  // Replicas.
  "replica-created": ({ broker, partition, partitionEpoch }) => ({ kind: "create-replica", broker, partition, partitionEpoch }),
  "replica-deleted": ({ broker, partition, partitionEpoch }) => ({ kind: "delete-replica", broker, partition, partitionEpoch }),
  "became-leader": becomeLeader,
  "became-follower": ({ broker, leader, leaderEpoch: epoch, partition }) => ({
    kind: "become-follower",
    broker,
    partition,
    epoch,
    leader,
  }),
  "leader-appended": ({ acks, batch, broker, partition }) => ({
    kind: "leader-append",
    broker,
    partition,
    batch: batchOf(batch),
    acks,
  }),
  "follower-appended": ({ batch, broker, partition }) => ({
    kind: "follower-append",
    broker,
    partition,
    batch: batchOf(batch),
  }),
  truncated: ({ broker, partition, toOffset }) => ({ kind: "truncate-to-divergence", broker, partition, toOffset }),
  "fetch-accepted": acceptFetch,
  "fetch-refused": ({ broker, brokerEpoch, error, fetchOffset, follower, partition, requestedEpoch: epoch }) => ({
    kind: "refuse-fetch",
    broker,
    partition,
    follower,
    brokerEpoch,
    epoch,
    fetchOffset,
    error,
  }),
  "high-watermark-advanced": ({ broker, highWatermark, partition }) => ({
    kind: "advance-high-watermark",
    broker,
    partition,
    highWatermark,
  }),
  "high-watermark-followed": ({ broker, highWatermark, partition }) => ({
    kind: "follow-high-watermark",
    broker,
    partition,
    highWatermark,
  }),
  "consumer-redirected": ({ broker, fetchOffset, partition, replica, requestedEpoch: epoch }) => ({
    kind: "redirect-consumer",
    broker,
    partition,
    epoch,
    fetchOffset,
    replica,
  }),
  "consumer-served-by-follower": ({ broker, endOffset, fetchOffset, partition, requestedEpoch: epoch }) => ({
    kind: "serve-consumer",
    broker,
    partition,
    epoch,
    fetchOffset,
    endOffset,
  }),
  "append-settled": ({ baseOffset, broker, endOffset, error, partition }) => ({
    kind: "settle-append",
    broker,
    partition,
    baseOffset,
    endOffset,
    error,
  }),
  "log-start-advanced": ({ broker, logStart, partition, why }) => ({
    kind: "advance-log-start",
    broker,
    partition,
    logStart,
    isRequested: why === "delete-records",
  }),
  "log-start-followed": ({ broker, logStart, partition }) => ({ kind: "follow-log-start", broker, partition, logStart }),
  "log-restarted": ({ broker, logStart, partition, why }) => ({
    kind: "restart-log",
    broker,
    partition,
    logStart,
    isWithinBatch: why === "within-batch",
  }),
  "log-compacted": ({ broker, partition, removed }) => ({ kind: "clean-log", broker, partition, removed }),
  "delete-horizon-set": ({ atUs, broker, deleteHorizonMs, markers, partition, tombstones }) => ({
    kind: "set-delete-horizon",
    broker,
    partition,
    tombstones,
    markers,
    deleteHorizonMs,
    nowMs: msOf(atUs),
  }),
  "tombstones-removed": ({ atUs, broker, partition, removed }) => ({
    kind: "remove-tombstones",
    broker,
    partition,
    removed,
    nowMs: msOf(atUs),
  }),
  "markers-removed": ({ atUs, broker, partition, removed }) => ({
    kind: "remove-markers",
    broker,
    partition,
    removed,
    nowMs: msOf(atUs),
  }),
  "segment-rolled": noAction,
  "isr-proposed": ({ broker, brokerEpochs, isr, partition }) => ({
    kind: "propose-isr",
    broker,
    partition,
    isr: setOf(isr),
    brokerEpochs: byBroker(isr, brokerEpochs),
  }),
  "isr-adopted": ({ broker, isr, partition, partitionEpoch }) => ({
    kind: "adopt-isr",
    broker,
    partition,
    isr: setOf(isr),
    partitionEpoch,
  }),
  "duplicate-recognised": ({ batch, broker, partition }) => ({ kind: "recognise-duplicate", broker, partition, batch }),
  "produce-refused": ({ acks, batch, broker, error, partition }) => ({
    kind: "refuse-append",
    broker,
    partition,
    batch,
    acks,
    error,
  }),

  // Coordinators.
  "transaction-stored": noAction,
  "member-joined": ({ broker, group, instance, member }) => ({ kind: "join-group", broker, group, member, instance }),
  "member-replaced": ({ broker, former, group, instance, member }) => ({
    kind: "replace-member",
    broker,
    group,
    former,
    member,
    instance,
  }),
  "member-removed": ({ broker, group, member }) => ({ kind: "remove-member", broker, group, member }),
  "rebalance-started": ({ broker, group }) => ({ kind: "prepare-rebalance", broker, group }),
  "rebalance-completed": ({ broker, generation, group, leader, members }) => ({
    kind: "complete-rebalance",
    broker,
    group,
    generation,
    leader,
    members,
  }),
  "group-stored": (event) => ({ ...event, kind: "store-group", instances: event.instances ?? {}, at: placeOf(event.at) }),
  "group-stabilised": ({ assignment, broker, generation, group }) => ({
    kind: "sync-group",
    broker,
    group,
    generation,
    assignment: new Map(assignment.map(({ member, partitions }) => [member, partitions])),
  }),
  "commit-accepted": (event) => ({
    ...event,
    kind: "commit-offset",
    offsets: byPartition(event.offsets),
    at: placeOf(event.at),
  }),
  "commit-rejected": (event) => ({ ...event, kind: "reject-commit" }),
  "group-loaded": ({ broker, generation, group, log, members, offsets, pending = [] }) => ({
    kind: "load-group",
    broker,
    group,
    generation,
    members,
    offsets: byPartition(offsets),
    pending,
    log,
  }),
  "group-unloaded": ({ broker, group }) => ({ kind: "unload-group", broker, group }),
  "transactional-offsets-ended": noAction,
  "offsets-fetched": noAction,
};

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

function becomeLeader(event: EventOf<"became-leader">): Action {
  const { broker, epochStartOffset, isr, leaderEpoch: epoch, partition, partitionEpoch } = event;
  return { kind: "become-leader", broker, partition, epoch, isr: setOf(isr), partitionEpoch, epochStartOffset };
}

function acceptFetch(event: EventOf<"fetch-accepted">): Action {
  const { broker, brokerEpoch, fetchOffset, follower, lastFetchedEpoch, partition, requestedEpoch: epoch } = event;
  return { kind: "accept-fetch", broker, partition, follower, brokerEpoch, epoch, fetchOffset, lastFetchedEpoch };
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

const placeOf = ({ leaderEpoch: epoch, offset, partition }: LogPosition) => ({ partition, offset, epoch });

const byPartition = (offsets: readonly OffsetOf[]): ReadonlyMap<TopicPartition, Offset> =>
  new Map(offsets.map(({ offset, partition }) => [partition, offset]));
