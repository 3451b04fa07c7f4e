import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A follower with records of a term that the leader has not seen is out of range, until the leader writes something. */
export const forgetIdleEpochs: PlantedBug = {
  id: "R04",
  ticket: "KAFKA-7415",
  sentence: "A new leader does not enter its epoch before it writes something.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: { entersEpochOnElection: () => false },
};
