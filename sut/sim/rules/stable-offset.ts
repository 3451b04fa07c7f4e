import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";

/**
 * Up to where a `read_committed` consumer may read: not into the first transaction that is open, or whose end is not committed yet.
 *
 * Source: KIP-98, the last stable offset, and `UnifiedLog.maybeIncrementFirstUnstableOffset` for a transaction whose first records
 * have been deleted. `firstUnstable` is undefined where there is no such transaction.
 */
export function lastStableOffset(question: {
  readonly highWatermark: Offset;
  readonly firstUnstable: Offset | undefined;
  readonly logStart: Offset;
}): Offset {
  const { firstUnstable, highWatermark, logStart } = question;
  if (firstUnstable === undefined) return highWatermark;
  return offset(Math.min(highWatermark, Math.max(firstUnstable, logStart)));
}
