import { leaderEpoch } from "../../../model/ids.ts";
import type { PlantedBug } from "./planted-bug.ts";

const noEpoch = leaderEpoch(-1);

/** Without an epoch a fetch is served by any replica that it reaches, also by a former leader that has less by now. */
export const nameNoEpoch: PlantedBug = {
  id: "C10",
  ticket: "KAFKA-14255",
  sentence: "A consumer names no leader epoch, and resets its position by the word of a former leader that lags.",
  claims: ["reset-only-out-of-range"],
  isVisibleToClients: true,
  rules: { namedEpoch: () => noEpoch },
};
