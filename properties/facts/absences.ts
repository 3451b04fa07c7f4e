import type { BrokerId, TopicPartition } from "../../model/ids.ts";
import type { ClusterFacts, PartitionChange } from "./cluster-facts.ts";

/** How long at most a record stays in the page cache before it is on the disk. */
const flushMs = 1000;

/**
 * For how long, in milliseconds, a replica of a partition was without what its leader had, at the most, and came back to be in sync. A
 * replica that went down was away from then on, or from when what it lost with the power had been written. 0 where none ever was.
 */
export function longestAbsenceMs(cluster: ClusterFacts, partition: TopicPartition): number {
  const away = new Map<BrokerId, number>();
  const cameBackAt = new Map<BrokerId, number>();
  let longestMs = 0;
  for (const change of cluster.changes.get(partition) ?? []) {
    const { at, event } = change;
    const nowMs = event.atUs / 1000;
    for (const replica of event.replicas) {
      const sinceMs = away.get(replica);
      if (!event.isr.includes(replica)) {
        if (sinceMs === undefined) away.set(replica, leftMs(cluster, replica, cameBackAt.get(replica) ?? -1, change));
      } else if (sinceMs !== undefined) {
        longestMs = Math.max(longestMs, nowMs - sinceMs);
        away.delete(replica);
        cameBackAt.set(replica, at);
      }
    }
  }
  return longestMs;
}

/** When a replica that is found missing from the ISR began to be away. */
function leftMs({ downs }: ClusterFacts, replica: BrokerId, cameBackAt: number, { at, event }: PartitionChange): number {
  const times = downs
    .filter((down) => down.event.broker === replica && down.at > cameBackAt && down.at < at)
    .map((down) => down.event.atUs / 1000 - (down.event.how === "power-lost" ? flushMs : 0));
  return Math.min(event.atUs / 1000, ...times);
}
