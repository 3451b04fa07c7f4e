import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The followers of a later leader are told the wrong end of an epoch. */
export const forgetIdleEpochs: PlantedBug = {
  id: "R04",
  ticket: "KAFKA-7415",
  sentence: "A new leader does not enter its epoch before it writes something.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: false,
  rules: { entersEpochOnElection: () => false },
};
