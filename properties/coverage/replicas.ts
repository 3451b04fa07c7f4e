/** Situations about replicas: who is in sync, and what becomes of records that not all have. */

import type { AtReplica } from "../../model/seen.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { isSameBatch, stateAt } from "./looking.ts";
import type { Sighting } from "./sighting.ts";

export const replicaSightings: readonly Sighting[] = [
  {
    id: "log-truncated",
    sentence: "A replica cut off records that had not been replicated.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("truncated"),
  },
  {
    id: "acknowledged-record-truncated",
    sentence: "A replica cut off a record of which a producer had been told that it was written.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.eventsOf("truncated").some(({ at, event }) => cutsOffAcknowledged(trial, event, at)),
  },
  {
    id: "isr-shrank",
    sentence: "A replica fell out of the ISR.",
    evidence: "broker",
    isExpected: true,
    wasSeen: ({ cluster }) => isrChanged(cluster.changes.values(), (before, after) => after < before),
  },
  {
    id: "isr-down-to-one",
    sentence: "Only one of several replicas of a partition of the workload was in sync.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      trial.hasEvent(
        "partition-changed",
        ({ isr, partition, replicas }) => isr.length === 1 && replicas.length > 1 && trial.isOfWorkload(partition),
      ),
  },
  {
    id: "isr-expanded",
    sentence: "A replica came back into the ISR.",
    evidence: "broker",
    isExpected: true,
    wasSeen: ({ cluster }) => isrChanged(cluster.changes.values(), (before, after) => after > before),
  },
  {
    id: "zombie-leader-appended",
    sentence: "A leader appended a record after the controllers had ended its epoch.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      trial
        .eventsOf("leader-appended")
        .some(({ at, event: { batch, partition } }) => batch.leaderEpoch < (stateAt(trial, partition, at)?.leaderEpoch ?? 0)),
  },
  {
    id: "leader-killed-before-replication",
    sentence: "A leader went down with a record that no follower had yet.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const { downs } = trial.cluster;
      if (downs.every(({ event }) => event.how === "stopped")) return false;
      const appended = trial.eventsOf("leader-appended");
      const followed = trial.eventsOf("follower-appended");
      return downs.some(({ at, event: { broker, how } }) => {
        const last = appended.findLast(
          (one) => one.at < at && one.event.broker === broker && trial.isOfWorkload(one.event.partition),
        );
        if (how === "stopped" || last === undefined) return false;
        // A leader that went down and came back had its records before.
        const isOfThisLife = !downs.some((one) => one.event.broker === broker && one.at > last.at && one.at < at);
        const isAlone = (stateAt(trial, last.event.partition, at)?.replicas.length ?? 1) === 1;
        return isOfThisLife && !isAlone && !followed.some((one) => one.at < at && isSameBatch(one.event, last.event));
      });
    },
  },
  {
    id: "fetch-with-former-epoch",
    sentence: "A fetch was refused because its leader epoch was over.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("fetch-refused", ({ error }) => error === "FENCED_LEADER_EPOCH"),
  },
  {
    id: "fetch-with-unknown-epoch",
    sentence: "A fetch was refused because the broker had not heard of its leader epoch yet.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("fetch-refused", ({ error }) => error === "UNKNOWN_LEADER_EPOCH"),
  },
  {
    id: "follower-out-of-range",
    sentence: "A follower asked for an offset that its leader's log does not have.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      trial.hasEvent("fetch-refused", ({ error, follower }) => error === "OFFSET_OUT_OF_RANGE" && follower >= 0),
  },
  {
    id: "consumer-served-by-follower",
    sentence: "A consumer was given records by a follower of its own rack.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("consumer-served-by-follower"),
  },
  {
    id: "follower-refused-consumer",
    sentence: "A follower turned down a consumer that its leader had sent to it.",
    evidence: "broker",
    wasSeen: (trial) => {
      const sentTo = trial.eventsOf("consumer-redirected");
      const isSent = ({ broker, partition }: AtReplica, at: number): boolean =>
        sentTo.some((sent) => sent.at < at && sent.event.replica === broker && sent.event.partition === partition);
      return (
        sentTo.length > 0 &&
        trial.eventsOf("fetch-refused").some(({ at, event }) => event.follower < 0 && isSent(event, at))
      );
    },
  },
];

function cutsOffAcknowledged(
  trial: TrialFacts,
  { broker, partition, toOffset }: { readonly broker: number; readonly partition: string; readonly toOffset: number },
  at: number,
): boolean {
  for (const { outcome, partition: sentTo, value } of trial.sends.values()) {
    if (outcome.kind !== "acked" || outcome.at > at || sentTo !== partition) continue;
    if (outcome.offset === null || outcome.offset < toOffset) continue;
    const had = ({ batch, broker: who, partition: to }: Appended): boolean =>
      who === broker && to === partition && batch.values.includes(value);
    const isHere =
      trial.eventsOf("leader-appended").some((one) => one.at < at && had(one.event)) ||
      trial.eventsOf("follower-appended").some((one) => one.at < at && had(one.event));
    if (isHere) return true;
  }
  return false;
}

interface Appended {
  readonly broker: number;
  readonly partition: string;
  readonly batch: { readonly values: readonly string[] };
}

type Changes = Iterable<readonly { readonly event: { readonly isr: readonly unknown[] } }[]>;

function isrChanged(all: Changes, isSo: (before: number, after: number) => boolean): boolean {
  for (const changes of all) {
    for (const [at, { event }] of changes.entries()) {
      const before = changes[at - 1]?.event.isr.length;
      if (before !== undefined && isSo(before, event.isr.length)) return true;
    }
  }
  return false;
}
