import type { Offset } from "../../../model/ids.ts";

/** Where in a segment's file the batch begins that ends with this offset. */
export interface IndexEntry {
  readonly offset: Offset;
  readonly position: number;
}

/**
 * Is the batch that is being appended entered into the segment's sparse index? When more than `index.interval.bytes` have been
 * appended since the last one that was, this one not counted.
 *
 * Source: Kafka's `LogSegment.append` and `LogSegment.recover`.
 */
export function makesIndexEntry(append: {
  readonly bytesSinceLastEntry: number;
  readonly indexIntervalBytes: number;
}): boolean {
  return append.bytesSinceLastEntry > append.indexIntervalBytes;
}

/** The entry of a batch: its last offset, and the position at which it begins. Source: Kafka's `LogSegment.append`. */
export function indexEntryOf(batch: { readonly lastOffset: Offset; readonly position: number }): IndexEntry {
  return { offset: batch.lastOffset, position: batch.position };
}

/**
 * Which entry does a search for `target` begin at? The last one whose offset is not above it; -1 where there is none and the
 * segment has to be scanned from its start. From there on every batch is looked at until one reaches `target`.
 *
 * Source: Kafka's `OffsetIndex.lookup` and `FileRecords.searchForOffsetWithSize`.
 */
export function indexSlot(entries: readonly IndexEntry[], target: Offset): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.offset <= target) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
