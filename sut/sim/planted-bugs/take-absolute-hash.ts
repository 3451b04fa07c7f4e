import type { PlantedBug } from "./planted-bug.ts";

/** With an odd number of partitions, half of the keys go where no other client looks for them. */
export const takeAbsoluteHash: PlantedBug = {
  id: "P01",
  ticket: "Sarama 709, 2560",
  sentence: "A producer takes the absolute value of a key's hash instead of clearing its sign bit.",
  claims: ["key-decides-partition"],
  isVisibleToClients: true,
  rules: { partitionOfHash: (hash, partitions) => Math.abs(hash % partitions) },
};
