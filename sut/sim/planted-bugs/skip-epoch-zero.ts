import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** After a crash a replica cannot say in which epoch its first records were written. */
export const skipEpochZero: PlantedBug = {
  id: "R14",
  ticket: "KAFKA-10432",
  sentence: "A log that is read anew after an unclean shutdown has no entry for leader epoch 0.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: { beginsEpoch: ({ batchEpoch, latestEpoch }) => batchEpoch > 0 && batchEpoch > latestEpoch },
};
