import type { PlantedBug } from "./planted-bug.ts";

/** Whoever is told so sends the record again, as another one. */
export const takeSilenceForFailure: PlantedBug = {
  id: "D21",
  ticket: "a timeout that is told as a failure, a class of bugs of clients",
  sentence: "A producer says that a record was not written when no more is known than that nobody has answered.",
  claims: ["no-phantom-record"],
  isVisibleToClients: true,
  rules: { isDefiniteFailure: () => true },
};
