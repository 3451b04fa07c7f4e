/** Situations about groups that commit their offsets with their output (KIP-447). */

import type { EventAt } from "../facts/history-index.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Sighting } from "./sighting.ts";

export const processingSightings: readonly Sighting[] = [
  {
    id: "offset-in-doubt-while-rebalancing",
    sentence: "A group began to rebalance while an offset of it was part of a transaction that had not ended yet.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const held = heldOffsets(trial);
      return trial
        .eventsOf("rebalance-started")
        .some(({ at, event }) => held.some(({ from, group, to }) => group === event.group && from < at && at < to));
    },
  },
  {
    id: "offset-in-doubt-taken-over",
    sentence: "A coordinator took over a group with an offset that was part of a transaction that had not ended yet.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("group-loaded", ({ pending }) => pending !== undefined),
  },
  {
    id: "offsets-aborted",
    sentence: "Offsets of a group did not count, because the transaction that they were part of was aborted.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("transactional-offsets-ended", ({ outcome }) => outcome === "abort"),
  },
  {
    id: "member-rewound",
    sentence: "A member gave up what it had processed, because its transaction did not count, and began again.",
    evidence: "client",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("rewound"),
  },
  {
    id: "processed-again-and-counted-once",
    sentence: "A record was made output of more than once, and only one of these outputs was to count.",
    evidence: "client",
    isExpected: true,
    wasSeen: ({ sends }) => {
      const made = [...sends.values()].flatMap(({ source }) =>
        source === undefined ? [] : [`${source.group}/${source.partition}@${source.offset}`],
      );
      return new Set(made).size < made.length;
    },
  },
];

interface Held {
  readonly group: string;
  readonly from: number;
  readonly to: number;
}

/** For how long offsets were part of transactions, by the word of whoever coordinated the group. */
function heldOffsets(trial: TrialFacts): readonly Held[] {
  const ends = trial.eventsOf("transactional-offsets-ended");
  return trial.eventsOf("commit-accepted").flatMap(({ at: from, event }): readonly Held[] => {
    const { group, producerId } = event;
    if (producerId === undefined) return [];
    const isEnd = ({ at, event: end }: EventAt<"transactional-offsets-ended">): boolean =>
      at > from && end.group === group && end.producerId === producerId;
    return [{ group, from, to: ends.find(isEnd)?.at ?? Infinity }];
  });
}
