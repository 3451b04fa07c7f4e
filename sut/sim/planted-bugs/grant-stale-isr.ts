import { checkAlterPartition } from "../rules/alter-partition.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What a leader asked for before the controller changed the ISR is granted on top of that change, and undoes it. */
export const grantStaleIsr: PlantedBug = {
  id: "E03",
  ticket: "KAFKA-12367",
  sentence:
    "An ISR is granted although the partition has changed since the leader asked for it: nobody compares partition epochs.",
  claims: ["brokers-follow-the-model"],
  isVisibleToClients: false,
  rules: {
    checkAlterPartition: (question) => {
      const { partitionEpoch } = question.partition;
      return checkAlterPartition({ ...question, proposal: { ...question.proposal, partitionEpoch } });
    },
  },
};
