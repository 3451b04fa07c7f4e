import type { LeaderEpoch, Offset } from "../../../model/ids.ts";
import type { EpochEnd } from "../broker/log/leader-epoch-cache.ts";

/** What a follower says of its log in a fetch, and the leader's log to compare it with. */
export interface DivergenceQuestion {
  readonly lastFetchedEpoch: LeaderEpoch;
  readonly fetchOffset: Offset;
  readonly leaderEndOffset: Offset;
  readonly endOffsetFor: (epoch: LeaderEpoch) => EpochEnd | undefined;
}

/**
 * Where does the follower's log depart from the leader's? Undefined while it does not.
 *
 * Source: KIP-595's fetch-time divergence, which carries out KIP-101 and KIP-279: the follower's last epoch must end, in
 * the leader's log, at or after the offset it asks for. Comparing offsets alone lets two logs differ below their ends
 * (KAFKA-3919).
 */
export function findDivergence({ lastFetchedEpoch, fetchOffset, endOffsetFor }: DivergenceQuestion): EpochEnd | undefined {
  if (lastFetchedEpoch < 0) return undefined;
  const end = endOffsetFor(lastFetchedEpoch);
  if (end === undefined) return undefined;
  return end.epoch < lastFetchedEpoch || end.endOffset < fetchOffset ? end : undefined;
}

/**
 * Has the leader never heard of the epoch that the follower's log ends with? Then it cannot say where the logs depart, and the
 * follower is out of range. No leader that has entered its own epoch is in that place: nobody has records of a later one.
 *
 * Source: `Partition.readRecords`; KAFKA-7415 is how a leader gets there.
 */
export function isUnknownEpoch(fetch: { readonly lastFetchedEpoch: LeaderEpoch; readonly latestEpoch: LeaderEpoch }): boolean {
  return fetch.lastFetchedEpoch > fetch.latestEpoch;
}
