import type { PlantedBug } from "./planted-bug.ts";

/** Its claim outlives what it held, and the leader takes it for the one who has to give the partition up. */
export const claimWhatWasLost: PlantedBug = {
  id: "C08",
  ticket: "KAFKA-13419, KAFKA-12983",
  sentence: "A member that was thrown out of a cooperative group claims, when it joins again, the partitions that it has lost.",
  claims: ["exclusive-ownership"],
  isVisibleToClients: true,
  rules: { claimAfterLoss: ({ claim }) => claim },
};
