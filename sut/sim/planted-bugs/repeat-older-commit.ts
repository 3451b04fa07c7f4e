import type { PlantedBug } from "./planted-bug.ts";

/** The group goes on from there, and processes again what it has processed. */
export const repeatOlderCommit: PlantedBug = {
  id: "C13",
  ticket: "Sarama 2947",
  sentence: "A consumer sends a commit that has failed again although it has committed more meanwhile.",
  claims: ["commits-go-forward"],
  isVisibleToClients: true,
  rules: { retriesCommit: () => true },
};
