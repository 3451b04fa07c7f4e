/**
 * One replica's log: batches in the page cache, the epochs they belong to, and how much of them has reached the disk.
 *
 * Models Kafka's UnifiedLog from the outside. Leaves out segments, indexes, retention and compaction: the log starts at 0.
 */

import { offset } from "../../../model/ids.ts";
import type { LeaderEpoch, Offset } from "../../../model/ids.ts";
import { nextOffset } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { LeaderEpochCache } from "./leader-epoch-cache.ts";
import type { EpochEnd } from "./leader-epoch-cache.ts";

/** How many batches one fetch response carries of one partition at most (the part of `fetch.max.bytes`). */
const batchesPerReadMax = 50;

export class PartitionLog {
  readonly startOffset: Offset = offset(0);
  readonly epochs: LeaderEpochCache = new LeaderEpochCache();
  private readonly batches: RecordBatch[] = [];
  private readonly appendedAtUs: number[] = [];

  get endOffset(): Offset {
    const last = this.batches.at(-1);
    return last === undefined ? this.startOffset : nextOffset(last);
  }

  all(): readonly RecordBatch[] {
    return this.batches;
  }

  /** Appends a batch that already has its offset, which must be the log's end, and its epoch. */
  append(batch: RecordBatch, nowUs: number): void {
    if (batch.baseOffset !== this.endOffset) {
      throw new Error(`append at ${batch.baseOffset} to a log that ends at ${this.endOffset}: the caller must check`);
    }
    this.epochs.assign(batch.partitionLeaderEpoch, batch.baseOffset);
    this.batches.push(batch);
    this.appendedAtUs.push(nowUs);
  }

  /** Batches from the one that holds `from` up to, and not beyond, `upTo`: as many as a fetch carries, unless told. */
  read(from: Offset, upTo: Offset, batchesMax: number = batchesPerReadMax): readonly RecordBatch[] {
    const first = this.indexOfBatch(from);
    const limit = Math.min(this.batches.length, first + batchesMax);
    let end = first;
    while (end < limit && nextOffset(this.batches[end]!) <= upTo) end++;
    return this.batches.slice(first, end);
  }

  /** Removes every batch that reaches beyond `to`, and the epochs that begin there. */
  truncateTo(to: Offset): void {
    this.dropFrom(to);
    this.epochs.truncate(to);
  }

  /** Rules that compare logs are given this function, with every fetch. */
  readonly endOffsetFor = (epoch: LeaderEpoch): EpochEnd | undefined => this.epochs.endOffsetFor(epoch, this.endOffset);

  /** A power loss: what was appended after the last write-back, at `flushedAtUs`, is gone. */
  loseUnflushed(flushedAtUs: number): void {
    const at = this.appendedAtUs.findIndex((appendedAtUs) => appendedAtUs > flushedAtUs);
    if (at >= 0) this.truncateTo(this.batches[at]!.baseOffset);
  }

  /** A clean shutdown: everything is written back. */
  flush(): void {
    this.appendedAtUs.fill(Number.NEGATIVE_INFINITY);
  }

  private dropFrom(to: Offset): void {
    while (this.batches.length > 0 && nextOffset(this.batches.at(-1)!) > to) {
      this.batches.pop();
      this.appendedAtUs.pop();
    }
  }

  /** Index of the first batch that reaches beyond `position`; the number of batches where none does. */
  private indexOfBatch(position: Offset): number {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (nextOffset(this.batches[middle]!) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
