/**
 * The guards of the reference model: each is a condition that Kafka learned to check, with the proposal or the ticket that
 * taught it. All are on, unless somebody wants to see what becomes of a cluster without one: `kafka-trial explore --without`.
 */

export type GuardId =
  | "truncate-by-epoch"
  | "compare-epochs"
  | "fetch-epoch"
  | "diverging-fetch"
  | "late-response"
  | "watermark-of-divergence"
  | "append-epoch"
  | "epoch-on-election"
  | "truncate-epochs"
  | "out-of-range"
  | "maximal-isr"
  | "partition-epoch"
  | "isr-member-fit"
  | "broker-epoch"
  | "epoch-start"
  | "min-isr-watermark"
  | "unclean-restart"
  | "clean-election"
  | "leader-fit"
  | "controller-epoch"
  | "log-start-bound";

export interface Guard {
  readonly id: GuardId;
  /** Who brought it. */
  readonly source: string;
  /** What it demands. */
  readonly sentence: string;
}

/** From the log to the controllers. */
export const guardList: readonly Guard[] = [
  {
    id: "truncate-by-epoch",
    source: "KIP-101, KAFKA-1211",
    sentence: "A follower cuts its log where it parts from its leader's, and not at its own high watermark.",
  },
  {
    id: "compare-epochs",
    source: "KIP-279, KAFKA-3919",
    sentence: "Logs are compared by the epoch of the follower's last record, and not by their lengths alone.",
  },
  {
    id: "fetch-epoch",
    source: "KIP-320, KAFKA-7395",
    sentence: "A leader answers only fetches that were made for its own term.",
  },
  {
    id: "diverging-fetch",
    source: "KAFKA-13141",
    sentence: "A fetch from a log that departs from the leader's does not tell how far the follower has come.",
  },
  {
    id: "late-response",
    source: "KAFKA-13207",
    sentence: "A replica takes in the response to a fetch only while it still follows the term that the fetch was made in.",
  },
  {
    id: "watermark-of-divergence",
    source: "KAFKA-14704",
    sentence: "A follower takes over a high watermark only for what its log shares with its leader's.",
  },
  {
    id: "append-epoch",
    source: "KAFKA-18723",
    sentence: "A follower appends what the leader that it follows has at the end of the follower's log, and nothing else.",
  },
  {
    id: "epoch-on-election",
    source: "KAFKA-7415",
    sentence: "A leader notes where its epoch begins when it is elected, and not when it first writes.",
  },
  {
    id: "truncate-epochs",
    source: "KAFKA-10706",
    sentence: "A log that is cut forgets the epochs that begin at the cut or after it, also where it had no records there.",
  },
  {
    id: "out-of-range",
    source: "KAFKA-2143",
    sentence: "A follower that is out of range drops its log only if it ends before its leader's begins.",
  },
  {
    id: "maximal-isr",
    source: "KIP-497",
    sentence: "While another ISR is asked for, the old and the new members all hold back the high watermark.",
  },
  {
    id: "partition-epoch",
    source: "KIP-497, KAFKA-12367",
    sentence: "The controller grants an ISR only to the present leader, and only from the partition's present state.",
  },
  {
    id: "isr-member-fit",
    source: "KIP-841",
    sentence: "A fenced broker, or one that shuts down, does not come into an ISR.",
  },
  {
    id: "broker-epoch",
    source: "KIP-903, KAFKA-14617",
    sentence: "A follower comes into the ISR only as the process that the leader has heard from.",
  },
  {
    id: "epoch-start",
    source: "KAFKA-7128",
    sentence: "A follower comes into the ISR only with everything that the leader had when its term began.",
  },
  {
    id: "min-isr-watermark",
    source: "KIP-966, KAFKA-15583",
    sentence: "The high watermark stands still while fewer than min.insync.replicas are in sync.",
  },
  {
    id: "unclean-restart",
    source: "KIP-966",
    sentence:
      "A broker that comes back without a clean shutdown leaves the ISR and the eligible leaders before it serves again.",
  },
  {
    id: "clean-election",
    source: "KIP-106",
    sentence: "A replica that was not in sync leads only where unclean elections are allowed.",
  },
  {
    id: "leader-fit",
    source: "KAFKA-19522, KIP-966",
    sentence: "Nobody is elected who is fenced or shuts down, not even the last known leader.",
  },
  {
    id: "controller-epoch",
    source: "KIP-631, KAFKA-6082",
    sentence: "A controller that another one has replaced decides nothing any more.",
  },
  {
    id: "log-start-bound",
    source: "KAFKA-5634",
    sentence: "Nothing at or above the high watermark is deleted.",
  },
];

/** Which guards are on. */
export type Guards = { readonly [Id in GuardId]: boolean } & {
  /**
   * Whether a follower's steps are also held against the log of the leader that it follows. The steps are worked out without
   * looking there, and an exhaustive search that looked would not find what is wrong with working them out like that.
   */
  readonly checksOutcomes: boolean;
};

const on = Object.fromEntries(guardList.map(({ id }) => [id, true])) as { readonly [Id in GuardId]: boolean };

/** All of them, and outcomes checked: what a system under test is held against. */
export const allGuards: Guards = { ...on, checksOutcomes: true };

/** All guards but these, and only the guards: what an exhaustive search goes by. */
export function guardsWithout(ids: readonly GuardId[]): Guards {
  const off = Object.fromEntries(ids.map((id) => [id, false]));
  return { ...on, ...off, checksOutcomes: false };
}
