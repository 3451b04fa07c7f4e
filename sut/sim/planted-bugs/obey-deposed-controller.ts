import type { PlantedBug } from "./planted-bug.ts";

/** It takes up its office where it left it, and decides beside the one that has replaced it. */
export const obeyDeposedController: PlantedBug = {
  id: "E04",
  ticket: "KAFKA-6082, KAFKA-4447",
  sentence: "A controller that has been replaced is not fenced: others append to their metadata logs what it writes.",
  claims: ["brokers-follow-the-model"],
  isVisibleToClients: false,
  rules: { isOfDeposedController: () => false },
};
