/** What sightings have in common: whose partition it is, who led it, who was down. */

import type { EventOf } from "../../model/history.ts";
import type { BrokerId, TopicPartition } from "../../model/ids.ts";
import type { EventAt } from "../facts/history-index.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";

/** What the controllers had said last of a partition, at a place in the history. */
export function stateAt(
  { cluster }: TrialFacts,
  partition: TopicPartition,
  place: number,
): EventOf<"partition-changed"> | undefined {
  const changes = cluster.changes.get(partition) ?? [];
  let last = changes.length - 1;
  while (last >= 0 && changes[last]!.at >= place) last--;
  return changes[last]?.event;
}

/** The offset after the last record of a batch. */
export const endOf = ({ baseOffset, values }: EventOf<"leader-appended">["batch"]): number => baseOffset + values.length;

/** Is it the same batch at the same place of the same log? */
export function isSameBatch(
  left: EventOf<"leader-appended" | "follower-appended">,
  right: EventOf<"leader-appended" | "follower-appended">,
): boolean {
  const isSamePlace = left.partition === right.partition && left.batch.baseOffset === right.batch.baseOffset;
  return isSamePlace && left.batch.leaderEpoch === right.batch.leaderEpoch;
}

/** A time in which a broker was down, as places in the history; `to` is infinite where it did not come back. */
export interface Outage {
  readonly broker: BrokerId;
  readonly how: EventOf<"broker-down">["how"];
  readonly from: number;
  readonly to: number;
}

/** Who was down when, in order. */
export function outagesOf(trial: TrialFacts): readonly Outage[] {
  const { downs } = trial.cluster;
  if (downs.length === 0) return [];
  const ups = trial.eventsOf("broker-up");
  return downs.map(({ at, event: { broker, how } }) => {
    const up = ups.find((one) => one.at > at && one.event.broker === broker);
    return { broker, how, from: at, to: up?.at ?? Infinity };
  });
}

/** Elections that ended with a leader who took office, but for the first one of each partition; of the workload's only. */
export function successions(trial: TrialFacts): readonly EventAt<"became-leader">[] {
  return trial
    .eventsOf("became-leader")
    .filter(({ event: { leaderEpoch, partition } }) => leaderEpoch > 0 && trial.isOfWorkload(partition));
}
