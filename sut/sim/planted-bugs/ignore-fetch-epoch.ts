import { errorCode } from "../../../model/error-code.ts";
import { checkLeaderEpoch } from "../rules/leader-epoch-check.ts";
import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A fetch that was made for another leader, or for another term of this one, counts. */
export const ignoreFetchEpoch: PlantedBug = {
  id: "R05",
  ticket: "KAFKA-7395, fixed by KIP-320",
  sentence: "A leader does not look at the leader epoch of a follower's fetch.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: { checkLeaderEpoch: (question) => (question.asker === "follower" ? errorCode.NONE : checkLeaderEpoch(question)) },
};
