/**
 * A segment of a log: batches one after the other in a file, and the two indexes by which they are found.
 *
 * Models Kafka's LogSegment. Leaves out the index of aborted transactions.
 */

import { offset } from "../../../../model/ids.ts";
import type { Offset } from "../../../../model/ids.ts";
import { nextOffset, offsetIn } from "../../protocol/record-batch.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import { batchBytes, maxTimestampMs, noTimestamp } from "../../protocol/record-size.ts";
import type { Rules } from "../../rules/rules.ts";
import { OffsetIndex } from "./offset-index.ts";
import { TimeIndex } from "./time-index.ts";
import type { TimestampOffset } from "./time-index.ts";

/** What a log's segments have in common. */
export interface SegmentOptions {
  readonly rules: Pick<Rules, "indexEntryOf" | "indexSlot" | "makesIndexEntry">;
  readonly indexIntervalBytes: number;
}

/** What a log goes by when it appends a batch: its size, and its largest timestamp or -1. */
export interface BatchSize {
  readonly sizeInBytes: number;
  readonly timestampMs: number;
}

export const sizeOf = (batch: RecordBatch): BatchSize => {
  return { sizeInBytes: batchBytes(batch), timestampMs: maxTimestampMs(batch) };
};

const nothingSoFar: TimestampOffset = { timestampMs: noTimestamp, offset: offset(-1) };

export class LogSegment {
  readonly baseOffset: Offset;
  private readonly createdUs: number;
  private readonly options: SegmentOptions;
  private readonly stored: RecordBatch[] = [];
  private end: Offset;
  /** Where in the file each batch begins, and when it got there. */
  private readonly positions: number[] = [];
  private readonly appendedAtUs: number[] = [];
  private offsetIndex: OffsetIndex;
  private timeIndex = new TimeIndex();
  private size = 0;
  private largest = nothingSoFar;
  private firstTimestampMs = noTimestamp;

  constructor(baseOffset: Offset, createdUs: number, options: SegmentOptions) {
    this.baseOffset = baseOffset;
    this.createdUs = createdUs;
    this.options = options;
    this.end = baseOffset;
    this.offsetIndex = new OffsetIndex(options.rules, options.indexIntervalBytes);
  }

  get batches(): readonly RecordBatch[] {
    return this.stored;
  }

  get sizeInBytes(): number {
    return this.size;
  }

  /** The largest timestamp of its records, in milliseconds; -1 for none. */
  get largestTimestampMs(): number {
    return this.largest.timestampMs;
  }

  get endOffset(): Offset {
    return this.end;
  }

  /** What its indexes hold, for whoever wants to see. */
  get indexes(): { readonly offsets: ReturnType<OffsetIndex["all"]>; readonly times: ReturnType<TimeIndex["all"]> } {
    return { offsets: this.offsetIndex.all(), times: this.timeIndex.all() };
  }

  append(batch: RecordBatch, size: BatchSize, nowUs: number): void {
    this.stored.push(batch);
    this.end = nextOffset(batch);
    this.appendedAtUs.push(nowUs);
    this.index(batch, size);
  }

  /** How long the segment has been waiting to be followed by another one when a batch with this timestamp comes. */
  waitedMs(timestampMs: number, nowUs: number): number {
    return this.firstTimestampMs < 0 ? (nowUs - this.createdUs) / 1000 : timestampMs - this.firstTimestampMs;
  }

  /** How old its newest record is, or the segment itself where no record has a timestamp. */
  ageMs(nowUs: number): number {
    return (this.largest.timestampMs < 0 ? nowUs - this.createdUs : nowUs - this.largest.timestampMs * 1000) / 1000;
  }

  /** Another segment follows: this one is not written to any more, and its newest record is entered into its time index. */
  finish(): void {
    this.timeIndex.append(this.largest);
  }

  /** Batches from the one that holds `from` up to, and not beyond, `upTo`; at most `batchesMax`. */
  read(from: Offset, upTo: Offset, batchesMax: number): readonly RecordBatch[] {
    const { stored } = this;
    const first = this.indexOfBatch(from);
    const limit = Math.min(stored.length, first + batchesMax);
    let end = first;
    while (end < limit && nextOffset(stored[end]!) <= upTo) end++;
    return stored.slice(first, end);
  }

