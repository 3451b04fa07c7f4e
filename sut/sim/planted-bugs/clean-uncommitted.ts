import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/**
 * Its own log may lose that later record, and then has none of the key. Clients see that only if it comes to lead afterwards and
 * nobody has repeated the later record: the scenario cleaned-tail. A log that ends with a hole is one that nobody reads to its end.
 */
export const cleanUncommitted: PlantedBug = {
  id: "L01",
  ticket: "KAFKA-13194",
  sentence: "A cleaner removes a committed record for a later one of its key that is not committed.",
  claims: [...seenWhenRecordsAreLost, "last-value-of-key-is-kept", "trial-comes-to-rest"],
  isVisibleToClients: true,
  rules: { cleanableBound: ({ activeBaseOffset }) => activeBaseOffset },
};
