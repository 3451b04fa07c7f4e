/**
 * The sparse index of a segment: of some batches, the position at which they begin in the segment's file.
 *
 * Models Kafka's OffsetIndex without its file: offsets are not relative, and it is never full.
 */

import type { Offset } from "../../../../model/ids.ts";
import type { IndexEntry } from "../../rules/offset-index.ts";
import type { Rules } from "../../rules/rules.ts";

export class OffsetIndex {
  private readonly rules: Pick<Rules, "indexEntryOf" | "indexSlot" | "makesIndexEntry">;
  private readonly indexIntervalBytes: number;
  private readonly entries: IndexEntry[] = [];
  private bytesSinceLastEntry = 0;

  constructor(rules: OffsetIndex["rules"], indexIntervalBytes: number) {
    this.rules = rules;
    this.indexIntervalBytes = indexIntervalBytes;
  }

  all(): readonly IndexEntry[] {
    return this.entries;
  }

  /** Takes note of a batch that is appended at `position`. True where an entry was made for it. */
  append(batch: { readonly lastOffset: Offset; readonly position: number; readonly sizeInBytes: number }): boolean {
    const { bytesSinceLastEntry, indexIntervalBytes, rules } = this;
    const isEntered = rules.makesIndexEntry({ bytesSinceLastEntry, indexIntervalBytes });
    if (isEntered) {
      this.entries.push(rules.indexEntryOf(batch));
      this.bytesSinceLastEntry = 0;
    }
    this.bytesSinceLastEntry += batch.sizeInBytes;
    return isEntered;
  }

  /** The position from which on batches have to be looked at to find `target`. */
  positionFor(target: Offset): number {
    if (this.entries.length === 0) return 0;
    return this.entries[this.rules.indexSlot(this.entries, target)]?.position ?? 0;
  }

  /** Forgets batches that end at or after `to`. The next entry is as far away as if the index were empty, as in Kafka. */
  truncateTo(to: Offset): void {
    while (this.entries.length > 0 && this.entries.at(-1)!.offset >= to) this.entries.pop();
    this.bytesSinceLastEntry = 0;
  }
}
