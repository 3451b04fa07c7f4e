/**
 * When Kafka takes its promises back: the settings under which acknowledged or consumed records may be lost. Every property
 * that is about records asks here, so that "your settings permit this" means the same everywhere.
 *
 * Sources: the documentation of `acks`, `min.insync.replicas` and `unclean.leader.election.enable`; KIP-106; KIP-966.
 */

import type { FaultKind } from "../model/fault.ts";
import { offsetsTopic, topicOf, topicPartition, transactionsTopic } from "../model/ids.ts";
import type { GroupId, Offset, TopicPartition } from "../model/ids.ts";
import type { ClusterFacts, DeletionReason } from "./facts/cluster-facts.ts";
import type { Send } from "./facts/sends.ts";
import type { Holding, TrialFacts } from "./facts/trial-facts.ts";
import type { Permission } from "./verdict.ts";

/** Why a record may be missing, or be passed over, because it was to be deleted; undefined where it may not. */
export function mayBeDeleted(trial: TrialFacts, partition: TopicPartition, offset: Offset): Permission | undefined {
  const { cluster } = trial;
  const isGone = (reason: DeletionReason): boolean =>
    offset < (cluster.hasBrokerEvidence ? cluster.deletedUpTo(partition, reason) : trial.latestLogStartSeen(partition));
  const reason = cluster.reasonsToDelete(partition).find(isGone);
  if (reason === undefined) return undefined;
  const setting = tellReason(trial, partition, reason);
  return reason === "request"
    ? { setting, why: "an administrator had the records before an offset deleted, and this is one of them" }
    : { setting, why: "the oldest segments of the log were deleted with their records, and this is one of them" };
}

function tellReason({ cluster }: TrialFacts, partition: TopicPartition, reason: DeletionReason): string {
  if (reason === "request") return `DeleteRecords was asked for ${partition}`;
  const { "retention.bytes": bytes, "retention.ms": ms } = cluster.settingsOf(partition);
  return bytes < 0 ? `retention.ms=${ms}` : `retention.bytes=${bytes}`;
}

/** Why an acknowledged record may be missing; undefined where it may not. */
export function mayLoseAcked(trial: TrialFacts, send: Send): Permission | undefined {
  const { acks } = send.settings;
  if (acks === "0") {
    return { setting: "acks=0", why: "the producer is told of success before any broker has the record" };
  }
  if (acks === "1" && mayHaveFailedOver(trial.cluster, send.partition)) {
    return {
      setting: "acks=1",
      why: "only the leader had the record when it was acknowledged, and the leader changed before a follower had fetched it",
    };
  }
  return mayLoseCommitted(trial, send.partition);
}

/** Why even a record that a consumer has read may be missing; undefined where it may not. */
export function mayLoseCommitted(trial: TrialFacts, partition: TopicPartition): Permission | undefined {
  const { cluster } = trial;
  const settings = cluster.settingsOf(partition);
  const mayBeUnclean = cluster.hasBrokerEvidence
    ? cluster.hadUncleanElection(partition)
    : mayHaveFailedOver(cluster, partition);
  if (settings["unclean.leader.election.enable"] && mayBeUnclean) {
    return {
      setting: "unclean.leader.election.enable=true",
      why: "a replica outside the ISR was elected, and its log became the truth",
    };
  }
  if (cluster.hadUncleanElectionAsked(partition)) {
    return {
      setting: "ElectLeaders was asked for, with election type UNCLEAN",
      why: "an administrator had a replica elected that was not in sync, and its log became the truth (unclean-election)",
    };
  }
  if (cluster.hadLastKnownLeaderElection(partition)) {
    return {
      setting: "eligible.leader.replicas.version=1",
      why: "everybody eligible had gone down uncleanly, so the replica that had led last was elected, whatever it still had",
    };
  }
  if (cluster.hadPowerLossOfWholeIsr(partition)) {
    return {
      setting: `min.insync.replicas=${settings["min.insync.replicas"]}`,
      why: "power was lost on every replica that was in sync, and Kafka does not flush records to disk (flush.messages)",
    };
  }
  return undefined;
}

