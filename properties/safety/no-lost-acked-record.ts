import { mayBeDeleted, mayLoseAcked } from "../promises.ts";
import { mayBeCleaned } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** The promise that most people mean when they say that Kafka is durable. */
export const noLostAckedRecord: Property = {
  id: "no-lost-acked-record",
  sentence: "A record that was acknowledged is in the log, at the offset that was acknowledged.",
  source: "Kafka's documentation of acks and min.insync.replicas; KIP-101; KIP-966",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "acks=all, no unclean election, no power loss of every in-sync replica at once",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const send of trial.sends.values()) {
      const { outcome, partition, value } = send;
      const log = trial.logs.get(partition);
      if (outcome.kind !== "acked" || outcome.offset === null || log?.range === undefined) continue;
      judged++;
      const found = trial.placesByValue(log).get(value) ?? [];
      if (found.some(({ offset }) => offset === outcome.offset)) continue;
      // What is somewhere else may be a repetition, of a producer that repeats: then the first one can have been deleted.
      const isOnlyPlace = found.length === 0 || !send.settings["enable.idempotence"];
      const deletion = isOnlyPlace ? mayBeDeleted(trial, partition, outcome.offset) : undefined;
      const permission = deletion ?? (isOnlyPlace ? mayBeCleaned(trial, send) : undefined) ?? mayLoseAcked(trial, send);
      const elsewhere = found[0] === undefined ? "is not in the log" : `is at offset ${found[0].offset} instead`;
      breaches.push({
        message: `${value} was acknowledged at ${partition} offset ${outcome.offset} and ${elsewhere}.`,
        witness: [send.startedAt, outcome.at, ...(found[0] === undefined ? [] : [found[0].at])],
        partition,
        ...(permission !== undefined && { permission }),
      });
    }
    return { judged, breaches };
  },
};
