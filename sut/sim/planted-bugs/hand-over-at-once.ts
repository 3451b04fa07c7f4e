import { assignors } from "../../../model/assignors/assignors.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The old owner hears of it when it is told its part, and reads on until then. */
export const handOverAtOnce: PlantedBug = {
  id: "A03",
  ticket: "KAFKA-15170",
  sentence: "A cooperative leader does not take note of a partition that changes hands, and gives it to its new owner at once.",
  claims: ["assignment-keeps-contract", "exclusive-ownership"],
  isVisibleToClients: true,
  rules: {
    shareOut: ({ question, strategy }) => assignors[strategy === "cooperative-sticky" ? "sticky" : strategy](question),
  },
};
