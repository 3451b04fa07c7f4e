import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The leader takes the follower to have what the follower is about to cut. */
export const countDivergingFetch: PlantedBug = {
  id: "R07",
  ticket: "KAFKA-13141",
  sentence: "A leader notes a follower's offset also from a fetch that it answers with a divergence.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: { countsAsProgress: () => true },
};
