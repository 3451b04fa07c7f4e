import { electLeader } from "../rules/leader-election.ts";
import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The preferred replica may have just come back, with half of its log to fetch. */
export const preferAnyone: PlantedBug = {
  id: "E07",
  ticket: "KAFKA-9866",
  sentence: "A preferred election makes the first replica leader whether or not it is in the ISR.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: {
    electLeader: (question) => {
      const preferred = question.replicas[0]!;
      const isForced = question.kind === "preferred" && question.isAcceptable(preferred);
      return isForced ? { leader: preferred, isUnclean: !question.isr.includes(preferred) } : electLeader(question);
    },
  },
};
