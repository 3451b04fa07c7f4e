import type { PlantedBug } from "./planted-bug.ts";

/** One that is shutting down fetches no more. */
export const waitForIneligible: PlantedBug = {
  id: "I08",
  ticket: "KAFKA-15021",
  sentence: "The high watermark waits for a caught-up replica outside the ISR also if it may not join.",
  claims: ["brokers-follow-the-model", "trial-comes-to-rest"],
  isVisibleToClients: false,
  rules: { isWaitedFor: ({ isCaughtUp }) => isCaughtUp },
};
