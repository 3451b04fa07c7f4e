import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The leader tells the follower of the same divergence again and again. */
export const keepEpochsAtEnd: PlantedBug = {
  id: "R10",
  ticket: "KAFKA-10706",
  sentence: "A cut at or beyond the end of the log leaves the epochs that begin there.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: false,
  rules: { forgetsEpochsFrom: ({ logEndOffset, toOffset }) => toOffset < logEndOffset },
};
