import { offset } from "../../../model/ids.ts";
import { lastStableOffset } from "../rules/stable-offset.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A consumer is given the first record of a transaction that may yet be aborted. */
export const readAtStableOffset: PlantedBug = {
  id: "T14",
  ticket: "Redpanda 3036",
  sentence: "A read_committed consumer is given the record at the last stable offset as well.",
  claims: ["aborted-records-are-not-read"],
  isVisibleToClients: true,
  rules: {
    lastStableOffset: (question) => offset(Math.min(question.highWatermark, lastStableOffset(question) + 1)),
  },
};
