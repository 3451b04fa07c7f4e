import type { PlantedBug } from "./planted-bug.ts";

/**
 * It takes up its office where it left it, and decides beside the one that has replaced it. In 1,369 trials of the scenario that is
 * made for it (deposed-controller) clients saw nothing of that: it learns of its successor before it decides anything that counts.
 */
export const obeyDeposedController: PlantedBug = {
  id: "E04",
  ticket: "KAFKA-6082, KAFKA-4447",
  sentence: "A controller that has been replaced is not fenced: others append to their metadata logs what it writes.",
  claims: ["brokers-follow-the-model"],
  isVisibleToClients: false,
  rules: { isOfDeposedController: () => false },
};
