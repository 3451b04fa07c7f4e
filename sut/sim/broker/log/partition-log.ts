/**
 * One replica's log: segments of batches, the epochs they belong to, and how much of them has reached the disk.
 *
 * Models Kafka's UnifiedLog and LocalLog from the outside. Records below the log start are not to be had any
 * more, and are on the disk until their whole segment is deleted: until then they are there again when a crash sets the log start
 * back.
 */

import { offset } from "../../../../model/ids.ts";
import type { LeaderEpoch, Offset } from "../../../../model/ids.ts";
import { isCompacted, isDeleted } from "../../../../model/settings.ts";
import type { LogSettings } from "../../../../model/settings.ts";
import { nextOffset } from "../../protocol/record-batch.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import type { Rules } from "../../rules/rules.ts";
import type { CleaningPass } from "./cleaning-pass.ts";
import { LeaderEpochCache } from "./leader-epoch-cache.ts";
import type { EpochEnd } from "./leader-epoch-cache.ts";
import { LogSegment, sizeOf } from "./segment.ts";
import type { BatchSize, SegmentOptions } from "./segment.ts";
import type { TimestampOffset } from "./time-index.ts";

/** How many batches one fetch response carries of one partition at most (the part of `fetch.max.bytes`). */
const batchesPerReadMax = 50;

/** When a batch reaches a disk that does not take it. */
const neverUs = Number.POSITIVE_INFINITY;

/** The rules that a log asks. */
export type LogRules = SegmentOptions["rules"] & Pick<Rules, "beginsEpoch" | "rollsSegment">;

export class PartitionLog {
  readonly epochs: LeaderEpochCache = new LeaderEpochCache();
  readonly settings: LogSettings;
  private readonly rules: LogRules;
  private readonly segmentOptions: SegmentOptions;
  /** In the order of their base offsets, never empty; the last one is the active one. */
  private readonly kept: LogSegment[] = [];
  /** Batches of idempotent producers that were deleted or cleaned away: what Kafka has of them in its snapshots of producers. */
  private forgotten: readonly RecordBatch[] = [];
  /** What lies before it tells nothing of producers any more. */
  private producersFrom: Offset = offset(0);
  /** Before it no key has two records: what Kafka writes down in `cleaner-offset-checkpoint`. */
  private cleanBefore: Offset = offset(0);
  private start: Offset = offset(0);
  /** Whether the process that had the log last closed it in good order. */
  private isClean = true;

  constructor(rules: LogRules, settings: LogSettings) {
    this.rules = rules;
    this.settings = settings;
    this.segmentOptions = { rules, indexIntervalBytes: settings["index.interval.bytes"] };
    this.beginAt(this.start);
  }

  /** The first offset that can be read, which may be in the middle of a batch. */
  get startOffset(): Offset {
    return this.start;
  }

  get endOffset(): Offset {
    return this.active.endOffset;
  }

  get segments(): readonly LogSegment[] {
    return this.kept;
  }

  get sizeInBytes(): number {
    let bytes = 0;
    for (const segment of this.kept) bytes += segment.sizeInBytes;
    return bytes;
  }

  /** The segment that is deleted first, where it ends, and whether it is the active one. */
  get oldest(): { readonly segment: LogSegment; readonly endOffset: Offset; readonly isActive: boolean } {
    const [segment, next] = this.kept;
    return { segment: segment!, endOffset: next?.baseOffset ?? this.endOffset, isActive: next === undefined };
  }

  /** Every batch that tells something of producers, in order: also those whose segments have been deleted. */
  producerBatches(): readonly RecordBatch[] {
    const { producersFrom } = this;
    const kept = producersFrom === 0 ? this.all() : this.all().filter(({ baseOffset }) => baseOffset >= producersFrom);
    if (this.forgotten.length === 0) return kept;
    return [...this.forgotten, ...kept].toSorted((left, right) => left.baseOffset - right.baseOffset);
  }

  /** Up to where the log has been cleaned. */
  get cleanedUpTo(): Offset {
    return this.cleanBefore;
  }

