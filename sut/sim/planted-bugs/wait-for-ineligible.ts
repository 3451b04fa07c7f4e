import type { PlantedBug } from "./planted-bug.ts";

/** One that is shutting down fetches no more. */
export const waitForIneligible: PlantedBug = {
  id: "I08",
  ticket: "KAFKA-15021",
  sentence: "The high watermark waits for a caught-up replica outside the ISR also if it may not join.",
  claims: ["acks-wait-for-the-isr-only"],
  isVisibleToClients: false,
  rules: { isWaitedFor: ({ isCaughtUp }) => isCaughtUp },
};
