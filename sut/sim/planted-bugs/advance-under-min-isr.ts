import { nextHighWatermark } from "../rules/high-watermark.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Consumers are shown records that are on fewer replicas than was asked for. */
export const advanceUnderMinIsr: PlantedBug = {
  id: "I05",
  ticket: "KAFKA-15583, fixed by KIP-966",
  sentence: "The high watermark moves also while the ISR is smaller than min.insync.replicas.",
  claims: ["brokers-follow-the-model"],
  isVisibleToClients: true,
  rules: { nextHighWatermark: (leader) => nextHighWatermark({ ...leader, minIsr: 0 }) },
};
