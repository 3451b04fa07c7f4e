/** Situations about consumer groups: members, generations and commits. */

import type { TopicPartition } from "../../model/ids.ts";
import type { Commit, Holding, TrialFacts } from "../facts/trial-facts.ts";
import { outagesOf } from "./looking.ts";
import type { Sighting } from "./sighting.ts";

/** Errors by which a coordinator says that somebody is no member any more, or was one of another generation. */
const fencings: ReadonlySet<string> = new Set(["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"]);

export const groupSightings: readonly Sighting[] = [
  {
    id: "group-rebalanced",
    sentence: "A member that had partitions was given others in a later generation.",
    evidence: "client",
    isExpected: true,
    wasSeen: ({ holdings }) => {
      const last = new Map<string, (typeof holdings)[number]>();
      return holdings.some((holding) => {
        const before = last.get(holding.client);
        last.set(holding.client, holding);
        if (before === undefined || before.partitions.length === 0 || holding.generation <= before.generation) return false;
        const isSame = (partition: TopicPartition): boolean => holding.partitions.includes(partition);
        return before.partitions.length !== holding.partitions.length || !before.partitions.every(isSame);
      });
    },
  },
  {
    id: "moved-in-two-rounds",
    sentence: "In a cooperative rebalance a member gave back a partition, which another was given in a later generation.",
    evidence: "client",
    isExpected: true,
    wasSeen: ({ history, holdings }) => {
      // A member that goes on is assigned what it keeps as soon as it has given back the rest.
      const goesOn = (at: number): boolean => {
        const next = history[at + 1];
        return next?.kind === "assigned" && next.kept !== undefined;
      };
      const givenBack = holdings.filter(({ endedAt }) => history[endedAt]?.kind === "revoked" && goesOn(endedAt));
      const hasMoved = (before: Holding, { assignedAt, client, kept, partitions }: Holding): boolean =>
        assignedAt > before.endedAt + 1 &&
        client !== before.client &&
        partitions.some((partition) => before.partitions.includes(partition) && kept?.includes(partition) === false);
      return givenBack.some((before) => holdings.some((later) => hasMoved(before, later)));
    },
  },
  {
    id: "static-member-back",
    sentence: "A static member came back as another process within its session, and its group did not rebalance.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("member-replaced", ({ state }) => state === "Stable"),
  },
  {
    id: "twin-fenced",
    sentence: "Of two processes with one group.instance.id the former was fenced.",
    evidence: "client",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("client-fenced"),
  },
  {
    id: "rebalance-during-outage",
    sentence: "A group began to rebalance while a broker was down.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const outages = outagesOf(trial);
      if (outages.length === 0) return false;
      return trial.eventsOf("rebalance-started").some(({ at }) => outages.some(({ from, to }) => from < at && at < to));
    },
  },
  {
    id: "coordinator-killed-during-rebalance",
    sentence: "A group's coordinator went down while the group was rebalancing.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      trial.cluster.downs.some(({ at, event }) => event.how !== "stopped" && wasRebalancing(trial, event.broker, at)),
  },
  {
    id: "coordinator-read-cleaned-log",
    sentence: "A coordinator took over a group from a log of which it had cleaned out what later records replace.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const cleanings = trial.eventsOf("log-compacted");
      if (cleanings.length === 0) return false;
      return trial
        .eventsOf("group-loaded")
        .some(({ at, event: { broker, log } }) =>
          cleanings.some((one) => one.at < at && one.event.broker === broker && one.event.partition === log),
        );
    },
  },
  {
    id: "member-session-expired",
    sentence: "A coordinator removed a member that it had not heard of for a session's time.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("member-removed", ({ why }) => why === "session-expired"),
  },
  {
    id: "commit-refused",
    sentence: "A commit was refused, because its member or generation was no longer the group's.",
    evidence: "client",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("commit-refused", ({ error }) => fencings.has(error)),
  },
  {
    id: "record-processed-again",
    sentence: "A record was processed more than once by one group.",
    evidence: "client",
    isExpected: true,
    wasSeen: ({ processed }) => {
      const seen = processed.map(({ event: { group, offset, partition } }) => `${group}/${partition}/${offset}`);
      return new Set(seen).size < seen.length;
    },
  },
  {
    id: "delivered-again-after-lost-commit",
    sentence: "Records were delivered again after a commit of which the member did not hear whether it had been accepted.",
    evidence: "client",
    isExpected: true,
    wasSeen: (trial) =>
      trial.commits.some(
        (commit) =>
          (commit.outcome.kind === "unknown" || commit.outcome.kind === "open") && wasDeliveredAgain(trial, commit),
      ),
  },
  {
    id: "member-killed",
    sentence: "A group member that held partitions was killed.",
    evidence: "client",
    isExpected: true,
    wasSeen: ({ history, holdings }) =>
      holdings.some(({ endedAt, partitions }) => partitions.length > 0 && history[endedAt]?.kind === "client-killed"),
  },
];

/** Was something before the committed offset delivered to a member of the group after the commit had been sent? */
function wasDeliveredAgain(trial: TrialFacts, { event: { group, offsets }, startedAt }: Commit): boolean {
  return trial.delivered.some(
    ({ at, event }) =>
      at > startedAt &&
      event.group === group &&
      offsets.some(({ offset, partition }) => event.partition === partition && event.offset < offset),
  );
}

/** Had a group begun to rebalance with this coordinator, and not come to its end? */
function wasRebalancing(trial: TrialFacts, broker: number, place: number): boolean {
  const isOver = (group: string, since: number): boolean =>
    (["group-stabilised", "group-unloaded", "group-loaded"] as const).some((kind) =>
      trial
        .eventsOf(kind)
        .some(({ at, event }) => event.broker === broker && event.group === group && at > since && at < place),
    );
  const started = trial.eventsOf("rebalance-started").findLast(({ at, event }) => event.broker === broker && at < place);
  return started !== undefined && !isOver(started.event.group, started.at);
}
