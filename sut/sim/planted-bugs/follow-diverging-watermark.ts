import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/**
 * Until it has cut it takes records for committed that are not. Here it cuts at once, and even in between nobody could read there: a
 * leader sends consumers to a follower only once that one has its log, and a consumer asks a new leader first (KIP-392, KIP-320).
 * What it takes to see it is a consumer that names no epoch, and that is a bug of its own (C10).
 */
export const followDivergingWatermark: PlantedBug = {
  id: "R08",
  ticket: "KAFKA-14704",
  sentence: "A follower takes the high watermark from an answer that tells it to cut its log.",
  claims: [...seenWhenRecordsAreLost, "replicas-are-in-sync", "trial-comes-to-rest", "group-settles"],
  isVisibleToClients: false,
  rules: { tellsWatermark: () => true },
};
