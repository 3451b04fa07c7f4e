import type { PlantedBug } from "./planted-bug.ts";

/**
 * What it has asked for since is forgotten, or its ISR is one of the past. Clients see that in one of 1,442 trials of the scenario
 * that is made for it (late-isr-change), as a replica that stays out of the ISR: too seldom for a campaign.
 */
export const takeStaleIsr: PlantedBug = {
  id: "I07",
  ticket: "KAFKA-12686",
  sentence: "A leader takes the answer to a proposal that it no longer waits for.",
  claims: ["brokers-follow-the-model"],
  isVisibleToClients: false,
  rules: { countsProposalAnswer: () => true },
};
