import type { ClientId, TopicPartition } from "../../model/ids.ts";
import { mayForgetGroups } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** The rule that makes a consumer group a group. */
export const exclusiveOwnership: Property = {
  id: "exclusive-ownership",
  sentence: "Within one generation of a group no partition is assigned to two members.",
  source: "Kafka's documentation of consumer groups; KIP-54",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes:
    "no committed record of __consumer_offsets was lost with permission; members of different generations may overlap while one does not know yet that it is out",
  check: (trial) => {
    const owners = new Map<string, { readonly client: ClientId; readonly at: number }>();
    const breaches: Breach[] = [];
    let judged = 0;
    for (const { assignedAt, client, generation, group, member, partitions } of trial.holdings) {
      for (const partition of partitions) {
        judged++;
        const key = ownershipKey(group, generation, partition);
        const before = owners.get(key);
        if (before === undefined) owners.set(key, { client: member, at: assignedAt });
        else if (before.client !== member) {
          const permission = mayForgetGroups(trial);
          breaches.push({
            message: `In generation ${generation} of ${group} both ${before.client} and ${member} of ${client} were assigned ${partition}.`,
            witness: [before.at, assignedAt],
            partition,
            ...(permission !== undefined && { permission }),
          });
        }
      }
    }
    return { judged, breaches };
  },
};

const ownershipKey = (group: string, generation: number, partition: TopicPartition): string =>
  `${group}/${generation}/${partition}`;
