import type { Offset } from "../../../model/ids.ts";

/** A follower whose leader has nothing at the offset that it asked for, and what the leader has. */
export interface OutOfRangeQuestion {
  readonly logEndOffset: Offset;
  readonly leaderLogStart: Offset;
  readonly leaderEndOffset: Offset;
}

export type OutOfRangeOutcome =
  | { readonly kind: "truncate"; readonly toOffset: Offset }
  /** Drop everything, and begin where the leader's log does. */
  | { readonly kind: "restart"; readonly logStart: Offset }
  | { readonly kind: "keep" };

/**
 * What does a follower do that is out of range? It gives up what its leader does not have, and begins anew only if there is a
 * hole between its log and its leader's. By the time it has asked, the leader may have caught up: then it keeps what it has.
 *
 * Source: `AbstractFetcherThread.fetchOffsetAndTruncate`; KAFKA-2143.
 */
export function afterOutOfRange(question: OutOfRangeQuestion): OutOfRangeOutcome {
  const { leaderEndOffset, leaderLogStart, logEndOffset } = question;
  if (leaderEndOffset < logEndOffset) return { kind: "truncate", toOffset: leaderEndOffset };
  return leaderLogStart > logEndOffset ? { kind: "restart", logStart: leaderLogStart } : { kind: "keep" };
}
