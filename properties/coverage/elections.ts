/** Situations about leaders and controllers: who is in office, and what that does to the records. */

import { offsetsTopic, topicOf } from "../../model/ids.ts";
import type { EventAt } from "../facts/history-index.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { endOf, outagesOf, successions } from "./looking.ts";
import type { Sighting } from "./sighting.ts";

export const electionSightings: readonly Sighting[] = [
  {
    id: "leader-moved",
    sentence: "A partition of the workload got another leader.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      [...trial.cluster.changes.keys()].some(
        (partition) => trial.isOfWorkload(partition) && trial.cluster.hadFailover(partition),
      ),
  },
  {
    id: "leader-moved-with-unreplicated-tail",
    sentence: "A leader took office without records that one of its predecessors had appended.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const taken = successions(trial);
      if (taken.length === 0) return false;
      const appended = trial.eventsOf("leader-appended");
      return taken.some((succession) => hasUnreplicatedTail(succession, appended));
    },
  },
  {
    id: "elected-twice-without-a-write",
    sentence: "A leader was followed by the next one before it had appended anything.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const taken = successions(trial);
      return taken.some(
        ({ event: { leaderEpoch, partition } }) =>
          taken.some(({ event: later }) => later.partition === partition && later.leaderEpoch > leaderEpoch) &&
          !trial.hasEvent("leader-appended", (one) => one.partition === partition && one.batch.leaderEpoch === leaderEpoch),
      );
    },
  },
  {
    id: "unclean-election",
    sentence: "A leader was elected that had not been in sync.",
    evidence: "broker",
    wasSeen: ({ cluster }) => [...cluster.changes.keys()].some((partition) => cluster.hadUncleanElection(partition)),
  },
  {
    id: "partition-without-leader",
    sentence: "A partition of the workload was led by nobody.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      trial.hasEvent("partition-changed", ({ leader, partition }) => leader < 0 && trial.isOfWorkload(partition)),
  },
  {
    id: "watermark-behind-after-election",
    sentence: "A leader took office with a high watermark below the one that its predecessor had reached.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const taken = successions(trial);
      if (taken.length === 0) return false;
      const advanced = trial.eventsOf("high-watermark-advanced");
      return taken.some((succession) => beganBehind(trial, succession, advanced));
    },
  },
  {
    id: "coordinator-moved",
    sentence: "The groups' coordinator moved to another broker.",
    evidence: "broker",
    isExpected: true,
    wasSeen: ({ cluster }) =>
      [...cluster.changes.keys()].some((partition) => topicOf(partition) === offsetsTopic && cluster.hadFailover(partition)),
  },
  {
    id: "controller-moved",
    sentence: "Another controller was elected.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.eventsOf("controller-elected").length > 1,
  },
  {
    id: "controller-moved-before-fencing",
    sentence: "Another controller was elected when a broker had gone and was not yet fenced.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const elected = trial.eventsOf("controller-elected");
      if (elected.length < 2) return false;
      const fenced = trial.eventsOf("broker-fenced");
      return outagesOf(trial).some(({ broker, from, how, to }) => {
        const fencing = fenced.find(({ at, event }) => event.broker === broker && at > from && at < to);
        return how !== "stopped" && fencing !== undefined && elected.some(({ at }) => at > from && at < fencing.at);
      });
    },
  },
  {
    id: "isr-proposal-refused",
    sentence: "The controller refused an ISR that a leader had asked for.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("isr-refused"),
  },
  {
    id: "eligible-leaders-kept",
    sentence: "A replica that had left the ISR was kept as an eligible leader.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("partition-changed", ({ elr }) => elr.length > 0),
  },
];

function hasUnreplicatedTail({ at, event }: EventAt<"became-leader">, appended: readonly EventAt<"leader-appended">[]): boolean {
  return appended.some(
    ({ at: appendedAt, event: { batch, broker, partition } }) =>
      appendedAt < at &&
      partition === event.partition &&
      broker !== event.broker &&
      batch.leaderEpoch < event.leaderEpoch &&
      endOf(batch) > event.epochStartOffset &&
      // What an earlier leader had left behind has been overwritten since: it is no tail of this election.
      !appended.some(
        (later) =>
          later.at < at &&
          later.event.partition === partition &&
          later.event.batch.leaderEpoch > batch.leaderEpoch &&
          later.event.batch.leaderEpoch < event.leaderEpoch,
      ),
  );
}

function beganBehind(
  trial: TrialFacts,
  { at, event: { broker, partition } }: EventAt<"became-leader">,
  advanced: readonly EventAt<"high-watermark-advanced">[],
): boolean {
  const reached = advanced.findLast((one) => one.at < at && one.event.partition === partition && one.event.broker !== broker);
  if (reached === undefined) return false;
  const isOwn = (one: (typeof trial.history)[number]): boolean =>
    (one.kind === "high-watermark-advanced" || one.kind === "high-watermark-followed" || one.kind === "replica-recovered") &&
    one.broker === broker &&
    one.partition === partition;
  const own = trial.history.slice(0, at).findLast(isOwn);
  return reached.event.highWatermark > (own !== undefined && "highWatermark" in own ? own.highWatermark : 0);
}
