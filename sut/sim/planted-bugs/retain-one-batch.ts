import type { PlantedBug } from "./planted-bug.ts";

/** With several batches in flight all but the last one are strangers when they are repeated. */
export const retainOneBatch: PlantedBug = {
  id: "D01",
  ticket: "KAFKA-5494",
  sentence: "A broker remembers only the last batch of an idempotent producer, not the last five.",
  claims: ["no-duplicate-from-idempotent-producer", "producer-order", "brokers-follow-the-model"],
  isVisibleToClients: true,
  rules: { retainBatch: (_before, appended) => [appended] },
};
