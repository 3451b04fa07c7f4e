import type { PlantedBug } from "./planted-bug.ts";

/** The broker does not look whose partition it is. */
export const carryOffsetsOver: PlantedBug = {
  id: "C01",
  ticket: "KafkaJS 1046 and 558",
  sentence: "A consumer commits, after a rebalance, offsets of partitions that have gone to another member.",
  claims: ["commit-stays-within-assignment", "committed-offset-is-accepted-commit", "at-least-once-processing"],
  isVisibleToClients: true,
  rules: { offsetsCarriedOver: ({ uncommitted }) => uncommitted },
};
