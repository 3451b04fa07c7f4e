import { electLeader } from "../rules/leader-election.ts";
import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** A replica from outside the ISR leads, and what it lacks is gone, although nobody has allowed that. */
export const electAnyone: PlantedBug = {
  id: "E06",
  ticket: "KIP-106, KAFKA-3410",
  sentence: "When no member of the ISR is there any other replica is elected, also with unclean elections disabled.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: true,
  rules: { electLeader: (question) => electLeader({ ...question, uncleanAllowed: true }) },
};
