/** Situations in which a controller is asked in vain: too late, by somebody who has been replaced, or when it is not in office any more. */

import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Sighting } from "./sighting.ts";

const refusals = [
  "isr-refused",
  "registration-refused",
  "heartbeat-refused",
  "election-refused",
  "reassignment-refused",
] as const;

export const refusalSightings: readonly Sighting[] = [
  {
    id: "refused-by-former-controller",
    sentence: "A controller turned something down when another one had taken office.",
    evidence: "broker",
    wasSeen: (trial) => refusals.some((kind) => wasRefusedLate(trial, kind)),
  },
  {
    id: "former-process-refused",
    sentence: "The controller turned down what a process asked for that another one of its broker had replaced.",
    evidence: "broker",
    wasSeen: (trial) =>
      trial.hasEvent("heartbeat-refused", ({ error }) => error === "STALE_BROKER_EPOCH") ||
      trial.hasEvent("isr-refused", ({ error }) => error === "STALE_BROKER_EPOCH"),
  },
  {
    id: "election-in-vain",
    sentence: "An administrator asked for an election when the leader was the right one already, or nobody could lead.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("election-refused", ({ error }) => error !== "PREFERRED_LEADER_NOT_AVAILABLE"),
  },
  {
    id: "reassignment-past-cancelling",
    sentence: "A reassignment was not cancelled, because only replicas that it had added were in sync.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("reassignment-refused", ({ error }) => error === "INVALID_REPLICA_ASSIGNMENT"),
  },
];

function wasRefusedLate(trial: TrialFacts, kind: (typeof refusals)[number]): boolean {
  const refused = trial.eventsOf(kind);
  if (refused.length === 0) return false;
  const elected = trial.eventsOf("controller-elected");
  return refused.some(({ at, event }) => elected.some((one) => one.at < at && one.event.epoch > event.controllerEpoch));
}
