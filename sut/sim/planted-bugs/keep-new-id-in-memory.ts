import { afterReplacement } from "../rules/static-member.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** The next coordinator knows the former process, and fences the one that is there. */
export const keepNewIdInMemory: PlantedBug = {
  id: "G04",
  ticket: "KAFKA-10284",
  sentence: "The new id of a static member that comes back to a stable group is not written down.",
  claims: ["only-a-twin-fences"],
  isVisibleToClients: true,
  rules: {
    afterReplacement: ({ groupState }) => (groupState === "Stable" ? "answer" : afterReplacement({ groupState })),
  },
};
