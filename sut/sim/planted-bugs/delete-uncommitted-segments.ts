import type { PlantedBug } from "./planted-bug.ts";

/** What it deletes may be what a follower was about to fetch: that one begins anew behind a hole. */
export const deleteUncommittedSegments: PlantedBug = {
  id: "I12",
  ticket: "KAFKA-5634",
  sentence: "A replica deletes segments that are too old or too many also where they are not committed.",
  claims: ["brokers-follow-the-model", "no-lost-acked-record", "replicas-are-in-sync", "trial-comes-to-rest"],
  isVisibleToClients: false,
  rules: { mayDeleteSegment: () => true },
};
