/**
 * The time index of a segment: some timestamps that none before them exceeds, each with the last offset of its batch. All that
 * is behind an entry's batch may be as old or older; all before that batch is older. Models Kafka's TimeIndex.
 */

import type { Offset } from "../../../../model/ids.ts";

export interface TimestampOffset {
  readonly timestampMs: number;
  readonly offset: Offset;
}

export class TimeIndex {
  private readonly entries: TimestampOffset[] = [];

  all(): readonly TimestampOffset[] {
    return this.entries;
  }

  /** Enters the largest timestamp so far, unless it has been entered. */
  append(largest: TimestampOffset): void {
    if (largest.timestampMs > (this.entries.at(-1)?.timestampMs ?? -1)) this.entries.push(largest);
  }

  /** The offset from which on batches have to be looked at to find one that is as new as `timestampMs`; or `baseOffset`. */
  offsetFor(timestampMs: number, baseOffset: Offset): Offset {
    return this.entries.findLast((entry) => entry.timestampMs <= timestampMs)?.offset ?? baseOffset;
  }

  /** Forgets batches that end at or after `to`. */
  truncateTo(to: Offset): void {
    while (this.entries.length > 0 && this.entries.at(-1)!.offset >= to) this.entries.pop();
  }
}