  /** The first record at or after `from` that is as new as `timestampMs`. */
  findByTimestamp(timestampMs: number, from: Offset): TimestampOffset | undefined {
    const begin = this.timeIndex.offsetFor(timestampMs, this.baseOffset);
    for (let at = this.indexOfBatch(begin > from ? begin : from); at < this.stored.length; at++) {
      const batch = this.stored[at]!;
      const { records } = batch;
      for (let nth = 0; nth < records.length; nth++) {
        const madeMs = records[nth]!.timestampMs ?? noTimestamp;
        const place = offsetIn(batch, nth);
        if (madeMs >= timestampMs && place >= from) return { timestampMs: madeMs, offset: place };
      }
    }
    return undefined;
  }

  /**
   * Removes every batch that reaches beyond `to`, from the file and from the indexes. The segment ends where it was cut also where
   * a cleaner has left nothing just before (`LocalLog.truncateTo`). On the disk there is nothing of that.
   */
  truncateTo(to: Offset): void {
    let cutAt = to;
    while (this.stored.length > 0 && nextOffset(this.stored.at(-1)!) > to) {
      const { baseOffset } = this.stored.pop()!;
      if (baseOffset < to) cutAt = baseOffset;
      this.appendedAtUs.pop();
      this.size = this.positions.pop()!;
    }
    const { endOfBatches } = this;
    this.end = endOfBatches > cutAt ? endOfBatches : cutAt;
    this.offsetIndex.truncateTo(to);
    this.timeIndex.truncateTo(to);
    this.largest = this.largestOf(this.stored);
  }

  /** The segment with what a cleaner leaves of its batches, on the disk as it is written. */
  cleanedBy(clean: (batch: RecordBatch) => RecordBatch | undefined): LogSegment {
    const segment = new LogSegment(this.baseOffset, this.createdUs, this.options);
    for (const batch of this.stored) {
      const left = clean(batch);
      if (left !== undefined) segment.append(left, sizeOf(left), Number.NEGATIVE_INFINITY);
    }
    segment.finish();
    return segment;
  }

  /** A process opens it: it ends with its last batch (`LogSegment.readNextOffset`). */
  open(): void {
    this.end = this.endOfBatches;
  }

  /** Makes the indexes anew from the batches. */
  recover(): void {
    const { indexIntervalBytes, rules } = this.options;
    this.offsetIndex = new OffsetIndex(rules, indexIntervalBytes);
    this.timeIndex = new TimeIndex();
    this.positions.length = 0;
    this.size = 0;
    this.largest = nothingSoFar;
    for (const batch of this.stored) this.index(batch, sizeOf(batch));
  }

  /**
   * Where it ends when a power loss takes what got here after `atUs`: behind the last batch that is left, and not where the first
   * lost one began, as a cleaner may have left nothing just before. Undefined where nothing is lost.
   */
  endAfterPowerLoss(atUs: number): Offset | undefined {
    const found = this.appendedAtUs.findIndex((appendedAtUs) => appendedAtUs > atUs);
    if (found < 0) return undefined;
    return found === 0 ? this.baseOffset : nextOffset(this.stored[found - 1]!);
  }

  /** Everything is written back. */
  flush(): void {
    this.appendedAtUs.fill(Number.NEGATIVE_INFINITY);
  }

  private get endOfBatches(): Offset {
    const last = this.stored.at(-1);
    return last === undefined ? this.baseOffset : nextOffset(last);
  }

  private index(batch: RecordBatch, { sizeInBytes, timestampMs }: BatchSize): void {
    const lastOffset = offset(nextOffset(batch) - 1);
    const position = this.size;
    if (position === 0) this.firstTimestampMs = timestampMs;
    if (timestampMs > this.largest.timestampMs) this.largest = { timestampMs, offset: lastOffset };
    if (this.offsetIndex.append({ lastOffset, position, sizeInBytes })) this.timeIndex.append(this.largest);
    this.positions.push(position);
    this.size += sizeInBytes;
  }

  /** Index of the first batch that reaches beyond `target`, the number of batches where none does: by index, then by scan. */
  private indexOfBatch(target: Offset): number {
    const { stored } = this;
    let at = this.indexOfPosition(this.offsetIndex.positionFor(target));
    while (at < stored.length && nextOffset(stored[at]!) <= target) at++;
    return at;
  }

  private indexOfPosition(position: number): number {
    if (position === 0) return 0;
    let low = 0;
    let high = this.positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positions[middle]! >= position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private largestOf(batches: readonly RecordBatch[]): TimestampOffset {
    let largest = nothingSoFar;
    for (const batch of batches) {
      const timestampMs = maxTimestampMs(batch);
      if (timestampMs > largest.timestampMs) largest = { timestampMs, offset: offset(nextOffset(batch) - 1) };
    }
    return largest;
  }
}
