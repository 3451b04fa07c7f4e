import type { TopicPartition } from "../../model/ids.ts";
import type { Seen } from "../facts/trial-facts.ts";
import { mayBeUnknownToLeader } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** Whatever is repeated on the way, an idempotent producer's record is in the log once. */
export const noDuplicateFromIdempotentProducer: Property = {
  id: "no-duplicate-from-idempotent-producer",
  sentence: "A record of an idempotent producer is in the log at most once.",
  source: "KIP-98; KIP-360",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes:
    "enable.idempotence=true, one life of the producer; with several requests in flight, some record of it was acknowledged before the leader changed",
  check: (trial) => {
    const places = new Map<string, { readonly partition: TopicPartition; readonly seen: Seen }>();
    const breaches: Breach[] = [];
    let judged = 0;
    for (const { partition, records } of trial.logs.values()) {
      for (const seen of records) {
        const send = trial.sends.get(seen.value);
        if (send === undefined || !send.settings["enable.idempotence"]) continue;
        judged++;
        const before = places.get(seen.value);
        if (before === undefined) {
          places.set(seen.value, { partition, seen });
          continue;
        }
        const permission = mayBeUnknownToLeader(trial, send);
        breaches.push({
          message: `${seen.value} is at ${before.partition} offset ${before.seen.offset} and again at ${partition} offset ${seen.offset}.`,
          witness: [send.startedAt, before.seen.at, seen.at],
          partition,
          ...(permission !== undefined && { permission }),
        });
      }
    }
    return { judged, breaches };
  },
};
