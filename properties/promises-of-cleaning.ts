/**
 * What a compacted topic need not have any more: records that later ones of their key replace, and tombstones that have been there
 * for long enough.
 *
 * Sources: KIP-71; KIP-534; Kafka's documentation of log compaction and of `delete.retention.ms`.
 */

import { hasTransactions } from "../model/schedule.ts";
import { isCompacted } from "../model/settings.ts";
import type { Offset, TopicPartition } from "../model/ids.ts";
import { longestAbsenceMs } from "./facts/absences.ts";
import type { Send } from "./facts/sends.ts";
import type { Seen, TrialFacts } from "./facts/trial-facts.ts";
import { uncommittedSteps } from "./facts/uncommitted-steps.ts";
import type { Permission } from "./verdict.ts";

/**
 * Why an acknowledged record may be missing because a later one has its key, because its transaction was aborted, or because it is a
 * tombstone that has been there for long enough; undefined where the log has none, or does not go by keys. A cleaner keeps at least the last record of each key.
 */
export function mayBeCleaned(trial: TrialFacts, send: Send): Permission | undefined {
  const { key, outcome, partition } = send;
  if (outcome.kind !== "acked" || outcome.offset === null) return undefined;
  if (isReplaced(trial, partition, { key, offset: outcome.offset })) {
    return { setting: "cleanup.policy=compact", why: "a later record has the same key, and only the last one of each is kept" };
  }
  if (!isCompactedIn(trial, partition)) return undefined;
  if (uncommittedSteps(trial).has(send.step)) {
    return {
      setting: "cleanup.policy=compact",
      why: "records of a transaction that was not committed are cleaned out, whatever their keys",
    };
  }
  return mayBeForgotten(trial, send);
}

/** Whether an acknowledged record that is not in the log may have been there, and have been cleaned out for a later one or in time. */
export function mayBeReplaced(trial: TrialFacts, send: Send): boolean {
  const { key, outcome, partition } = send;
  if (outcome.kind !== "acked" || outcome.offset === null || !isCompactedIn(trial, partition)) return false;
  return isReplaced(trial, partition, { key, offset: outcome.offset }) || mayBeForgotten(trial, send) !== undefined;
}

/**
 * Why a consumer may pass over a record that the log has: each replica is cleaned by itself, and where it read, before another
 * replica led or from a follower (KIP-392), the record may have been gone already.
 */
export function mayBeCleanedElsewhere(
  trial: TrialFacts,
  partition: TopicPartition,
  { offset, value }: { readonly offset: Offset; readonly value: string },
): Permission | undefined {
  const send = trial.sends.get(value);
  if (isReplaced(trial, partition, { key: send?.key, offset })) {
    return { setting: "cleanup.policy=compact", why: "a later record has the same key, and each replica is cleaned by itself" };
  }
  return send !== undefined && isCompactedIn(trial, partition) ? mayBeForgotten(trial, send) : undefined;
}

/** Why a tombstone may be gone when its log is read back; undefined where it may not, and for every other record. */
export function mayBeForgotten(trial: TrialFacts, { isTombstone, partition, startedAt }: Send): Permission | undefined {
  const readAtUs = trial.logs.get(partition)?.readAtUs ?? Infinity;
  if (!isTombstone || !isOver(trial, partition, { fromUs: trial.history[startedAt]!.atUs, toUs: readAtUs })) return undefined;
  return forgotten(trial, partition);
}

/** The permission to forget tombstones. */
export const forgotten = (trial: TrialFacts, partition: TopicPartition): Permission => ({
  setting: `delete.retention.ms=${trial.cluster.settingsOf(partition)["delete.retention.ms"]}`,
  why: "tombstones go when that time has passed since a cleaner met them, whoever has not read them by then",
});

/** Whether `delete.retention.ms` may have passed for a tombstone between two times, the first of which is not after it was written. */
export const isOver = (
  trial: TrialFacts,
  partition: TopicPartition,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): boolean => toUs - fromUs >= trial.cluster.settingsOf(partition)["delete.retention.ms"] * 1000;

/**
 * Why nothing may be known of how a transaction has ended, though its records are in the log, and why nobody may be able to read behind
 * them; undefined where that may not be. A marker goes when nothing is left of its transaction, and a replica that was away for as long
 * as markers stay has missed it, and still has the records.
 */
export function mayMissMarkers(trial: TrialFacts, partition: TopicPartition): Permission | undefined {
  if (!trial.options.producers.some(hasTransactions) || !isCompactedIn(trial, partition)) return undefined;
  return mayMissTombstones(trial, partition);
}

/**
 * Why a key may have come back that had been deleted; undefined where it may not. A replica that has missed the tombstone, because it
 * was away for longer than tombstones stay, still has what came before, and may come to lead with it.
 */
export function mayMissTombstones(trial: TrialFacts, partition: TopicPartition): Permission | undefined {
  const { cluster } = trial;
  const retentionMs = cluster.settingsOf(partition)["delete.retention.ms"];
  const mayHaveMissed = cluster.hasBrokerEvidence
    ? longestAbsenceMs(cluster, partition) >= retentionMs
    : cluster.faults.length > 0;
  if (!mayHaveMissed) return undefined;
  return {
    setting: `delete.retention.ms=${retentionMs}`,
    why: "a replica was away for longer than tombstones and markers stay, has missed one, and still had what came before it",
  };
}

/** Whether a later record may have the same key: one that is in the log, or a tombstone that need not be there any more. */
export function isReplaced(
  trial: TrialFacts,
  partition: TopicPartition,
  { key, offset }: { readonly key: string | undefined; readonly offset: Offset },
): boolean {
  const { logs, sends } = trial;
  if (key === undefined || !isCompactedIn(trial, partition)) return false;
  const mayReplace = ({ fate, offset: at, value }: Seen): boolean =>
    at > offset && fate !== "abort" && fate !== "open" && sends.get(value)?.key === key;
  if (logs.get(partition)?.records.some(mayReplace)) return true;
  for (const send of sends.values())
    if (send.partition === partition && send.key === key && mayHaveDeleted(trial, send, offset)) return true;
  return false;
}

/** Whether a send may have written a tombstone after `offset` that need not be there any more. */
function mayHaveDeleted(trial: TrialFacts, send: Send, offset: Offset): boolean {
  const { outcome } = send;
  if (!send.isTombstone || outcome.kind === "failed") return false;
  const isLater = outcome.kind !== "acked" || outcome.offset === null || outcome.offset > offset;
  return isLater && mayBeForgotten(trial, send) !== undefined;
}

const isCompactedIn = ({ cluster }: TrialFacts, partition: TopicPartition): boolean =>
  isCompacted(cluster.settingsOf(partition));
