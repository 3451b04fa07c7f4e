/** Situations in which what is on its way meets a process, or a term, that has changed meanwhile. */

import type { EventAt } from "../facts/history-index.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { endOf, stateAt, successions } from "./looking.ts";
import type { Sighting } from "./sighting.ts";

/** An answer is on its way for no longer than that, unless its link is cut. */
const answerMsMax = 30;
/** A follower that has gone counts as caught up for a while (`replica.lag.time.max.ms`); this is well within. */
const soonAfterShutdownMs = 1000;

export const raceSightings: readonly Sighting[] = [
  {
    id: "led-again-with-own-tail",
    sentence: "A leader took office again with records that the leader in between had not had.",
    evidence: "broker",
    wasSeen: (trial) => {
      const taken = successions(trial);
      if (taken.length < 2) return false;
      const appended = trial.eventsOf("leader-appended");
      return taken.some((succession) => keptOwnTail(trial, succession, { appended, taken }));
    },
  },
  {
    id: "later-term-truncated",
    sentence: "A follower cut off a record of a later term than its leader had any record of.",
    evidence: "broker",
    wasSeen: (trial) => trial.eventsOf("truncated").some((truncation) => cutsOffLaterTerm(trial, truncation)),
  },
  {
    id: "former-process-heard",
    sentence: "A leader took note of a fetch from a process that another one of its broker had replaced already.",
    evidence: "broker",
    wasSeen: (trial) => {
      const registered = trial.eventsOf("broker-registered");
      if (registered.length === 0) return false;
      return trial
        .eventsOf("fetch-accepted")
        .some(({ at, event }) =>
          registered.some((one) => one.at < at && one.event.broker === event.follower && one.event.brokerEpoch > event.brokerEpoch),
        );
    },
  },
  {
    id: "isr-proposed-on-the-heels",
    sentence: "A leader asked for another ISR when the answer to what it had asked for before might still be under way.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const proposed = trial.eventsOf("isr-proposed");
      return proposed.some(({ event: { atUs, broker, partition } }, nth) =>
        proposed
          .slice(0, nth)
          .some(
            ({ event: before }) =>
              before.broker === broker && before.partition === partition && atUs - before.atUs < answerMsMax * 1000,
          ),
      );
    },
  },
  {
    id: "written-after-controlled-shutdown",
    sentence: "A record was written with acks=all when a follower had just been shut down in good order.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const leaving = trial.eventsOf("broker-shutting-down");
      if (leaving.length === 0) return false;
      return trial.eventsOf("leader-appended").some((append) => leaving.some((one) => hasJustLeft(trial, one, append)));
    },
  },
];

/** It had led before, another one led in between, and nothing of what it had alone was cut. */
function keptOwnTail(
  trial: TrialFacts,
  { at, event: { broker, epochStartOffset, leaderEpoch, partition } }: EventAt<"became-leader">,
  { appended, taken }: { readonly appended: readonly EventAt<"leader-appended">[]; readonly taken: readonly EventAt<"became-leader">[] },
): boolean {
  const between = taken.findLast((one) => one.at < at && one.event.partition === partition && one.event.leaderEpoch < leaderEpoch);
  if (between === undefined || between.event.broker === broker) return false;
  return appended.some(({ at: appendedAt, event: { batch, broker: by, partition: to } }) => {
    if (by !== broker || to !== partition || appendedAt > at || batch.leaderEpoch >= between.event.leaderEpoch) return false;
    const end = endOf(batch);
    if (end <= between.event.epochStartOffset || end > epochStartOffset) return false;
    return !trial
      .eventsOf("truncated")
      .some(
        (cut) =>
          cut.at > appendedAt &&
          cut.at < at &&
          cut.event.broker === broker &&
          cut.event.partition === partition &&
          cut.event.toOffset < end,
      );
  });
}

function cutsOffLaterTerm(trial: TrialFacts, { at, event: { broker, partition, toOffset } }: EventAt<"truncated">): boolean {
  const leader = stateAt(trial, partition, at)?.leader;
  if (leader === undefined || leader === broker) return false;
  let own = -1;
  let leaders = -1;
  for (const kind of ["leader-appended", "follower-appended"] as const) {
    for (const { at: appendedAt, event } of trial.eventsOf(kind)) {
      if (appendedAt > at || event.partition !== partition) continue;
      const { leaderEpoch } = event.batch;
      if (event.broker === leader) leaders = Math.max(leaders, leaderEpoch);
      else if (event.broker === broker && endOf(event.batch) > toOffset) own = Math.max(own, leaderEpoch);
    }
  }
  return own > leaders && leaders >= 0;
}

function hasJustLeft(
  trial: TrialFacts,
  { at: leftAt, event: { atUs: leftUs, broker: left } }: EventAt<"broker-shutting-down">,
  { at, event: { acks, atUs, broker, partition } }: EventAt<"leader-appended">,
): boolean {
  if (acks !== -1 || at < leftAt || atUs - leftUs > soonAfterShutdownMs * 1000 || broker === left) return false;
  const state = stateAt(trial, partition, at);
  const isOut = state !== undefined && state.replicas.includes(left) && !state.isr.includes(left);
  return isOut && trial.isOfWorkload(partition);
}
