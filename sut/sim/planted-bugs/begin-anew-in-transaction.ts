import type { PlantedBug } from "./planted-bug.ts";

/** What was written before is aborted, and the application is told that all of it was committed. */
export const beginAnewInTransaction: PlantedBug = {
  id: "T10",
  ticket: "librdkafka issue 3575",
  sentence: "A producer asks for another epoch in the middle of a transaction when a batch is out of order, and goes on.",
  claims: ["transactions-are-atomic", "exactly-once-processing", "trial-comes-to-rest"],
  isVisibleToClients: true,
  rules: {
    repeatsOutOfOrder: ({ isTransactional }) => !isTransactional,
    failsTransaction: ({ isOutOfOrder }) => !isOutOfOrder,
  },
};
