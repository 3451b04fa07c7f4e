/** Situations about the files of logs: segments that begin, and records that are deleted. */

import type { EventKind } from "../../model/history.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Sighting } from "./sighting.ts";

export const logSightings: readonly Sighting[] = [
  {
    id: "log-start-advanced",
    sentence: "A replica forgot the oldest records of its log.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("log-start-advanced"),
  },
  {
    id: "log-restarted",
    sentence: "A follower dropped all that it had and began where its leader's log does.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("log-restarted"),
  },
  {
    id: "log-compacted",
    sentence: "A cleaner removed records that later ones of their key replace.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("log-compacted"),
  },
  {
    id: "cleaned-batch-replicated",
    sentence: "A follower was sent a batch from which its leader's cleaner had removed records.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("follower-appended", ({ batch }) => batch.cleaned !== undefined),
  },
  {
    id: "tombstone-removed",
    sentence: "A cleaner removed a tombstone that had been there for delete.retention.ms.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("tombstones-removed"),
  },
  {
    id: "marker-removed",
    sentence: "A cleaner removed the marker of a transaction of which nothing was left.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("markers-removed"),
  },
  {
    id: "tombstone-replicated-with-its-time",
    sentence: "A follower was sent a tombstone that its leader's cleaner had met before.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("follower-appended", ({ batch }) => batch.deleteHorizonMs !== undefined),
  },
  {
    id: "segment-rolled-under-a-fault",
    sentence: "A segment of a log began while something was broken.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => wasSeenUnderFault(trial, "segment-rolled"),
  },
  {
    id: "records-deleted-under-a-fault",
    sentence: "A replica forgot the oldest records of its log while something was broken.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => wasSeenUnderFault(trial, "log-start-advanced"),
  },
];

/** Whether something happened between a fault that breaks something and its healing. */
function wasSeenUnderFault(trial: TrialFacts, kind: EventKind): boolean {
  const places = trial.eventsOf(kind).map(({ at }) => at);
  if (places.length === 0) return false;
  const healed = trial.eventsOf("fault-healed");
  return trial.cluster.faults.some(({ at, event: { fault, step } }) => {
    const end = healed.find((one) => one.event.step === step)?.at ?? Infinity;
    return fault !== "delete-records" && places.some((place) => place > at && place < end);
  });
}
