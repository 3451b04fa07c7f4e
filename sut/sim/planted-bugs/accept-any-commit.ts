import { errorCode } from "../../../model/error-code.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A member of the past overwrites what its successors have committed. */
export const acceptAnyCommit: PlantedBug = {
  id: "G14",
  ticket: "the fencing of commits, a class of bugs",
  sentence: "A coordinator accepts a commit of whatever member in whatever generation.",
  claims: [
    "stale-commit-is-refused",
    "commit-stays-within-assignment",
    "committed-offset-is-accepted-commit",
    "at-least-once-processing",
    "brokers-follow-the-model",
  ],
  isVisibleToClients: true,
  rules: { checkOffsetCommit: () => errorCode.NONE },
};
