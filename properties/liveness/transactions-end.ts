import { mayForgetTransactions, mayLoseCommitted } from "../promises.ts";
import { mayMissMarkers } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** A transaction that stays open holds up every `read_committed` consumer behind it. */
export const transactionsEnd: Property = {
  id: "transactions-end",
  sentence: "After healing, every transaction in the logs has a marker that ends it.",
  source: "KIP-98: transaction.timeout.ms; KIP-890",
  expectation: "eventually",
  evidence: "client",
  blames: "broker",
  assumes:
    "the trial came to rest, and neither a committed marker nor what its coordinator had put down was lost with permission",
  check: (trial) => {
    if (trial.limitsReached.length > 0) return { judged: 0, breaches: [] };
    const breaches: Breach[] = [];
    let judged = 0;
    for (const { partition, range, records } of trial.logs.values()) {
      if (range === undefined) continue;
      for (const { at, fate, offset, value } of records) {
        if (fate === undefined) continue;
        judged++;
        if (fate !== "open") continue;
        const message = `${value} at ${partition} offset ${offset} belongs to a transaction that nobody ends.`;
        const permission =
          mayLoseCommitted(trial, partition) ?? mayForgetTransactions(trial) ?? mayMissMarkers(trial, partition);
        breaches.push({ message, witness: [at], partition, ...(permission !== undefined && { permission }) });
      }
    }
    return { judged, breaches };
  },
};
