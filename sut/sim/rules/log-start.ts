import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";

/** Stands for "up to the high watermark" in a request to delete records. */
export const upToHighWatermark: Offset = offset(-1);

/**
 * Where does a leader's log start once records before `before` are deleted? Undefined where that offset is out of range: what
 * is not committed is not deleted, for a follower could be elected that has other records there. A log start never goes back.
 *
 * Source: KIP-107; `Partition.deleteRecordsOnLeader`, `UnifiedLog.maybeIncrementLogStartOffset`.
 */
export function logStartAfterDelete(question: {
  readonly before: Offset;
  readonly logStart: Offset;
  readonly highWatermark: Offset;
}): Offset | undefined {
  const { highWatermark, logStart } = question;
  const before = question.before === upToHighWatermark ? highWatermark : question.before;
  if (before < 0 || before > highWatermark) return undefined;
  return before > logStart ? before : logStart;
}

/**
 * Where does a follower's log start after a fetch response? Where its leader's does, as far as the follower knows that what is
 * before it is committed. Not after a response that says that the logs differ: what it names may be something else here.
 *
 * Source: KIP-107; KAFKA-14704.
 */
export function followerLogStart(answer: {
  readonly leaderLogStart: Offset;
  readonly logStart: Offset;
  readonly highWatermark: Offset;
  readonly isDiverging: boolean;
}): Offset {
  const { highWatermark, isDiverging, leaderLogStart, logStart } = answer;
  if (isDiverging) return logStart;
  return offset(Math.max(logStart, Math.min(leaderLogStart, highWatermark)));
}

/**
 * Is there nothing to read any more at this offset, because the log starts after it? A leader asks this before it compares
 * epochs: those of a follower so far behind are forgotten here, and would look like a divergence.
 *
 * Source: KAFKA-12996.
 */
export function isBelowLogStart(fetch: { readonly fetchOffset: Offset; readonly logStart: Offset }): boolean {
  return fetch.fetchOffset < fetch.logStart;
}
