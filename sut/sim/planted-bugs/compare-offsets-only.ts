import { findDivergence } from "../rules/divergence.ts";
import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Two logs of equal length may differ all the same. */
export const compareOffsetsOnly: PlantedBug = {
  id: "R02",
  ticket: "KAFKA-3919, fixed by KIP-101",
  sentence: "A leader looks for a divergence only if the follower's log is longer than its own.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: {
    findDivergence: (question) => (question.fetchOffset > question.leaderEndOffset ? findDivergence(question) : undefined),
  },
};
