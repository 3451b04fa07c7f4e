import type { Offset } from "../../../model/ids.ts";

/**
 * How many aborted transactions, in the order of their first records, have begun by the end of a batch: all that have are looked
 * for from then on, however many begin at once.
 *
 * Source: the Java client's `CompletedFetch.consumeAbortedTransactionsUpTo`.
 */
export function abortedBegunBy(lastOffset: Offset, firstOffsets: readonly Offset[]): number {
  let begun = 0;
  while (begun < firstOffsets.length && firstOffsets[begun]! <= lastOffset) begun++;
  return begun;
}
