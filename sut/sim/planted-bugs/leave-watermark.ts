import type { PlantedBug } from "./planted-bug.ts";

/** Whoever waits for an acknowledgement waits for the next fetch or append. */
export const leaveWatermark: PlantedBug = {
  id: "I02",
  ticket: "KAFKA-13091",
  sentence: "The high watermark is not worked out anew when the ISR has changed.",
  claims: [
    "brokers-follow-the-model",
    "trial-comes-to-rest",
    "records-are-delivered",
    "group-settles",
    "replicas-are-in-sync",
    "acks-wait-for-the-isr-only",
  ],
  isVisibleToClients: false,
  rules: { recomputesOnIsrChange: () => false },
};
