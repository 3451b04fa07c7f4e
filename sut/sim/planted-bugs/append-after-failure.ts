import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What is appended between an I/O error and the end of the process is in its memory and nowhere else. */
export const appendAfterFailure: PlantedBug = {
  id: "R18",
  ticket: "KAFKA-10778",
  sentence: "A broker goes on appending after a write to its disk has failed, until it halts.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: { acceptsAppend: () => true },
};
