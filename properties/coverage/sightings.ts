/** What campaigns look out for, from the cluster to the clients. */

import type { HistoryEvent } from "../../model/history.ts";
import { offsetsTopic, topicOf } from "../../model/ids.ts";
import type { TopicPartition } from "../../model/ids.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Sighting } from "./sighting.ts";

export const sightings: readonly Sighting[] = [
  {
    id: "leader-moved",
    sentence: "A partition of the workload got another leader.",
    evidence: "broker",
    wasSeen: ({ cluster, options }) =>
      [...cluster.changes.keys()].some((partition) => isWorkload(options, partition) && cluster.hadFailover(partition)),
  },
  {
    id: "log-truncated",
    sentence: "A replica cut off records that had not been replicated: a leader had moved with an unreplicated tail.",
    evidence: "broker",
    wasSeen: ({ rarities }) => rarities.some(({ kind }) => kind === "truncated"),
  },
  {
    id: "isr-shrank",
    sentence: "A replica fell out of the ISR.",
    evidence: "broker",
    wasSeen: ({ cluster }) => isrChanged(cluster.changes.values(), (before, after) => after < before),
  },
  {
    id: "isr-expanded",
    sentence: "A replica came back into the ISR.",
    evidence: "broker",
    wasSeen: ({ cluster }) => isrChanged(cluster.changes.values(), (before, after) => after > before),
  },
  {
    id: "coordinator-moved",
    sentence: "The groups' coordinator moved to another broker.",
    evidence: "broker",
    wasSeen: ({ cluster }) =>
      [...cluster.changes.keys()].some((partition) => topicOf(partition) === offsetsTopic && cluster.hadFailover(partition)),
  },
  {
    id: "power-was-lost",
    sentence: "A broker lost what it had not flushed to its disk.",
    evidence: "broker",
    wasSeen: ({ cluster }) => cluster.downs.some(({ event }) => event.how === "power-lost"),
  },
  {
    id: "duplicate-recognised",
    sentence: "A leader recognised a batch that an idempotent producer had sent again.",
    evidence: "broker",
    wasSeen: ({ rarities }) => rarities.some(({ kind }) => kind === "duplicate-recognised"),
  },
  {
    id: "too-few-in-sync",
    sentence: "A leader refused a record because too few replicas were in sync.",
    evidence: "broker",
    wasSeen: ({ rarities }) =>
      rarities.some((event) => event.kind === "produce-refused" && event.error.startsWith("NOT_ENOUGH_REPLICAS")),
  },
  {
    id: "send-outcome-unknown",
    sentence: "A producer could not tell whether its record had been written.",
    evidence: "client",
    wasSeen: ({ sends }) => [...sends.values()].some(({ outcome }) => outcome.kind === "unknown"),
  },
  {
    id: "group-rebalanced",
    sentence: "A member that had partitions was given others in a later generation.",
    evidence: "client",
    wasSeen: ({ holdings }) => {
      const last = new Map<string, (typeof holdings)[number]>();
      return holdings.some((holding) => {
        const before = last.get(holding.client);
        last.set(holding.client, holding);
        if (before === undefined || before.partitions.length === 0 || holding.generation <= before.generation) return false;
        const isSame = (partition: TopicPartition): boolean => holding.partitions.includes(partition);
        return before.partitions.length !== holding.partitions.length || !before.partitions.every(isSame);
      });
    },
  },
  {
    id: "commit-refused",
    sentence: "A commit was refused, because its member or generation was no longer the group's.",
    evidence: "client",
    wasSeen: ({ commits }) => commits.some(({ outcome }) => outcome.kind === "refused"),
  },
  {
    id: "record-processed-again",
    sentence: "A record was processed more than once by one group.",
    evidence: "client",
    wasSeen: ({ processed }) => {
      const seen = processed.map(({ event: { group, offset, partition } }) => `${group}/${partition}/${offset}`);
      return new Set(seen).size < seen.length;
    },
  },
  {
    id: "member-killed",
    sentence: "A group member that held partitions was killed.",
    evidence: "client",
    wasSeen: ({ history, holdings }) =>
      holdings.some(({ endedAt, partitions }) => partitions.length > 0 && kindAt(history, endedAt) === "client-killed"),
  },
];

type Changes = Iterable<readonly { readonly event: { readonly isr: readonly unknown[] } }[]>;

function isrChanged(all: Changes, isSo: (before: number, after: number) => boolean): boolean {
  for (const changes of all) {
    for (const [at, { event }] of changes.entries()) {
      const before = changes[at - 1]?.event.isr.length;
      if (before !== undefined && isSo(before, event.isr.length)) return true;
    }
  }
  return false;
}

const isWorkload = (options: TrialFacts["options"], partition: TopicPartition): boolean =>
  options.topics.some(({ name }) => name === topicOf(partition));

const kindAt = (history: readonly HistoryEvent[], at: number): HistoryEvent["kind"] | undefined => history[at]?.kind;
