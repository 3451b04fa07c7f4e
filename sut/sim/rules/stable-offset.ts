import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";

/**
 * Up to where a `read_committed` consumer may read: not into the first transaction that is open, or whose end is not committed yet.
 *
 * Source: KIP-98, the last stable offset. `firstUnstable` is undefined where there is no such transaction.
 */
export function lastStableOffset(question: {
  readonly highWatermark: Offset;
  readonly firstUnstable: Offset | undefined;
}): Offset {
  const { firstUnstable, highWatermark } = question;
  return firstUnstable === undefined ? highWatermark : offset(Math.min(highWatermark, firstUnstable));
}
