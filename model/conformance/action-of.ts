/** Which action of the reference model an event of a broker stands for. */

import type { BatchSeen, BrokerEvent, EventOf } from "../history.ts";
import type { TopicPartition } from "../ids.ts";
import type { Action } from "../reference/actions.ts";
import type { Batch } from "../reference/replication.ts";
import type { ClusterState } from "../reference/state.ts";
import type { TopicSettings } from "../settings.ts";

/** What the monitor has to know besides the events: settings of topics, and how each broker that is down went. */
export interface EventContext {
  readonly state: ClusterState;
  readonly settingsOf: (partition: TopicPartition) => TopicSettings;
  readonly hasLostPower: (broker: EventOf<"broker-up">["broker"]) => boolean;
}

/** The action; undefined for an event that the model has no opinion of. */
export function actionOf(event: BrokerEvent, context: EventContext): Action | undefined {
  switch (event.kind) {
    case "broker-registered":
      return { kind: "register-broker", broker: event.broker, isFenced: event.fenced };
    case "broker-fenced":
      return { kind: "fence-broker", broker: event.broker };
    case "broker-unfenced":
      return { kind: "unfence-broker", broker: event.broker };
    case "broker-shutting-down":
      return { kind: "begin-controlled-shutdown", broker: event.broker };
    case "broker-down":
      return { kind: "take-down-broker", broker: event.broker };
    case "replica-recovered":
      return { ...event, kind: "recover-replica", hasLostPower: context.hasLostPower(event.broker) };
    case "partition-changed":
      return decisionOf(event, context);
    case "controller-elected":
    case "broker-up":
    case "disk-failed":
    case "isr-refused":
    case "election-refused":
    case "registration-refused":
    case "heartbeat-refused":
      return undefined;
    default:
      return isReplicaEvent(event) ? replicaActionOf(event) : coordinatorActionOf(event);
  }
}

type CoordinatorKind =
  | "group-loaded"
  | "group-unloaded"
  | "member-joined"
  | "member-removed"
  | "rebalance-started"
  | "rebalance-completed"
  | "group-stored"
  | "group-stabilised"
  | "commit-accepted"
  | "commit-rejected"
  | "offsets-fetched";
type CoordinatorEvent = EventOf<CoordinatorKind>;
type RestEvent = Exclude<
  BrokerEvent,
  {
    readonly kind:
      | "broker-registered"
      | "broker-fenced"
      | "broker-unfenced"
      | "broker-shutting-down"
      | "broker-down"
      | "replica-recovered"
      | "partition-changed"
      | "controller-elected"
      | "broker-up"
      | "disk-failed"
      | "isr-refused"
      | "election-refused"
      | "registration-refused"
      | "heartbeat-refused";
  }
>;
type ReplicaEvent = Exclude<RestEvent, CoordinatorEvent>;

const isReplicaEvent = (event: RestEvent): event is ReplicaEvent => !("group" in event);

function decisionOf(event: EventOf<"partition-changed">, { settingsOf, state }: EventContext): Action {
  const { isr, leader, leaderEpoch, partition, partitionEpoch, replicas } = event;
  const before = state.partitions.get(partition);
  const decision = { partition, leader, leaderEpoch, isr, partitionEpoch };
  if (before === undefined) {
    const settings = settingsOf(partition);
    return {
      kind: "create-partition",
      ...decision,
      replicas,
      minIsr: settings["min.insync.replicas"],
      isUncleanAllowed: settings["unclean.leader.election.enable"],
    };
  }
  if (leaderEpoch === before.leaderEpoch) return { kind: "change-isr", ...decision };
  const isClean = leader < 0 || before.isr.includes(leader);
  return { kind: isClean ? "elect-clean" : "elect-unclean", ...decision };
}

function replicaActionOf(event: ReplicaEvent): Action | undefined {
  const { broker, partition } = event;
  switch (event.kind) {
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
    case "fetch-refused":
    case "append-settled":
    case "log-start-advanced":
    case "log-start-followed":
    case "log-restarted":
    case "log-compacted":
    case "segment-rolled":
      return undefined;
    case "isr-proposed":
      return { kind: "propose-isr", broker, partition, isr: event.isr };
    case "isr-adopted":
      return { kind: "adopt-isr", broker, partition, isr: event.isr, partitionEpoch: event.partitionEpoch };
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
      return { kind: "join-group", broker, group, member: event.member };
    case "member-removed":
      return { kind: "remove-member", broker, group, member: event.member };
    case "rebalance-started":
      return { kind: "prepare-rebalance", broker, group };
    case "rebalance-completed": {
      const { generation, leader, members } = event;
      return { kind: "complete-rebalance", broker, group, generation, leader, members };
    }
    case "group-stored":
      return { kind: "store-group", broker, group, generation: event.generation, members: event.members, at: placeOf(event) };
    case "group-stabilised": {
      const assignment = new Map(event.assignment.map(({ member, partitions }) => [member, partitions]));
      return { kind: "sync-group", broker, group, generation: event.generation, assignment };
    }
    case "commit-accepted": {
      const offsets = new Map(event.offsets.map(({ offset, partition }) => [partition, offset]));
      const { generation, member } = event;
      return { kind: "commit-offset", broker, group, member, generation, offsets, at: placeOf(event) };
    }
    case "commit-rejected":
      return { ...event, kind: "reject-commit" };
    case "group-loaded": {
      const offsets = new Map(event.offsets.map(({ offset, partition }) => [partition, offset]));
      const { generation, log, members } = event;
      return { kind: "load-group", broker, group, generation, members, offsets, log };
    }
    case "group-unloaded":
      return { kind: "unload-group", broker, group };
    case "offsets-fetched":
      return undefined;
  }
}

function becomeLeader({ broker, isr, leaderEpoch: epoch, partition, partitionEpoch }: EventOf<"became-leader">): Action {
  return { kind: "become-leader", broker, partition, epoch, isr, partitionEpoch };
}

function acceptFetch(event: EventOf<"fetch-accepted">): Action {
  const { broker, fetchOffset, follower, lastFetchedEpoch, partition, requestedEpoch: epoch } = event;
  return { kind: "accept-fetch", broker, partition, follower, epoch, fetchOffset, lastFetchedEpoch };
}

function batchOf({ baseOffset, baseSequence, leaderEpoch, producerEpoch, producerId, values }: BatchSeen): Batch {
  return { baseOffset, epoch: leaderEpoch, producerId, producerEpoch, baseSequence, values, length: values.length };
}

const placeOf = ({ at }: EventOf<"group-stored" | "commit-accepted">) => ({
  partition: at.partition,
  offset: at.offset,
  epoch: at.leaderEpoch,
});
