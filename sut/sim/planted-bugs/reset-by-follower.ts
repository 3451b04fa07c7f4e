import { leaderEpoch } from "../../../model/ids.ts";
import type { PlantedBug } from "./planted-bug.ts";

const noEpoch = leaderEpoch(-1);

/** Without an epoch a fetch is served by any replica that it reaches, also by a former leader that has less by now. */
export const resetByFollower: PlantedBug = {
  id: "C10",
  ticket: "KAFKA-14255",
  sentence: "A consumer names no leader epoch, and takes it from a follower that lags that its position is out of range.",
  claims: ["reset-only-out-of-range"],
  isVisibleToClients: true,
  rules: { namedEpoch: () => noEpoch, resetsPosition: () => true },
};
