import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A newer leader may not have that later record, and then has none of the key. */
export const cleanUncommitted: PlantedBug = {
  id: "L01",
  ticket: "KAFKA-13194",
  sentence: "A cleaner removes a committed record for a later one of its key that is not committed.",
  claims: [...seenWhenRecordsAreLost, "last-value-of-key-is-kept"],
  isVisibleToClients: true,
  rules: { cleanableBound: ({ activeBaseOffset }) => activeBaseOffset },
};
