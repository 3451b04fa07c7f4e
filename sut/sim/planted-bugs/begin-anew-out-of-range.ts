import { seenWhenRecordsAreLost } from "./planted-bug.ts";
import type { PlantedBug } from "./planted-bug.ts";

/**
 * What it throws away its leader has as well, or never will: by itself it loses nothing. Since a follower with records is told
 * where they differ (KIP-595), only one whose log is empty can be out of range beyond its leader's end; clients see nothing.
 */
export const beginAnewOutOfRange: PlantedBug = {
  id: "R12",
  ticket: "KAFKA-2143",
  sentence: "A follower that is out of range throws away all it has, also where its leader's log does not begin behind it.",
  claims: seenWhenRecordsAreLost,
  isVisibleToClients: false,
  rules: { afterOutOfRange: ({ leaderLogStart }) => ({ kind: "restart", logStart: leaderLogStart }) },
};
