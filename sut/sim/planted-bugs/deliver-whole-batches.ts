import type { PlantedBug } from "./planted-bug.ts";

/** A member that begins in the midst of a batch is given what its group has processed already. */
export const deliverWholeBatches: PlantedBug = {
  id: "C20",
  ticket: "records of before the position, a class of bugs of clients",
  sentence: "A consumer hands out all records of a batch, also those that come before its position.",
  claims: ["no-gap-within-assignment"],
  isVisibleToClients: true,
  rules: { isWanted: () => true },
};
