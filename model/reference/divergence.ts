/**
 * Where a follower's log departs from its leader's, and where it is cut.
 *
 * The follower names its end and the epoch of its last record with every fetch; the leader looks where that epoch ends in its
 * own log; the follower looks where it ends in its own. Sources: KIP-101, KIP-279, and fetch-time truncation as in KIP-595.
 */

import { offset } from "../ids.ts";
import type { LeaderEpoch, Offset } from "../ids.ts";
import { endOffsetFor, latestEpoch } from "./epoch-starts.ts";
import type { EpochEnd, EpochStarts } from "./epoch-starts.ts";
import type { Guards } from "./guards.ts";
import type { Copy } from "./state.ts";

/** What a follower says of itself in a fetch. */
export interface FetchPosition {
  readonly fetchOffset: Offset;
  readonly lastFetchedEpoch: LeaderEpoch;
}

/** What a leader's log says of a fetch: that the logs agree so far, where they part, or that it cannot tell. */
export type Comparison =
  | { readonly kind: "agrees" }
  | { readonly kind: "diverges"; readonly at: EpochEnd }
  | { readonly kind: "out-of-range" };

const agrees: Comparison = { kind: "agrees" };
const outOfRange: Comparison = { kind: "out-of-range" };

interface LeaderLog {
  readonly log: { readonly end: Offset };
  readonly logStart: Offset;
  readonly epochs: EpochStarts;
}

export const fetchPositionOf = ({ epochs, log, logStart }: Copy): FetchPosition => ({
  fetchOffset: log.end,
  lastFetchedEpoch: log.end > logStart ? latestEpoch(epochs) : noEpoch,
});

const noEpoch = -1 as LeaderEpoch;

/** Compares a fetch with the leader's log. */
export function compare({ epochs, log, logStart }: LeaderLog, fetch: FetchPosition, guards: Guards): Comparison {
  const { fetchOffset, lastFetchedEpoch } = fetch;
  if (fetchOffset < logStart) return outOfRange;
  if (lastFetchedEpoch < 0 || !guards["truncate-by-epoch"]) return fetchOffset > log.end ? outOfRange : agrees;
  const at = endOffsetFor(epochs, lastFetchedEpoch, log.end);
  if (at === undefined) return guards["epoch-on-election"] ? outOfRange : agrees;
  const isShorter = at.endOffset < fetchOffset;
  const isOtherEpoch = guards["compare-epochs"] && at.epoch < lastFetchedEpoch;
  return isShorter || isOtherEpoch ? { kind: "diverges", at } : agrees;
}

/** Where a follower that was told of a divergence cuts its log. It may have to ask again from there. */
export function truncationOffset({ epochs, log }: Copy, { epoch, endOffset }: EpochEnd, guards: Guards): Offset {
  const own = guards["compare-epochs"] ? endOffsetFor(epochs, epoch, log.end) : { epoch, endOffset };
  if (own === undefined) return offset(Math.min(endOffset, log.end));
  if (own.epoch !== epoch) return offset(Math.min(own.endOffset, log.end));
  return offset(Math.min(own.endOffset, endOffset, log.end));
}
