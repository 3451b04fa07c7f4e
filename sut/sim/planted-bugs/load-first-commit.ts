import type { PlantedBug } from "./planted-bug.ts";

/** After a failover the group is back where it first committed. */
export const loadFirstCommit: PlantedBug = {
  id: "G09",
  ticket: "KAFKA-5600",
  sentence: "A coordinator that reads its log keeps the first commit of each partition instead of the last.",
  claims: ["committed-offset-is-accepted-commit", "brokers-follow-the-model"],
  isVisibleToClients: true,
  rules: { laterCommit: (earlier, later) => earlier ?? later },
};
