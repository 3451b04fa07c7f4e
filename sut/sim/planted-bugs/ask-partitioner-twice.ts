import type { PlantedBug } from "./planted-bug.ts";

/** With an even number of partitions every second one gets nothing for as long as each record begins a batch. */
export const askPartitionerTwice: PlantedBug = {
  id: "P03",
  ticket: "KAFKA-9965, KAFKA-13303, KAFKA-17632",
  sentence: "A producer asks its partitioner a second time whenever a batch has to be begun, whatever the partitioner.",
  claims: ["round-robin-uses-every-partition"],
  isVisibleToClients: true,
  rules: { asksPartitionerAgain: () => true },
};