/** Why a coordinator may have forgotten commits and generations; undefined where it may not. */
export const mayForgetGroups = (trial: TrialFacts): Permission | undefined => mayForget(trial, offsetsTopic);

/**
 * Why a coordinator may have forgotten how a transaction stands, or that there is one: then nobody may end it, or one part of it
 * otherwise than another. Undefined where it may not.
 */
export const mayForgetTransactions = (trial: TrialFacts): Permission | undefined => mayForget(trial, transactionsTopic);

/** What a coordinator has put down may be lost like every other record. */
function mayForget(trial: TrialFacts, topic: string): Permission | undefined {
  const { cluster } = trial;
  const known = [...cluster.changes.keys()].filter((partition) => topicOf(partition) === topic);
  const partitions = cluster.hasBrokerEvidence ? known : [topicPartition(topic, 0)];
  return partitions.map((partition) => mayLoseCommitted(trial, partition)).find((permission) => permission !== undefined);
}

/**
 * Why what ends one transaction may have ended the next one as well, or a part of it; undefined where it may not.
 *
 * Without an epoch for each transaction a request that was held up, by the network or by a retry, is good for whatever transaction
 * of its producer is open when it arrives (KAFKA-17754, KIP-890).
 */
export function mayMixTransactions({ cluster }: TrialFacts): Permission | undefined {
  if (cluster.transactionVersion === 2 || cluster.faults.length === 0) return undefined;
  return {
    setting: "transaction.version=0",
    why: "all transactions of a producer have one epoch, so that what is left of one on its way can end the next one",
  };
}

/**
 * Why a member may begin with offsets that are out of date; undefined where it may not.
 *
 * `OffsetFetch` names no generation, and a coordinator that has been deposed and does not know it yet answers like any other.
 * The member reads again what the group has read already; with `auto.offset.reset=latest` it may pass over records.
 */
export function mayReadStaleOffsets(trial: TrialFacts, holding: Holding): Permission | undefined {
  const { cluster } = trial;
  const isStale = cluster.hasBrokerEvidence
    ? holding.hadStaleCoordinator
    : cluster.faults.some(({ event }) => makesZombies.has(event.fault));
  if (!isStale) return mayForgetGroups(trial);
  return {
    setting: "OffsetFetch is not fenced",
    why: "a coordinator that had been deposed and did not know it told the offsets of its own time",
  };
}

/**
 * Why a commit may overwrite a later one of the same generation; undefined where it may not.
 *
 * `OffsetCommit` says of which generation it is, and not which commit of it. A member whose connection broke sends it again over
 * another one, and goes on; its first request may still be on its way, and is as good as the last one when it arrives.
 */
export function mayCommitTwice(trial: TrialFacts, overwritten: Overwritten): Permission | undefined {
  const { cluster } = trial;
  const wasTakenTwice = cluster.hasBrokerEvidence
    ? wasAcceptedInReverse(trial, overwritten)
    : cluster.faults.some(({ event }) => repeatsRequests.has(event.fault));
  if (!wasTakenTwice) return undefined;
  return {
    setting: "OffsetCommit is not ordered",
    why: "a commit that had been sent again came late a first time, and overwrote what its member had committed meanwhile",
  };
}

/** Two commits of one partition: a later one, and the earlier one that a member was told. */
export interface Overwritten {
  readonly group: GroupId;
  readonly partition: TopicPartition;
  readonly earlier: Offset;
  readonly later: Offset;
}

/** By brokers' evidence: did a coordinator take the earlier commit after it had taken the later one? */
function wasAcceptedInReverse(trial: TrialFacts, { earlier, group, later, partition }: Overwritten): boolean {
  const accepted = trial
    .eventsOf("commit-accepted")
    .filter(({ event }) => event.group === group)
    .flatMap(({ event }) => event.offsets.filter((one) => one.partition === partition).map(({ offset }) => offset));
  const laterAt = accepted.indexOf(later);
  return laterAt >= 0 && accepted.lastIndexOf(earlier) > laterAt;
}

