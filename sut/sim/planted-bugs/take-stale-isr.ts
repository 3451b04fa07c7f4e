import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Its ISR is one of the past. */
export const takeStaleIsr: PlantedBug = {
  id: "I07",
  ticket: "KAFKA-12686",
  sentence: "A leader takes the answer to a proposal that it no longer waits for.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: false,
  rules: { countsProposalAnswer: () => true },
};
