import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Until it has cut it takes records for committed that are not. */
export const followDivergingWatermark: PlantedBug = {
  id: "R08",
  ticket: "KAFKA-14704",
  sentence: "A follower takes the high watermark from an answer that tells it to cut its log.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: true,
  rules: { tellsWatermark: () => true },
};
