import { decideInit } from "../rules/transaction.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The producer whose transaction was aborted goes on as if it were still its own. */
export const abortWithoutFencing: PlantedBug = {
  id: "T04",
  ticket: "KAFKA-5231",
  sentence: "When a new producer has an open transaction aborted, the epoch of its predecessor stays valid.",
  claims: ["transactions-are-atomic", "transactions-end", "trial-comes-to-rest"],
  isVisibleToClients: true,
  rules: {
    decideInit: (known) => {
      const decision = decideInit(known);
      return decision.kind === "abort-first" ? { ...decision, producerEpoch: known.producerEpoch } : decision;
    },
  },
};
