/**
 * One replica's log: segments of batches, the epochs they belong to, and how much of them has reached the disk.
 *
 * Models Kafka's UnifiedLog and LocalLog from the outside. Leaves out retention and compaction: the log starts at 0.
 */

import { offset } from "../../../../model/ids.ts";
import type { LeaderEpoch, Offset } from "../../../../model/ids.ts";
import type { LogSettings } from "../../../../model/settings.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import { batchBytes, maxTimestampMs } from "../../protocol/record-size.ts";
import type { Rules } from "../../rules/rules.ts";
import { LeaderEpochCache } from "./leader-epoch-cache.ts";
import type { EpochEnd } from "./leader-epoch-cache.ts";
import { LogSegment } from "./segment.ts";
import type { SegmentOptions } from "./segment.ts";
import type { TimestampOffset } from "./time-index.ts";

/** How many batches one fetch response carries of one partition at most (the part of `fetch.max.bytes`). */
const batchesPerReadMax = 50;

/** The rules that a log asks. */
export type LogRules = SegmentOptions["rules"] & Pick<Rules, "beginsEpoch" | "rollsSegment">;

export class PartitionLog {
  readonly startOffset: Offset = offset(0);
  readonly epochs: LeaderEpochCache = new LeaderEpochCache();
  private readonly rules: LogRules;
  private readonly settings: LogSettings;
  private readonly segmentOptions: SegmentOptions;
  /** In the order of their base offsets, never empty; the last one is the active one. */
  private readonly kept: LogSegment[];
  /** Whether the process that had the log last closed it in good order. */
  private isClean = true;

  constructor(rules: LogRules, settings: LogSettings) {
    this.rules = rules;
    this.settings = settings;
    this.segmentOptions = { rules, indexIntervalBytes: settings["index.interval.bytes"] };
    this.kept = [new LogSegment(this.startOffset, 0, this.segmentOptions)];
  }

  get endOffset(): Offset {
    return this.active.endOffset;
  }

  get segments(): readonly LogSegment[] {
    return this.kept;
  }

  /** Every batch, in order. */
  all(): readonly RecordBatch[] {
    return this.kept.length === 1 ? this.active.batches : this.kept.flatMap(({ batches }) => batches);
  }

  /**
   * Appends a batch that already has its offset, which must be the log's end, and its epoch. True where a new segment begins
   * with it.
   */
  append(batch: RecordBatch, nowUs: number): boolean {
    if (batch.baseOffset !== this.endOffset) {
      throw new Error(`append at ${batch.baseOffset} to a log that ends at ${this.endOffset}: the caller must check`);
    }
    const isRolled = this.mustRoll(batch, nowUs);
    if (isRolled) {
      this.active.finish();
      this.kept.push(new LogSegment(batch.baseOffset, nowUs, this.segmentOptions));
    }
    this.epochs.assign(batch.partitionLeaderEpoch, batch.baseOffset);
    this.active.append(batch, nowUs);
    return isRolled;
  }

  /**
   * Batches from the one that holds `from` up to, and not beyond, `upTo`: as many as a fetch carries, unless told. A read ends
   * with its segment, as in Kafka.
   */
  read(from: Offset, upTo: Offset, batchesMax: number = batchesPerReadMax): readonly RecordBatch[] {
    for (let at = this.segmentOf(from); at < this.kept.length; at++) {
      const batches = this.kept[at]!.read(from, upTo, batchesMax);
      if (batches.length > 0) return batches;
    }
    return [];
  }

  /** The first record that is as new as `timestampMs`, wherever the log's watermark is; undefined where all are older. */
  findByTimestamp(timestampMs: number): TimestampOffset | undefined {
    const segment = this.kept.find(({ largestTimestampMs }) => largestTimestampMs >= timestampMs);
    return segment?.findByTimestamp(timestampMs, this.startOffset);
  }

  /** Removes every batch that reaches beyond `to`, and the epochs that begin there. */
  truncateTo(to: Offset): void {
    if (to < this.endOffset) {
      while (this.kept.length > 1 && this.active.baseOffset > to) this.kept.pop();
      this.active.truncateTo(to);
    }
    this.epochs.truncate(to);
  }

  /** Rules that compare logs are given this function, with every fetch. */
  readonly endOffsetFor = (epoch: LeaderEpoch): EpochEnd | undefined => this.epochs.endOffsetFor(epoch, this.endOffset);

  /**
   * A process begins to work with the log. After an unclean shutdown it trusts batches alone, and makes the indexes and the
   * epochs anew from them. Epochs in which nothing was written at the log's end are forgotten in any case.
   *
   * Source: Kafka's LogLoader, which cuts the epochs at the log's end whenever it loads one.
   */
  open(): void {
    if (!this.isClean) this.recover();
    this.epochs.truncate(this.endOffset);
    this.isClean = false;
  }

  /** A clean shutdown: everything is written back, and the next process takes indexes and epochs as they are. */
  close(): void {
    for (const segment of this.kept) segment.flush();
    this.isClean = true;
  }

  /** A power loss: what was appended after the last write-back, at `flushedAtUs`, is gone. */
  loseUnflushed(flushedAtUs: number): void {
    for (const segment of this.kept) {
      const lost = segment.firstAppendedAfter(flushedAtUs);
      if (lost === undefined) continue;
      this.truncateTo(lost.baseOffset);
      return;
    }
  }

  private get active(): LogSegment {
    return this.kept.at(-1)!;
  }

  private mustRoll(batch: RecordBatch, nowUs: number): boolean {
    const { active, settings } = this;
    return this.rules.rollsSegment({
      sizeInBytes: active.sizeInBytes,
      batchBytes: batchBytes(batch),
      segmentBytes: settings["segment.bytes"],
      waitedMs: active.waitedMs(maxTimestampMs(batch), nowUs),
      segmentMs: settings["segment.ms"],
    });
  }

  /** Index of the segment that holds `position`, or would. */
  private segmentOf(position: Offset): number {
    let at = this.kept.length - 1;
    while (at > 0 && this.kept[at]!.baseOffset > position) at--;
    return at;
  }

  private recover(): void {
    const { epochs } = this;
    epochs.clear();
    for (const segment of this.kept) {
      segment.recover();
      for (const { baseOffset, partitionLeaderEpoch: batchEpoch } of segment.batches) {
        if (this.rules.beginsEpoch({ batchEpoch, latestEpoch: epochs.latest })) epochs.assign(batchEpoch, baseOffset);
      }
    }
  }
}
