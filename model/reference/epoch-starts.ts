/**
 * Where each leader epoch begins in a replica's log: what Kafka keeps in `leader-epoch-checkpoint`, and answers
 * `OffsetForLeaderEpoch` from (KIP-101, KIP-279). Strictly increasing in both fields (I8).
 */

import { leaderEpoch, offset } from "../ids.ts";
import type { LeaderEpoch, Offset } from "../ids.ts";

export interface EpochStart {
  readonly epoch: LeaderEpoch;
  readonly startOffset: Offset;
}

export type EpochStarts = readonly EpochStart[];

/** Where an epoch ends: the largest epoch that is not above the one asked for, and the offset at which the next one begins. */
export interface EpochEnd {
  readonly epoch: LeaderEpoch;
  readonly endOffset: Offset;
}

export const noStarts: EpochStarts = [];

/** The latest epoch; -1 for none. It may be later than that of the last record: a leader notes its epoch before it writes. */
export const latestEpoch = (starts: EpochStarts): LeaderEpoch => starts.at(-1)?.epoch ?? leaderEpoch(-1);

/** Notes that `epoch` begins at `startOffset`, and forgets what contradicts it. */
export function withStart(starts: EpochStarts, epoch: LeaderEpoch, startOffset: Offset): EpochStarts {
  const last = starts.at(-1);
  if (last !== undefined && last.epoch === epoch) return starts;
  if (last === undefined || (last.epoch < epoch && last.startOffset < startOffset)) return [...starts, { epoch, startOffset }];
  return [...starts.filter((one) => one.epoch < epoch && one.startOffset < startOffset), { epoch, startOffset }];
}

/** Forgets epochs that begin at `end` or later, also where the log is not that long (KAFKA-10706). */
export function startsBefore(starts: EpochStarts, end: number): EpochStarts {
  const last = starts.at(-1);
  return last === undefined || last.startOffset < end ? starts : starts.filter(({ startOffset }) => startOffset < end);
}

/** The log begins at `logStart` now: of the epochs before it only the last is left, and begins there. */
export function startsFrom(starts: EpochStarts, logStart: Offset): EpochStarts {
  const later = starts.filter(({ startOffset }) => startOffset > logStart);
  const earlier = starts.length - later.length;
  return earlier === 0 ? starts : [{ epoch: starts[earlier - 1]!.epoch, startOffset: logStart }, ...later];
}

/** Where `epoch` ends in a log that ends at `logEnd`; undefined where nothing is known of it. */
export function endOffsetFor(starts: EpochStarts, epoch: LeaderEpoch, logEnd: Offset): EpochEnd | undefined {
  if (epoch < 0 || starts.length === 0) return undefined;
  if (epoch === latestEpoch(starts)) return { epoch, endOffset: logEnd };
  const higher = starts.findIndex((one) => one.epoch > epoch);
  if (higher < 0) return undefined;
  const { startOffset: endOffset } = starts[higher]!;
  return higher === 0 ? { epoch, endOffset } : { epoch: starts[higher - 1]!.epoch, endOffset };
}

/** Whether both say the same. */
export const isSameStarts = (left: EpochStarts, right: EpochStarts): boolean =>
  left === right ||
  (left.length === right.length &&
    left.every(({ epoch, startOffset }, at) => epoch === right[at]!.epoch && startOffset === right[at]!.startOffset));

/** What the records of a log say of it: the epochs that it has records of, from where the log begins. */
export function startsOf(entries: readonly { readonly epoch: LeaderEpoch }[], logStart: Offset): EpochStarts {
  let starts = noStarts;
  for (let at: number = logStart; at < entries.length; at++) {
    if (entries[at]!.epoch !== latestEpoch(starts)) starts = withStart(starts, entries[at]!.epoch, offset(at));
  }
  return starts;
}
