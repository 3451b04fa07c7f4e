/**
 * One pass of the cleaner over the batches of a log, from the oldest on: what stays of each, and what it notes in their headers.
 *
 * Models `Cleaner.cleanInto` with `MemoryRecords.filterTo`. Tombstones stay until a time that is noted in the header of their batch when
 * they are met first (KIP-534).
 */

import type { Offset } from "../../../../model/ids.ts";
import type { CleanedTransactions } from "./cleaned-transactions.ts";
import { lengthOf, nextOffset, offsetIn } from "../../protocol/record-batch.ts";
import type { Record, RecordBatch } from "../../protocol/record-batch.ts";
import { maxTimestampMs } from "../../protocol/record-size.ts";
import type { Rules } from "../../rules/rules.ts";

export interface CleaningOptions {
  readonly rules: Pick<Rules, "isDeletionOver" | "isMarkerNeeded">;
  /** Of each key that has been written since the log was cleaned last, its last offset. */
  readonly last: ReadonlyMap<string, Offset>;
  readonly nowMs: number;
  readonly deleteRetentionMs: number;
  /** Where what is cleaned ends: the batch just before it stays, if empty, so that its last offset is not forgotten (KAFKA-17076). */
  readonly endOffset: Offset;
  readonly transactions: CleanedTransactions;
  /** Whether the batch holds the last sequence number of its producer, and so has to stay, with or without records. */
  readonly isLastOfProducer: (batch: RecordBatch) => boolean;
}

export class CleaningPass {
  /** Offsets of records that later ones of their key replace, or that belong to transactions that were aborted. */
  readonly replaced: Offset[] = [];
  /** Offsets of tombstones whose time was over. */
  readonly expired: Offset[] = [];
  /** Offsets of tombstones that were met for the first time, and go at `deleteHorizonMs` at the earliest. */
  readonly deferred: Offset[] = [];
  /** The same of markers: their time begins when nothing is left of their transaction. */
  readonly expiredMarkers: Offset[] = [];
  readonly deferredMarkers: Offset[] = [];
  /** Batches of which nothing has stayed. */
  readonly gone: RecordBatch[] = [];
  readonly deleteHorizonMs: number;
  private readonly options: CleaningOptions;

  constructor(options: CleaningOptions) {
    this.options = options;
    this.deleteHorizonMs = options.nowMs + options.deleteRetentionMs;
  }

  /** The batch as it is to be from now on; undefined where nothing of it stays. */
  readonly clean = (batch: RecordBatch): RecordBatch | undefined => {
    const left = batch.marker === undefined ? this.deferring(this.withoutReplaced(batch)) : this.cleanedMarker(batch);
    if (left.records.length > 0 || this.staysEmpty(batch)) return left;
    this.gone.push(left);
    return undefined;
  };

  /** A marker goes like a tombstone, when nothing is left of what it decides on. */
  private cleanedMarker(batch: RecordBatch): RecordBatch {
    const { deleteRetentionMs, nowMs, rules, transactions } = this.options;
    const { baseOffset, deleteHorizonMs, records } = batch;
    const hasBatches = !transactions.endsNothing(batch);
    if (rules.isMarkerNeeded({ hasBatches }) || records.length === 0) return batch;
    if (rules.isDeletionOver({ deleteHorizonMs, nowMs, deleteRetentionMs, writtenMs: maxTimestampMs(batch) })) {
      this.expiredMarkers.push(baseOffset);
      return { ...batch, records: [], cleaned: { length: lengthOf(batch), deltas: [] } };
    }
    if (deleteHorizonMs !== undefined) return batch;
    this.deferredMarkers.push(baseOffset);
    return { ...batch, deleteHorizonMs: this.deleteHorizonMs };
  }

  private withoutReplaced(batch: RecordBatch): RecordBatch {
    const isAborted = this.options.transactions.isAborted(batch);
    const records: Record[] = [];
    const deltas: number[] = [];
    for (const [nth, record] of batch.records.entries()) {
      const place = offsetIn(batch, nth);
      if (isAborted) this.replaced.push(place);
      if (isAborted || !this.stays(batch, record, place)) continue;
      records.push(record);
      deltas.push(place - batch.baseOffset);
    }
    if (records.length === batch.records.length) return batch;
    return { ...batch, records, cleaned: { length: lengthOf(batch), deltas } };
  }

  private stays(batch: RecordBatch, { isTombstone, key }: Record, place: Offset): boolean {
    if (key === null) return true;
    const { deleteRetentionMs, last, nowMs, rules } = this.options;
    if (place < (last.get(key) ?? 0)) {
      this.replaced.push(place);
      return false;
    }
    if (isTombstone === undefined) return true;
    const { deleteHorizonMs } = batch;
    if (!rules.isDeletionOver({ deleteHorizonMs, nowMs, deleteRetentionMs, writtenMs: maxTimestampMs(batch) })) return true;
    this.expired.push(place);
    return false;
  }

  /** A batch that is left with tombstones for the first time has the time written down from which on they may go. */
  private deferring(batch: RecordBatch): RecordBatch {
    if (batch.deleteHorizonMs !== undefined) return batch;
    let hasTombstones = false;
    for (const [nth, { isTombstone }] of batch.records.entries()) {
      if (isTombstone === undefined) continue;
      hasTombstones = true;
      this.deferred.push(offsetIn(batch, nth));
    }
    return hasTombstones ? { ...batch, deleteHorizonMs: this.deleteHorizonMs } : batch;
  }

  private staysEmpty(batch: RecordBatch): boolean {
    return nextOffset(batch) === this.options.endOffset || this.options.isLastOfProducer(batch);
  }
}
