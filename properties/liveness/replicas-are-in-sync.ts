import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** When the trouble is over, every replica is back. */
export const replicasAreInSync: Property = {
  id: "replicas-are-in-sync",
  sentence: "After healing, each partition has a leader and all of its replicas are in the ISR.",
  source: "Kafka's replication protocol: a live follower catches up and joins (KIP-497)",
  expectation: "eventually",
  evidence: "client",
  blames: "broker",
  assumes: "every broker and every link is back",
  check: (trial) => {
    const breaches: Breach[] = [];
    const partitions = trial.end?.partitions ?? [];
    for (const { isr, leader, partition, replicas } of partitions) {
      if (leader >= 0 && replicas.every((replica) => isr.includes(replica))) continue;
      const led = leader < 0 ? "has no leader" : `is led by broker ${leader}`;
      breaches.push({
        message: `${partition} ${led} and has ISR ${isr.join(", ")} of replicas ${replicas.join(", ")}.`,
        witness: [trial.history.length - 1],
        partition,
      });
    }
    return { judged: partitions.length, breaches };
  },
};
