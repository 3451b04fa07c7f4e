/** Picks the few events of a history that tell how a property came to be broken. */

import type { History, HistoryEvent } from "../model/history.ts";
import type { TopicPartition } from "../model/ids.ts";
import type { Breach } from "../properties/verdict.ts";

/** More than this nobody reads in a terminal. */
export const eventsToldMax = 24;

export interface EventsThatMatter {
  /** Positions in the history, in order. */
  readonly at: readonly number[];
  /** How many more would have mattered. */
  readonly leftOut: number;
}

/**
 * What proves the breach, what was done to the cluster, and what became of the partition and of the records in question. The
 * proof is always there; of the rest the last ones are left out where it is too much.
 */
export function eventsThatMatter(history: History, breach: Breach): EventsThatMatter {
  const witness = new Set(breach.witness);
  const about = aboutOf(history, breach);
  const rest: number[] = [];
  let leader = -1;
  for (const [at, event] of history.entries()) {
    if (witness.has(at)) continue;
    if (event.kind === "partition-changed" && event.partition === breach.partition) {
      const isNew = event.leader !== leader;
      leader = event.leader;
      if (isNew) rest.push(at);
    } else if (matters(event, about)) rest.push(at);
  }
  const kept = rest.slice(0, Math.max(0, eventsToldMax - witness.size));
  return { at: [...witness, ...kept].toSorted((left, right) => left - right), leftOut: rest.length - kept.length };
}

interface About {
  readonly partition: TopicPartition | undefined;
  readonly values: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

function aboutOf(history: History, { partition, witness }: Breach): About {
  const events = witness.flatMap((at) => history[at] ?? []);
  const values = events.flatMap((event) => ("value" in event ? [event.value] : []));
  const groups = events.flatMap((event) => ("group" in event ? [event.group] : []));
  return { partition, values: new Set(values), groups: new Set(groups) };
}

function matters(event: HistoryEvent, { groups, partition, values }: About): boolean {
  switch (event.kind) {
    case "fault-injected":
    case "fault-healed":
    case "broker-down":
    case "broker-up":
    case "client-killed":
    case "client-fenced":
    case "limit-reached":
      return true;
    case "phase-started":
      return event.phase === "heal";
    case "truncated":
      return event.partition === partition;
    case "leader-appended":
      return event.batch.values.some((value) => values.has(value));
    case "read-back":
    case "processed":
      return values.has(event.value);
    case "assigned":
    case "lost":
      return groups.has(event.group) && (partition === undefined || event.partitions.includes(partition));
    case "position-set":
      return groups.has(event.group) && event.partition === partition;
    case "commit-accepted":
      return groups.has(event.group) && event.offsets.some((one) => one.partition === partition);
    case "group-loaded":
      return groups.has(event.group);
    default:
      return false;
  }
}
