import { errorCode } from "../../../model/error-code.ts";
import { checkOffsetCommit } from "../rules/offset-commit.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A member that has lost its partitions and does not know it commits output that its successors make as well. */
export const commitForZombies: PlantedBug = {
  id: "T18",
  ticket: "KIP-447, KAFKA-8587",
  sentence: "A coordinator takes offsets for a transaction without asking in which generation they were processed.",
  claims: [
    "exactly-once-processing",
    "stale-commit-is-refused",
    "committed-offset-is-accepted-commit",
    "commit-stays-within-assignment",
    "brokers-follow-the-model",
  ],
  isVisibleToClients: true,
  rules: {
    checkOffsetCommit: (commit) => (commit.isTransactional ? errorCode.NONE : checkOffsetCommit(commit)),
  },
};
