import type { PlantedBug } from "./planted-bug.ts";

/** Consumers see records that may still be lost. */
export const readBeyondWatermark: PlantedBug = {
  id: "I10",
  ticket: "KAFKA-2477, KAFKA-9835",
  sentence: "A consumer's fetch is answered up to the end of the log instead of the high watermark.",
  claims: [
    "one-value-per-offset",
    "no-gap-within-assignment",
    "at-least-once-processing",
    "records-are-delivered",
    "trial-comes-to-rest",
  ],
  isVisibleToClients: true,
  rules: { consumerReadBound: ({ logEndOffset }) => logEndOffset },
};
