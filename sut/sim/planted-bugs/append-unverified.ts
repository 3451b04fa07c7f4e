import type { PlantedBug } from "./planted-bug.ts";

/** A batch that comes late opens a transaction that nobody will ever end. */
export const appendUnverified: PlantedBug = {
  id: "T02",
  ticket: "KAFKA-14402, KAFKA-14561",
  sentence: "A leader takes a transaction's first batch without asking whether the transaction is open.",
  claims: ["transactions-end", "transactions-are-atomic", "trial-comes-to-rest", "records-are-delivered"],
  isVisibleToClients: true,
  rules: { mustVerify: ({ isOpen, version }) => version === 2 && !isOpen },
};
