import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A watermark lags, so what is cut may be committed. */
export const truncateToHighWatermark: PlantedBug = {
  id: "R01",
  ticket: "KAFKA-1211, fixed by KIP-101",
  sentence: "A replica that begins to follow cuts its log to its own high watermark.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: { keptOnBecomingFollower: ({ highWatermark }) => highWatermark },
};
