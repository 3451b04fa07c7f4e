import { kafkaRules } from "../rules/rules.ts";
import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What lies between two entries of a sparse index is passed over. */
export const beginAtNextEntry: PlantedBug = {
  id: "L04",
  ticket: "a class of mistakes in a sparse index, no ticket of its own",
  sentence: "A read begins at the index entry after the offset that it asks for, where there is one.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: { indexSlot: (entries, target) => Math.min(kafkaRules.indexSlot(entries, target) + 1, entries.length - 1) },
};
