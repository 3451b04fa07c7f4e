import type { PlantedBug } from "./planted-bug.ts";

/** Of two aborted transactions that a response begins in the middle of, the second one's records are delivered. */
export const noteOneAborted: PlantedBug = {
  id: "T11",
  ticket: "KafkaJS, filterAbortedMessages",
  sentence: "A consumer takes note of at most one aborted transaction for each batch that it is sent.",
  claims: ["aborted-records-are-not-read"],
  isVisibleToClients: true,
  rules: {
    abortedBegunBy: (lastOffset, [firstOffset]) => (firstOffset !== undefined && firstOffset <= lastOffset ? 1 : 0),
  },
};
