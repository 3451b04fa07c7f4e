import type { ClientId, TopicPartition } from "../../model/ids.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** The coordinator does not look at which partitions a member commits; so the client must. */
export const commitStaysWithinAssignment: Property = {
  id: "commit-stays-within-assignment",
  sentence: "A member commits offsets only of partitions that it holds.",
  source: "OffsetCommit checks membership but not ownership; KafkaJS issue 1046",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "nothing",
  check: (trial) => {
    const byClient = new Map<ClientId, typeof trial.holdings>();
    for (const holding of trial.holdings) {
      const known = byClient.get(holding.client);
      if (known === undefined) byClient.set(holding.client, [holding]);
      else known.push(holding);
    }
    const next = new Map<ClientId, number>();
    const breaches: Breach[] = [];
    let judged = 0;
    for (const { event, startedAt } of trial.commits) {
      const { client } = event;
      const holdings = byClient.get(client) ?? [];
      let at = next.get(client) ?? 0;
      while (at + 1 < holdings.length && holdings[at + 1]!.assignedAt < startedAt) at++;
      next.set(client, at);
      const last = holdings[at];
      const holding = last !== undefined && last.assignedAt < startedAt ? last : undefined;
      const isHeld = (partition: TopicPartition): boolean =>
        holding !== undefined && startedAt < holding.endedAt && holding.partitions.includes(partition);
      judged++;
      const strange = event.offsets.find(({ partition }) => !isHeld(partition));
      if (strange === undefined) continue;
      breaches.push({
        message: `${client} committed ${strange.partition} at ${strange.offset} in generation ${event.generation}, and does not hold that partition.`,
        witness: [...(holding === undefined ? [] : [holding.assignedAt]), startedAt],
        partition: strange.partition,
      });
    }
    return { judged, breaches };
  },
};
