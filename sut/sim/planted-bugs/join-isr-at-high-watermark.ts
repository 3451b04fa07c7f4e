import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A new leader's watermark may be behind what its predecessor had committed; a follower that reached it lacks the rest. */
export const joinIsrAtHighWatermark: PlantedBug = {
  id: "I01",
  ticket: "KAFKA-7128",
  sentence:
    "A follower joins the ISR as soon as it has reached the high watermark, though the leader began its term with more.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: { mayJoinIsr: ({ followerEndOffset, highWatermark }) => followerEndOffset >= highWatermark },
};
