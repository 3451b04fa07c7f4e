import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** It may be the leader by then, and what it cuts has been acknowledged. */
export const cutOwnLog: PlantedBug = {
  id: "R11",
  ticket: "KAFKA-13207",
  sentence: "A replica cuts its log on an answer that comes when it no longer follows the one that gave it.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: { countsForFollower: ({ isDiverging, isFollowed }) => isFollowed || isDiverging },
};
