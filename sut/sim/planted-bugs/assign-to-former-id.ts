import { afterReplacement } from "../rules/static-member.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The leader has been told of the former id, and assigns to that. */
export const assignToFormerId: PlantedBug = {
  id: "G02",
  ticket: "KAFKA-9801",
  sentence:
    "A static member that comes back before its leader has assigned is let in without a new rebalance, and gets nothing.",
  claims: ["brokers-follow-the-model", "every-partition-has-an-owner", "records-are-delivered", "trial-comes-to-rest"],
  isVisibleToClients: true,
  rules: {
    afterReplacement: ({ groupState }) => (groupState === "CompletingRebalance" ? "answer" : afterReplacement({ groupState })),
  },
};
