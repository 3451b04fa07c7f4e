import { isCompacted } from "../../model/settings.ts";
import type { Send, TrialFacts } from "../facts/trial-facts.ts";
import { mayLoseAcked } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** What makes a compacted topic a table: whoever reads all of it gets for each key what was written last. */
export const lastValueOfKeyIsKept: Property = {
  id: "last-value-of-key-is-kept",
  sentence: "Of each key in a compacted topic the log has the record that was acknowledged last, or a later one.",
  source: "KIP-71; Kafka's documentation of log compaction",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "cleanup.policy=compact; acks=all, no unclean election, no power loss of every in-sync replica at once",
  check: (trial) => {
    const breaches: Breach[] = [];
    const last = lastAcked(trial);
    for (const { at, offset, send } of last) {
      const { key, partition, value } = send;
      const records = trial.logs.get(partition)!.records;
      if (records.some((one) => one.offset >= offset && trial.sends.get(one.value)?.key === key)) continue;
      const permission = mayLoseAcked(trial, send);
      breaches.push({
        message: `${value} was acknowledged at ${partition} offset ${offset} with key ${key}, and the log has no record of that key from there on.`,
        witness: [send.startedAt, at],
        partition,
        ...(permission !== undefined && { permission }),
      });
    }
    return { judged: last.length, breaches };
  },
};

interface Acked {
  readonly send: Send;
  readonly offset: number;
  readonly at: number;
}

/** Of each key of a compacted partition that was read back, the acknowledged record with the highest offset. */
function lastAcked(trial: TrialFacts): readonly Acked[] {
  const last = new Map<string, Acked>();
  for (const send of trial.sends.values()) {
    const { key, outcome, partition } = send;
    if (key === undefined || outcome.kind !== "acked" || outcome.offset === null) continue;
    if (!isCompacted(trial.cluster.settingsOf(partition)) || trial.logs.get(partition)?.range === undefined) continue;
    const name = `${partition}/${key}`;
    const before = last.get(name);
    if (before === undefined || before.offset < outcome.offset)
      last.set(name, { send, offset: outcome.offset, at: outcome.at });
  }
  return [...last.values()];
}
