import { topicPartition } from "../../model/ids.ts";
import { mayStayUnowned } from "../promises-of-groups.ts";
import type { Holding } from "../facts/trial-facts.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** When the trouble is over, no partition has been forgotten, and none is read by two. */
export const everyPartitionHasAnOwner: Property = {
  id: "every-partition-has-an-owner",
  sentence: "After healing, each partition of a group's topics is held by exactly one of its members.",
  source: "Kafka's documentation of consumer groups; KAFKA-9801",
  expectation: "eventually",
  evidence: "client",
  blames: "client",
  assumes: "somebody runs who is to be in the group; no static member died in the middle of a cooperative rebalance",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    // What comes after that, while the logs are read back, may be another rebalance.
    const place = trial.eventsOf("cluster-described").at(-1)?.at ?? 0;
    for (const { group, running } of trial.end?.groups ?? []) {
      const options = trial.groupOptions(group);
      const wanted = options?.topics ?? [];
      if (running.length === 0) continue;
      const isHeld = ({ assignedAt, endedAt }: Holding): boolean => assignedAt < place && place < endedAt;
      const held = trial.holdings.filter((holding) => holding.group === group && isHeld(holding));
      for (const { name, partitions } of trial.options.topics) {
        for (let index = 0; index < (wanted.includes(name) ? partitions : 0); index++) {
          const partition = topicPartition(name, index);
          const owners = held.filter((holding) => holding.partitions.includes(partition));
          judged++;
          if (owners.length === 1) continue;
          const permission = options && mayStayUnowned(trial, options);
          const who = owners.length === 0 ? "nobody" : owners.map(({ client }) => client).join(" and ");
          breaches.push({
            message: `${partition} is held by ${who} of ${group} in the end.`,
            witness: [...owners.map(({ assignedAt }) => assignedAt), place],
            partition,
            ...(owners.length === 0 && permission !== undefined && { permission }),
          });
        }
      }
    }
    return { judged, breaches };
  },
};
