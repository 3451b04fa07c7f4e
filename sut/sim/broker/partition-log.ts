/**
 * One replica's log: batches in the page cache, the epochs they belong to, and how much of them has reached the disk.
 *
 * Models Kafka's UnifiedLog from the outside. Leaves out segments, indexes, retention and compaction: as in a Kafka whose
 * segments are never full, records below the log start are not to be had any more and are on the disk all the same, so that
 * they are there again when a crash sets the log start back.
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
  readonly epochs: LeaderEpochCache = new LeaderEpochCache();
  private readonly batches: RecordBatch[] = [];
  private readonly appendedAtUs: number[] = [];
  private start: Offset = offset(0);
  /** Where the first batch is or would be. */
  private base: Offset = offset(0);

  /** The first offset that can be read, which may be in the middle of a batch. */
  get startOffset(): Offset {
    return this.start;
  }

  get endOffset(): Offset {
    const last = this.batches.at(-1);
    return last === undefined ? this.base : nextOffset(last);
  }

  /** Everything that is on the disk: also what lies below the log start. */
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

  /** Removes every batch that reaches beyond `to`, and the epochs that begin there; the log starts no later than it ends. */
  truncateTo(to: Offset): void {
    this.dropFrom(to);
    this.epochs.truncate(to);
    if (to < this.base) this.base = to;
    if (this.start > this.endOffset) this.start = this.endOffset;
  }

  /** Moves the log start up to `logStart`, which must not be beyond the log's end. */
  advanceStartTo(logStart: Offset): void {
    if (logStart > this.endOffset) {
      throw new Error(`a log that ends at ${this.endOffset} cannot start at ${logStart}: the caller must check`);
    }
    this.start = logStart;
    this.epochs.truncateFromStart(logStart);
  }

  /** Throws everything away; the log is empty and begins at `logStart`. */
  restartAt(logStart: Offset): void {
    this.batches.length = 0;
    this.appendedAtUs.length = 0;
    this.epochs.clear();
    this.base = logStart;
    this.start = logStart;
  }

  /**
   * A process has read `logStart` from its checkpoint. Where the log ends before it, because power was lost, nothing of it
   * counts; where it is further back than it was, the epochs of what is there again are read from the batches
   * (`LogLoader`).
   */
  recoverStart(logStart: Offset): void {
    if (logStart > this.endOffset) {
      this.restartAt(logStart);
      return;
    }
    const isSetBack = logStart < this.start;
    this.start = logStart;
    if (isSetBack) this.epochs.restore(this.batches.slice(this.indexOfBatch(logStart)), logStart);
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
