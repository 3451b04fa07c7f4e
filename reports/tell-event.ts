/** What an event of a history says, as a person would put it. */

import type { GroupDescription, HistoryEvent, OffsetOf, PartitionDescription } from "../model/history.ts";

/** Who did or saw it: `p1`, `broker 2`, `controller`, `harness`. */
export function actorOf(event: HistoryEvent): string {
  if (event.kind === "partition-changed" || event.kind === "election-refused" || event.kind === "reassignment-refused")
    return "controller";
  if ("client" in event && event.evidence === "client") return event.client;
  if ("broker" in event) return `broker ${event.broker}`;
  return event.evidence === "client" ? "reader" : "harness";
}

/** What happened, without its actor. */
export function tellEvent(event: HistoryEvent): string {
  switch (event.evidence) {
    case "harness":
      return tellHarnessEvent(event);
    case "client":
      return tellClientEvent(event);
    case "broker":
      return tellBrokerEvent(event);
  }
}

function tellHarnessEvent(event: HistoryEvent & { readonly evidence: "harness" }): string {
  switch (event.kind) {
    case "phase-started":
      return phases[event.phase];
    case "step-played": {
      const aim = event.resolved.length === 0 ? "" : ` on ${event.resolved.join(" and ")}`;
      return `plays ${event.step}${aim}${event.anchorMissed ? ", although what it waited for has not happened" : ""}`;
    }
    case "step-skipped":
      return `skips ${event.step}: ${event.reason}`;
    case "fault-injected":
      return `fault ${event.step}: ${event.fault}`;
    case "fault-healed":
      return `heals ${event.step}`;
    case "limit-reached":
      return `gives up on ${event.limit}, still waiting for ${event.waitedFor.join(", ")}`;
    case "cluster-described":
      return `finds ${[...event.partitions.map(tellPartition), ...event.groups.map(tellGroup)].join("; ")}`;
  }
}

const phases = {
  play: "the schedule begins",
  heal: "heals whatever is still broken",
  drain: "waits until everything has come to rest",
  "read-back": "reads every log from its start",
  end: "the trial is over",
} as const;

const tellPartition = ({ isr, leader, partition }: PartitionDescription): string =>
  `${partition} led by ${leader < 0 ? "nobody" : `broker ${leader}`} with ISR [${isr.join(", ")}]`;

const tellGroup = ({ committed, group, members, state }: GroupDescription): string =>
  `group ${group} ${state} with [${members.join(", ")}], committed ${tellOffsets(committed)}`;

const tellOffsets = (offsets: readonly OffsetOf[]): string =>
  offsets.length === 0 ? "nothing" : offsets.map(({ offset, partition }) => `${partition} @${offset}`).join(", ");

const listed = (partitions: readonly string[]): string => (partitions.length === 0 ? "nothing" : partitions.join(", "));

