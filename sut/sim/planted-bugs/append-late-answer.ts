import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Its log is no longer a part of its leader's. */
export const appendLateAnswer: PlantedBug = {
  id: "R15",
  ticket: "KAFKA-18723",
  sentence: "A follower appends whatever it is sent, also of another epoch and after it has turned to another leader.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: { mayFollowerAppend: () => true, countsForFollower: () => true },
};
