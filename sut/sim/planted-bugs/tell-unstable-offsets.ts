import { errorCode } from "../../../model/error-code.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Whoever takes a partition over begins where a transaction began that is about to count, and does all of it again. */
export const tellUnstableOffsets: PlantedBug = {
  id: "T17",
  ticket: "KAFKA-9346",
  sentence: "A coordinator tells a group's committed offset while a transaction may be about to replace it.",
  claims: ["exactly-once-processing", "committed-offset-is-accepted-commit"],
  isVisibleToClients: true,
  rules: { checkOffsetFetch: () => errorCode.NONE },
};
