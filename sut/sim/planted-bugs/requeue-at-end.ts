import type { PlantedBug } from "./planted-bug.ts";

/** What was handed over later would go out first; an idempotent producer waits for its turn for ever. */
export const requeueAtEnd: PlantedBug = {
  id: "D12",
  ticket: "KAFKA-5494, aiokafka 228",
  sentence: "A producer puts a batch that it has to repeat behind the ones that wait already.",
  claims: ["trial-comes-to-rest", "producer-order"],
  isVisibleToClients: true,
  rules: { requeue: ({ retried, waiting }) => [...waiting, retried] },
};