/** Faults after which a request may arrive that its sender has sent again over another connection. */
const repeatsRequests: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "duplicate-request",
  "delay-request",
  "reset-connections",
  "slow-link",
  "own-fault",
]);

/**
 * Why a member that begins at a committed offset may be told that there is no such offset; undefined where it may not.
 *
 * A consumer here commits no leader epoch with an offset (KIP-320), so that whoever begins there may ask a leader of before, by whose
 * log the offset does not exist yet.
 */
export function mayMeetFormerLeader(trial: TrialFacts, partition: TopicPartition): Permission | undefined {
  const { cluster } = trial;
  const wasMet = cluster.hasBrokerEvidence
    ? wasRefusedByFormerLeader(trial, partition)
    : cluster.faults.some(({ event }) => makesZombies.has(event.fault));
  if (!wasMet) return undefined;
  return {
    setting: "committed offsets without a leader epoch",
    why: "a leader that had been deposed and did not know it had no record at the committed offset",
  };
}

/** By brokers' evidence: was a consumer told by somebody who did not lead any more that an offset is out of range? */
function wasRefusedByFormerLeader(trial: TrialFacts, partition: TopicPartition): boolean {
  const changes = trial.cluster.changes.get(partition) ?? [];
  return trial.eventsOf("fetch-refused").some(({ at, event }) => {
    if (event.partition !== partition || event.follower >= 0 || event.error !== "OFFSET_OUT_OF_RANGE") return false;
    return changes.findLast((change) => change.at < at)?.event.leader !== event.broker;
  });
}

/** Faults after which a broker may take itself for what it was. */
export const makesZombies: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "pause-broker",
  "jump-clock",
  "cut-link",
  "slow-link",
  "isolate-broker",
  "delay-request",
  "own-fault",
]);

/**
 * Why a record of an idempotent producer may be overtaken or written twice; undefined where it may not.
 *
 * A broker that knows nothing of a producer takes any sequence number for its first (KIP-360). So when the leader changes
 * before anything of a new producer has been replicated, the next leader accepts the second batch while the first one is
 * still on its way to the old leader. Found by this harness; a producer with one request in flight is safe from it.
 *
 * A replica whose log is thrown away, is cut to where it began or is loaded with nothing left to be read knows nothing of producers
 * either (`UnifiedLog.truncateFullyAndStartAt`, `ProducerStateManager.truncateAndReload`). All of it takes records that were deleted.
 */
export function mayBeUnknownToLeader(trial: TrialFacts, send: Send): Permission | undefined {
  const { cluster } = trial;
  const [reason] = cluster.reasonsToDelete(send.partition);
  if (
    reason !== undefined &&
    (cluster.hasBrokerEvidence ? cluster.hadForgottenProducers(send.partition) : cluster.faults.length > 0)
  ) {
    return {
      setting: tellReason(trial, send.partition, reason),
      why: "a replica had nothing left but deleted records, so it did not know the producer when it came to lead",
    };
  }
  const inFlightMax = send.settings["max.in.flight.requests.per.connection"];
  if (inFlightMax === 1 || !mayHaveFailedOver(trial.cluster, send.partition)) return undefined;
  const { firstAckAt } = send.stream;
  if (firstAckAt !== undefined && firstAckAt < send.startedAt) return undefined;
  return {
    setting: `max.in.flight.requests.per.connection=${inFlightMax}`,
    why: "the leader changed before any record of this producer was acknowledged, and a leader that does not know a producer accepts any of its batches as the first",
  };
}

/** With clients' evidence alone any broker that was disturbed may have cost the partition its leader. */
function mayHaveFailedOver(cluster: ClusterFacts, partition: TopicPartition): boolean {
  return cluster.hasBrokerEvidence ? cluster.hadFailover(partition) : cluster.faults.length > 0;
}
