import { isCompacted } from "../../model/settings.ts";
import type { Offset } from "../../model/ids.ts";
import type { Send } from "../facts/sends.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { mayBeDeleted, mayLoseAcked } from "../promises.ts";
import { isReplaced, mayBeForgotten, mayMissTombstones } from "../promises-of-cleaning.ts";
import { uncommittedSteps } from "../facts/uncommitted-steps.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** What makes a compacted topic a table: whoever reads all of it gets for each key what was written last, and no key that was deleted. */
export const lastValueOfKeyIsKept: Property = {
  id: "last-value-of-key-is-kept",
  sentence:
    "Of each key in a compacted topic the log has the record that was acknowledged last, or a later one; where that is a tombstone it may go in time, and nothing of before comes back.",
  source: "KIP-71; KIP-534; Kafka's documentation of log compaction",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes:
    "cleanup.policy=compact; acks=all, no unclean election, no power loss of every in-sync replica at once; no replica was away for delete.retention.ms",
  check: (trial) => {
    const breaches: Breach[] = [];
    const last = lastAcked(trial);
    for (const acked of last) {
      const breach = breachOf(trial, acked);
      if (breach !== undefined) breaches.push(breach);
    }
    return { judged: last.length, breaches };
  },
};

interface Acked {
  readonly send: Send;
  readonly offset: Offset;
  readonly at: number;
}

/** What is wrong with the record of a key that was acknowledged last. */
function breachOf(trial: TrialFacts, { at, offset, send }: Acked): Breach | undefined {
  const { isTombstone, key, partition, value } = send;
  const { records } = trial.logs.get(partition)!;
  const ofKey = records.filter((one) => one.fate !== "abort" && trial.sends.get(one.value)?.key === key);
  if (ofKey.some((one) => one.offset >= offset)) return undefined;
  const isDeletion = mayBeForgotten(trial, send) !== undefined || isReplaced(trial, partition, { key, offset });
  const before = ofKey.at(-1);
  if (isDeletion && before === undefined) return undefined;
  const permission = isDeletion
    ? (mayMissTombstones(trial, partition) ?? mayLoseAcked(trial, send))
    : (mayBeDeleted(trial, partition, offset) ?? mayLoseAcked(trial, send));
  const written = `${value}${isTombstone ? ", a tombstone," : ""} was acknowledged at ${partition} offset ${offset} with key ${key}`;
  return {
    message: isDeletion
      ? `${written}, and when the key had been deleted ${before!.value} was there again at offset ${before!.offset}.`
      : `${written}, and the log has no record of that key from there on.`,
    witness: isDeletion ? [send.startedAt, at, before!.at] : [send.startedAt, at],
    partition,
    ...(permission !== undefined && { permission }),
  };
}

/** Of each key of a compacted partition that was read back, the acknowledged record with the highest offset. */
function lastAcked(trial: TrialFacts): readonly Acked[] {
  const last = new Map<string, Acked>();
  const uncommitted = uncommittedSteps(trial);
  for (const send of trial.sends.values()) {
    const { key, outcome, partition } = send;
    if (uncommitted.has(send.step)) continue;
    if (key === undefined || outcome.kind !== "acked" || outcome.offset === null) continue;
    if (!isCompacted(trial.cluster.settingsOf(partition)) || trial.logs.get(partition)?.range === undefined) continue;
    const name = `${partition}/${key}`;
    const before = last.get(name);
    if (before === undefined || before.offset < outcome.offset)
      last.set(name, { send, offset: outcome.offset, at: outcome.at });
  }
  return [...last.values()];
}
