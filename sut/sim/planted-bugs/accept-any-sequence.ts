import { judgeSequence } from "../rules/producer-sequence.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A batch that was lost on its way is appended after the one that was sent after it. */
export const acceptAnySequence: PlantedBug = {
  id: "D20",
  ticket: "the sequence check of KIP-98, a class of bugs",
  sentence: "A leader appends a batch of an idempotent producer whatever number it has, unless it recognises it.",
  claims: ["producer-order", "no-duplicate-from-idempotent-producer", "brokers-follow-the-model"],
  isVisibleToClients: true,
  rules: {
    judgeSequence: (state, batch) => {
      const verdict = judgeSequence(state, batch);
      return verdict.kind === "refuse" ? { kind: "append" } : verdict;
    },
  },
};