  /** Whether the log may have holes, and be appended to behind one. */
  get isCompacted(): boolean {
    return isCompacted(this.settings);
  }

  /** Whether its oldest records may be deleted, whatever their keys. */
  get isDeleted(): boolean {
    return isDeleted(this.settings);
  }

  /** Cleans the oldest `count` segments. */
  clean(count: number, { clean, gone }: Pick<CleaningPass, "clean" | "gone">): void {
    const cleaned = this.kept.slice(0, count).map((segment) => segment.cleanedBy(clean));
    this.cleanBefore = this.kept[count]!.baseOffset;
    this.kept.splice(0, count, ...cleaned);
    this.forgotten = [...this.forgotten, ...gone.filter(({ producerId }) => producerId >= 0)];
  }

  /** Every batch that is on the disk, in order: also what lies below the log start. */
  all(): readonly RecordBatch[] {
    return this.kept.length === 1 ? this.active.batches : this.kept.flatMap(({ batches }) => batches);
  }

  /**
   * Appends a batch that already has its offset, which must be the log's end or, in a compacted log, not before it, and its epoch. True where a new segment begins
   * with it. With `isWritten` false the disk does not take it: it is there until the process ends.
   */
  append(batch: RecordBatch, nowUs: number, isWritten: boolean = true): boolean {
    if (batch.baseOffset !== this.endOffset && !(this.isCompacted && batch.baseOffset > this.endOffset)) {
      throw new Error(`append at ${batch.baseOffset} to a log that ends at ${this.endOffset}: the caller must check`);
    }
    const size = sizeOf(batch);
    const isRolled = this.mustRoll(size, nowUs);
    if (isRolled) {
      this.active.finish();
      this.kept.push(new LogSegment(batch.baseOffset, nowUs, this.segmentOptions));
    }
    this.epochs.assign(batch.partitionLeaderEpoch, batch.baseOffset);
    this.active.append(batch, size, isWritten ? nowUs : neverUs);
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
    const isWorthLooking = ({ endOffset, largestTimestampMs }: LogSegment): boolean =>
      endOffset > this.start && largestTimestampMs >= timestampMs;
    for (const segment of this.kept) {
      const found = isWorthLooking(segment) ? segment.findByTimestamp(timestampMs, this.start) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Removes every batch that reaches beyond `to`, and the epochs that begin there; the log starts no later than it ends. Where it
   * keeps nothing that can be read, what it knew of producers is gone too, whatever lies on the disk below its start.
   *
   * Source: `ProducerStateManager.truncateAndReload`, which takes no snapshot at or before the log start.
   */
  truncateTo(to: Offset): void {
    const keepsNothing = to < this.endOffset && to <= this.start;
    this.cutTo(to);
    if (keepsNothing) this.forgetProducers();
  }

  /** What is beyond `to` is not on the disk any more. */
  private cutTo(to: Offset): void {
    if (to < this.kept[0]!.baseOffset) {
      this.beginAt(to);
    } else if (to < this.endOffset) {
      while (this.kept.length > 1 && this.active.baseOffset > to) this.kept.pop();
      this.active.truncateTo(to);
    }
    this.epochs.truncate(to);
    if (this.forgotten.length > 0) this.forgotten = this.forgotten.filter((batch) => nextOffset(batch) <= to);
    if (this.cleanBefore > to) this.cleanBefore = to;
    if (this.producersFrom > to) this.producersFrom = to;
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

  /**
   * Deletes the oldest segment; the log starts behind it if it did not already. Where that is the active one, a new segment
   * begins at the log's end, and the result is true.
   */
  deleteOldest(nowUs: number): boolean {
    const isRolled = this.kept.length === 1;
    if (isRolled) this.kept.push(new LogSegment(this.endOffset, nowUs, this.segmentOptions));
    const { batches } = this.kept.shift()!;
    this.forgotten = [...this.forgotten, ...batches.filter((batch) => batch.producerId >= 0)];
    const { baseOffset } = this.kept[0]!;
    if (baseOffset > this.start) this.advanceStartTo(baseOffset);
    return isRolled;
  }

  /** Throws everything away; the log is empty and begins at `logStart`. */
  restartAt(logStart: Offset): void {
    this.beginAt(logStart);
    this.forgetProducers();
    this.cleanBefore = logStart;
    this.epochs.clear();
    this.start = logStart;
  }

  /** Rules that compare logs are given this function, with every fetch. */
  readonly endOffsetFor = (epoch: LeaderEpoch): EpochEnd | undefined => this.epochs.endOffsetFor(epoch, this.endOffset);

  /**
   * A process begins to work with the log, and has read `logStart` from its checkpoint. After an unclean shutdown it trusts
   * batches alone, and makes the indexes and the epochs anew from them. It begins no earlier than its first segment does. Where
   * the log ends before its start, because power was lost, nothing of it counts. It ends with its last batch, so that the offsets are
   * forgotten of a cut behind what a cleaner had removed, and so are epochs in which nothing was written at the log's end, and producers
   * where nothing is left to be read.
   *
   * Source: Kafka's LogLoader, which cuts the epochs at the log's end whenever it loads one.
   */
  open(logStart: Offset): void {
    if (!this.isClean) this.recover();
    this.isClean = false;
    this.active.open();
    const { endOffset } = this.active;
    this.forgotten = this.forgotten.filter((batch) => nextOffset(batch) <= endOffset);
    if (logStart > this.endOffset) {
      this.restartAt(logStart);
      return;
    }
    const { baseOffset } = this.kept[0]!;
    this.start = logStart > baseOffset ? logStart : baseOffset;
    if (this.start === endOffset) this.forgetProducers();
    // A checkpoint beyond the log's end is not to be trusted (`LogCleanerManager.cleanableOffsets`).
    if (this.cleanBefore > endOffset) this.cleanBefore = this.start;
    this.epochs.truncate(endOffset);
    this.epochs.truncateFromStart(this.start);
  }

  /** A clean shutdown: everything is written back, and the next process takes indexes and epochs as they are. */
  close(): void {
    for (const segment of this.kept) segment.flush();
    this.isClean = true;
  }

  /** A power loss: what was appended after the last write-back, at `flushedAtUs`, is gone. The process that knew producers is gone anyway. */
  loseUnflushed(flushedAtUs: number): void {
    for (const segment of this.kept) {
      const end = segment.endAfterPowerLoss(flushedAtUs);
      if (end === undefined) continue;
      this.cutTo(end);
      return;
    }
  }

  /** The process ends: what the disk has not taken is gone. */
  loseUnwritten(): void {
    this.loseUnflushed(Number.MAX_VALUE);
  }

  private get active(): LogSegment {
    return this.kept[this.kept.length - 1]!;
  }

  private forgetProducers(): void {
    this.forgotten = [];
    this.producersFrom = this.endOffset;
  }

  /** An empty segment is all there is. */
  private beginAt(baseOffset: Offset): void {
    this.kept.splice(0, this.kept.length, new LogSegment(baseOffset, 0, this.segmentOptions));
  }

  private mustRoll({ sizeInBytes: batchBytes, timestampMs }: BatchSize, nowUs: number): boolean {
    const { active, settings } = this;
    return this.rules.rollsSegment({
      sizeInBytes: active.sizeInBytes,
      batchBytes,
      segmentBytes: settings["segment.bytes"],
      waitedMs: active.waitedMs(timestampMs, nowUs),
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
    const known = epochs.all();
    epochs.clear();
    for (const segment of this.kept) {
      segment.recover();
      for (const { baseOffset, partitionLeaderEpoch: batchEpoch } of segment.batches) {
        if (this.rules.beginsEpoch({ batchEpoch, latestEpoch: epochs.latest })) epochs.assign(batchEpoch, baseOffset);
      }
    }
    // A cleaner may have removed the first batch of an epoch: then only what was written down tells where it began.
    if (this.isCompacted) epochs.merge(known);
  }
}
