import { checkAlterPartition } from "../rules/alter-partition.ts";
import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** It has lost the tail of its log since. */
export const ignoreBrokerEpoch: PlantedBug = {
  id: "I04",
  ticket: "KAFKA-14617 and KAFKA-15221, fixed by KIP-903",
  sentence: "A replica joins the ISR on the strength of what an earlier process of its broker had fetched.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: {
    isEligibleForIsr: ({ isActive }) => isActive,
    checkAlterPartition: (question) =>
      checkAlterPartition({ ...question, isEligible: (broker) => question.isEligible(broker, -1) }),
  },
};
