import type { PlantedBug } from "./planted-bug.ts";

/**
 * The time of a tombstone counts from when it was written, and may be over when a cleaner meets it for the first time: whoever has just
 * read what it deletes never hears of it. That takes a reader between two segments at the right moment (sut/sim/tombstones.test.ts has one);
 * drawn by chance it does not come within thousands of trials.
 */
export const forgetTombstonesEarly: PlantedBug = {
  id: "L05",
  ticket: "KAFKA-4545",
  sentence:
    "A cleaner removes a tombstone when delete.retention.ms has passed since it was written, and not since it was first cleaned.",
  claims: ["brokers-follow-the-model", "tombstones-reach-readers", "last-value-of-key-is-kept"],
  isVisibleToClients: false,
  rules: { isDeletionOver: ({ deleteRetentionMs, nowMs, writtenMs }) => nowMs - writtenMs >= deleteRetentionMs },
};
