import type { PlantedBug } from "./planted-bug.ts";

/**
 * The records stay, and nobody can tell any more that they count: whoever reads only what is committed waits for the end of their
 * transaction for ever, once a replica has read the log anew.
 */
export const dropNeededMarkers: PlantedBug = {
  id: "L06",
  ticket: "KAFKA-14055",
  sentence: "A cleaner removes the marker of a transaction, in time, though records of the transaction are left.",
  claims: [
    "brokers-follow-the-model",
    "transactions-end",
    "transactions-are-atomic",
    "aborted-records-are-not-read",
    "trial-comes-to-rest",
    "records-are-delivered",
    "no-lost-acked-record",
    "last-value-of-key-is-kept",
  ],
  isVisibleToClients: true,
  rules: { isMarkerNeeded: () => false },
};
