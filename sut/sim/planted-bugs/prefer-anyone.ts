import { electLeader } from "../rules/leader-election.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The preferred replica may have just come back, with half of its log to fetch. */
export const preferAnyone: PlantedBug = {
  id: "E07",
  ticket: "KAFKA-9866",
  sentence: "A preferred election makes the first replica leader whether or not it is in the ISR.",
  claims: ["brokers-follow-the-model", "no-lost-acked-record", "one-value-per-offset", "at-least-once-processing", "no-gap-within-assignment"],
  rules: {
    electLeader: (question) => {
      const preferred = question.replicas[0]!;
      const isForced = question.kind === "preferred" && question.isAcceptable(preferred);
      return isForced ? { leader: preferred, isUnclean: !question.isr.includes(preferred) } : electLeader(question);
    },
  },
};
