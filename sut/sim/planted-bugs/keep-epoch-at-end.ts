import { decideEnd } from "../rules/transaction.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What is left of one transaction, a request or a marker, can hit the next one. */
export const keepEpochAtEnd: PlantedBug = {
  id: "T01",
  ticket: "KAFKA-17754",
  sentence: "A transaction ends without a new epoch for the next one, though the cluster speaks the protocol that has one.",
  claims: ["transactions-are-atomic", "transactions-end", "trial-comes-to-rest", "records-are-delivered"],
  isVisibleToClients: true,
  rules: {
    decideEnd: (question) => {
      const decision = decideEnd(question);
      return decision.kind === "prepare" ? { ...decision, producerEpoch: question.asker.producerEpoch } : decision;
    },
  },
};