function tellClientEvent(event: HistoryEvent & { readonly evidence: "client" }): string {
  switch (event.kind) {
    case "client-started":
      return "starts";
    case "client-stopped":
      return "stops in good order";
    case "client-killed":
      return "is killed";
    case "client-fenced":
      return `is fenced: another process is ${event.instance} of ${event.group} now`;
    case "send-started":
      return `sends ${event.value}${event.isTombstone ? ", a tombstone," : ""} to ${event.partition}${event.source === undefined ? "" : `, made from ${tellOffsets([event.source])}`}`;
    case "send-acked":
      return event.offset === null ? `${event.step} counts as sent` : `${event.step} is acknowledged at offset ${event.offset}`;
    case "send-failed":
      return `${event.step} has failed: ${event.error}`;
    case "send-unknown":
      return `${event.step} may or may not be written: ${event.error}`;
    case "shared-out":
      return `shares out by ${event.strategy} for generation ${event.generation}: ${event.assignment.map(({ member, partitions }) => `${listed(partitions)} to ${member}`).join("; ")}`;
    case "assigned":
      return `is assigned ${listed(event.partitions)} in generation ${event.generation} of ${event.group}`;
    case "revoked":
      return `gives back ${listed(event.partitions)} of generation ${event.generation}`;
    case "lost":
      return `loses ${listed(event.partitions)} of generation ${event.generation}`;
    case "rewound":
      return `gives up what it has processed, and begins again with ${listed(event.partitions)}`;
    case "position-set":
      return `begins with ${event.partition} at offset ${event.offset} (${event.from})`;
    case "delivered":
      return `is given ${event.value}, ${event.partition} offset ${event.offset}`;
    case "processed":
      return `has processed ${event.value}, ${event.partition} offset ${event.offset}`;
    case "commit-started":
      return `commits ${tellOffsets(event.offsets)} in generation ${event.generation} (commit ${event.commit})`;
    case "commit-acked":
      return `commit ${event.commit} is accepted`;
    case "commit-refused":
      return `commit ${event.commit} is refused: ${event.error}`;
    case "commit-unknown":
      return `commit ${event.commit} may or may not count: ${event.error}`;
    case "read-back":
      return `finds ${event.value} in ${event.partition} at offset ${event.offset}`;
    case "transaction-ending":
      return `wants to ${event.outcome} its transaction of ${listed(event.steps)}`;
    case "transaction-ended":
      return `knows its transaction of ${listed(event.steps)} to be ${event.outcome}${event.error === undefined ? "" : `: ${event.error}`}`;
    case "marker-read-back":
      return `finds a marker in ${event.partition} at offset ${event.offset}: ${event.outcome}`;
    case "read-back-finished":
      return `has read ${event.partition} from ${event.startOffset} up to ${event.endOffset}`;
  }
}

type BrokerEvent = HistoryEvent & { readonly evidence: "broker" };

function tellBrokerEvent(event: BrokerEvent): string {
  switch (event.kind) {
    case "broker-down":
      return waysDown[event.how];
    case "disk-failed":
      return "fails to write to its disk";
    case "broker-up":
      return "is up again";
    case "transaction-stored":
      return `puts down ${event.phase} for transactions of ${event.transactionalId}, producer epoch ${event.producerEpoch}`;
    case "replica-recovered":
      return `comes back with ${event.partition} up to offset ${event.endOffset}, high watermark ${event.highWatermark}`;
    case "controller-elected":
      return `is the controller of epoch ${event.epoch}`;
    case "broker-registered":
      return `is registered with broker epoch ${event.brokerEpoch}${event.fenced ? ", fenced" : ""}`;
    case "broker-fenced":
      return "is fenced";
    case "broker-unfenced":
      return "is unfenced";
    case "broker-shutting-down":
      return "is about to shut down";
    case "partition-changed":
      return `${tellPartition(event)}, leader epoch ${event.leaderEpoch}`;
    case "isr-refused":
      return `is refused the ISR [${event.isr.join(", ")}] of ${event.partition}: ${event.error}`;
    case "election-refused":
      return `does not elect another leader of ${event.partition} (${event.election}): ${event.error}`;
    case "reassignment-refused":
      return `does not move ${event.partition}: ${event.error}`;
    case "registration-refused":
      return `is not registered: ${event.error}`;
    case "heartbeat-refused":
      return `is told, when it sends a heartbeat of broker epoch ${event.brokerEpoch}: ${event.error}`;
    default:
      return "partition" in event ? tellReplicaEvent(event) : tellCoordinatorEvent(event);
  }
}

const waysDown = {
  killed: "is killed",
  stopped: "stops in good order",
  "power-lost": "loses power",
  "disk-failed": "gives up, because its disk has failed",
} as const;

type ReplicaEvent = Exclude<
  Extract<BrokerEvent, { readonly partition: unknown }>,
  { readonly kind: "replica-recovered" | "partition-changed" | "isr-refused" | "election-refused" | "reassignment-refused" }
>;

