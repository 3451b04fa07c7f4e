import type { RecordSource } from "../../model/client-events.ts";
import type { GroupId, Offset, TopicPartition } from "../../model/ids.ts";
import { topicPartition } from "../../model/ids.ts";
import type { GroupOptions } from "../../model/schedule.ts";
import type { Send } from "../facts/sends.ts";
import type { Seen, TrialFacts } from "../facts/trial-facts.ts";
import { isVisibleTo } from "../facts/visible-records.ts";
import {
  mayBeDeleted,
  mayForgetGroups,
  mayForgetTransactions,
  mayLoseCommitted,
  mayMeetFormerLeader,
  mayMixTransactions,
  mayReadStaleOffsets,
} from "../promises.ts";
import { mayBeCleanedElsewhere } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** Output and offsets are committed together: whatever goes wrong, each record is made output of once. */
export const exactlyOnceProcessing: Property = {
  id: "exactly-once-processing",
  sentence:
    "Of every record below the committed offset of a group that commits in transactions exactly one output record counts, and of none more than one.",
  source: "KIP-98; KIP-447",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes:
    "auto.offset.reset=earliest, no committed record of input, output, __consumer_offsets or __transaction_state was lost with permission, and none of the output was to be deleted; neither the coordinator that told the offsets nor the leader that was asked for them had been deposed; with transaction.version=0 that no request was held up",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const group of trial.options.groups) {
      if (group.output === undefined) continue;
      const outputs = outputsOf(trial, group.id);
      if (outputs.size === 0) continue;
      for (const { made, source } of outputs.values()) {
        const [first, second] = made.filter(({ record }) => record?.fate === "commit");
        judged++;
        if (second === undefined) continue;
        const what = `${source.partition} offset ${source.offset}`;
        const message = `${group.id} has made output of ${what} twice: ${first!.send.value} and ${second.send.value} both count.`;
        const permission = mayRepeat(trial, source, made);
        breaches.push(breachOf(message, [first!.record!.at, second.record!.at], permission));
      }
      for (const missed of missedBy(trial, group, outputs)) {
        judged++;
        if (missed.breach !== undefined) breaches.push(missed.breach);
      }
    }
    return { judged, breaches };
  },
};

/** One output record that was sent, and where it is in its log; undefined where it is not. */
interface Made {
  readonly send: Send;
  readonly record: Seen | undefined;
}

interface OutputOf {
  readonly source: RecordSource;
  readonly made: Made[];
}

/** What a group has written, by the record that it has made it from. */
function outputsOf(trial: TrialFacts, group: GroupId): ReadonlyMap<string, OutputOf> {
  const places = new Map<string, Seen>();
  for (const { records } of trial.logs.values()) {
    for (const record of records) if (record.fate !== undefined) places.set(record.value, record);
  }
  const outputs = new Map<string, OutputOf>();
  for (const send of trial.sends.values()) {
    if (send.source?.group !== group) continue;
    const { source } = send;
    const key = keyOf(source.partition, source.offset);
    const made = { send, record: places.get(send.value) };
    const known = outputs.get(key);
    if (known === undefined) outputs.set(key, { source, made: [made] });
    else known.made.push(made);
  }
  return outputs;
}

const keyOf = (partition: TopicPartition, offset: Offset): string => `${partition}@${offset}`;

/** Each record that the group has passed, with what is wrong about it if no output of it counts. */
function* missedBy(
  trial: TrialFacts,
  group: GroupOptions,
  outputs: ReadonlyMap<string, OutputOf>,
): Generator<{ readonly breach?: Breach }> {
  if (!isOutputRead(trial, group)) return;
  const committed = trial.end?.groups.find((described) => described.group === group.id)?.committed ?? [];
  for (const { offset: upTo, partition } of committed) {
    for (const { at, offset, value, ...record } of trial.logs.get(partition)?.records ?? []) {
      if (offset >= upTo) break;
      if (!isVisibleTo(group, { at, offset, value, ...record })) continue;
      const made = outputs.get(keyOf(partition, offset))?.made ?? [];
      if (made.some((one) => one.record?.fate === "commit")) {
        yield {};
        continue;
      }
      const message = `${group.id} has committed ${partition} up to offset ${upTo}, and no output of ${value} at offset ${offset} counts.`;
      const sent = made.map(({ send }) => send.startedAt);
      const permission =
        mayBeCleanedElsewhere(trial, partition, { offset, value }) ?? maySkip(trial, group, { partition, offset }, made);
      yield { breach: breachOf(message, [...sent, at], permission, partition) };
    }
  }
}

/** Whether the logs of the output were read to their ends. */
function isOutputRead({ logs, options }: TrialFacts, { output }: GroupOptions): boolean {
  const { name, partitions } = options.topics.find((topic) => topic.name === output!.topic)!;
  return Array.from({ length: partitions }, (_, index) => topicPartition(name, index)).every(
    (partition) => logs.get(partition)?.range !== undefined,
  );
}

const breachOf = (
  message: string,
  witness: readonly number[],
  permission: Permission | undefined,
  partition?: TopicPartition,
): Breach => ({
  message,
  witness,
  ...(partition !== undefined && { partition }),
  ...(permission !== undefined && { permission }),
});

/** Why a record may be made output of twice: its place in the log may have been another one's, or a member may begin anew. */
function mayRepeat(trial: TrialFacts, { group, partition }: RecordSource, made: readonly Made[]): Permission | undefined {
  const stale = trial.holdings
    .filter((holding) => holding.group === group)
    .map((holding) => mayReadStaleOffsets(trial, holding));
  return (
    mayLoseCommitted(trial, partition) ??
    mayTear(trial, made) ??
    stale.find((permission) => permission !== undefined) ??
    mayMeetFormerLeader(trial, partition)
  );
}

/** Why a record may be passed over. */
function maySkip(
  trial: TrialFacts,
  { config }: GroupOptions,
  { offset, partition }: { readonly partition: TopicPartition; readonly offset: Offset },
  made: readonly Made[],
): Permission | undefined {
  if (config["auto.offset.reset"] === "latest") {
    return { setting: "auto.offset.reset=latest", why: "a group without a committed offset begins at the end of the log" };
  }
  return mayBeDeleted(trial, partition, offset) ?? mayLoseCommitted(trial, partition) ?? mayTear(trial, made);
}

/** Why of one transaction a part may count and a part may not: something of it was lost, or it was another one's end. */
function mayTear(trial: TrialFacts, made: readonly Made[]): Permission | undefined {
  const deleted = made.map(({ send: { outcome, partition } }) =>
    outcome.kind === "acked" && outcome.offset !== null ? mayBeDeleted(trial, partition, outcome.offset) : undefined,
  );
  const lost = made.map(({ send }) => mayLoseCommitted(trial, send.partition));
  return [mayForgetTransactions(trial), mayForgetGroups(trial), ...lost, ...deleted, mayMixTransactions(trial)].find(
    (permission) => permission !== undefined,
  );
}