function tellReplicaEvent(event: ReplicaEvent): string {
  const { partition } = event;
  switch (event.kind) {
    case "replica-created":
      return `makes an empty log for ${partition}`;
    case "replica-deleted":
      return `deletes its log of ${partition}`;
    case "became-leader":
      return `leads ${partition} in epoch ${event.leaderEpoch}`;
    case "became-follower":
      return `follows broker ${event.leader} in ${partition}, epoch ${event.leaderEpoch}`;
    case "leader-appended":
      return `appends ${event.batch.values.join(", ")} to ${partition} at offset ${event.batch.baseOffset}, epoch ${event.batch.leaderEpoch}`;
    case "follower-appended":
      return `replicates ${event.batch.values.join(", ")} of ${partition} at offset ${event.batch.baseOffset}`;
    case "truncated":
      return `cuts ${partition} back to offset ${event.toOffset}`;
    case "fetch-accepted":
      return `notes that broker ${event.follower} has ${partition} up to ${event.fetchOffset}`;
    case "fetch-refused":
      return `refuses a fetch of ${partition} from ${event.fetchOffset} by ${event.follower < 0 ? "a consumer" : `broker ${event.follower}`}: ${event.error}`;
    case "consumer-redirected":
      return `sends a consumer that fetches ${partition} from ${event.fetchOffset} to broker ${event.replica}`;
    case "consumer-served-by-follower":
      return `gives a consumer what it has of ${partition} from offset ${event.fetchOffset} to before ${event.endOffset}`;
    case "append-settled":
      return `tells the producer of ${partition} from offset ${event.baseOffset}: ${event.error}`;
    case "log-start-advanced":
      return `forgets what ${partition} had before offset ${event.logStart} (${event.why})`;
    case "log-start-followed":
      return `forgets what ${partition} had before offset ${event.logStart}, as its leader has`;
    case "log-restarted":
      return `drops all of ${partition} and begins at offset ${event.logStart}`;
    case "log-compacted":
      return `cleans ${event.removed.length} records out of ${partition}`;
    case "delete-horizon-set":
      return `lets ${event.tombstones.length + event.markers.length} tombstones and markers of ${partition} stay for a while`;
    case "markers-removed":
      return `removes ${event.removed.length} markers of ${partition}, of whose transactions nothing is left`;
    case "tombstones-removed":
      return `removes ${event.removed.length} tombstones of ${partition} for good`;
    case "segment-rolled":
      return `begins a segment of ${partition} at offset ${event.baseOffset}`;
    case "high-watermark-advanced":
    case "high-watermark-followed":
      return `moves the high watermark of ${partition} to ${event.highWatermark}`;
    case "isr-proposed":
      return `asks for ISR [${event.isr.join(", ")}] of ${partition}`;
    case "isr-adopted":
      return `learns that the ISR of ${partition} is [${event.isr.join(", ")}]`;
    case "produce-refused":
      return `refuses a record for ${partition}: ${event.error}`;
    case "duplicate-recognised":
      return `recognises a batch of ${partition} that it has at offset ${event.baseOffset}`;
  }
}

type CoordinatorEvent = Extract<BrokerEvent, { readonly group: unknown }>;

function tellCoordinatorEvent(event: CoordinatorEvent): string {
  const { group } = event;
  switch (event.kind) {
    case "group-loaded":
      return `takes over group ${group} in generation ${event.generation}, committed ${tellOffsets(event.offsets)}`;
    case "group-unloaded":
      return `gives up group ${group}`;
    case "member-joined":
      return `lets ${event.client} join ${group}`;
    case "member-replaced":
      return `gives ${event.client} the place of ${event.former} in ${group}, which is ${event.state}`;
    case "member-removed":
      return `removes ${event.member} from ${group}: ${event.why}`;
    case "rebalance-started":
      return `rebalances ${group}`;
    case "rebalance-completed":
      return `begins generation ${event.generation} of ${group} with ${event.members.length} members`;
    case "group-stored":
      return `stores generation ${event.generation} of ${group}`;
    case "group-stabilised":
      return `has given out the partitions of generation ${event.generation} of ${group}`;
    case "commit-accepted":
      return `accepts ${tellOffsets(event.offsets)} for ${group} in generation ${event.generation}${event.producerId === undefined ? "" : ", if the transaction is committed"}`;
    case "transactional-offsets-ended":
      return `learns that the transaction with ${tellOffsets(event.offsets)} of ${group} has ended: ${event.outcome}`;
    case "offsets-fetched":
      return `tells ${event.client} the committed offsets of ${group}`;
    case "commit-rejected":
      return `rejects a commit of generation ${event.generation} of ${group}: ${event.error}`;
  }
}
