/**
 * The transactions of one replica's log: which are open, which have ended but not for certain yet, and which were aborted. A fold
 * over the log, like what is remembered of producers, so that leader and followers agree on it.
 */

import { nextOffset } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { offset } from "../../../model/ids.ts";
import type { Offset, ProducerId } from "../../../model/ids.ts";

/** A transaction that was aborted, from its first record to its marker. */
export interface AbortedTransaction {
  readonly producerId: ProducerId;
  readonly firstOffset: Offset;
  readonly lastOffset: Offset;
}

interface OpenTransaction {
  readonly firstOffset: Offset;
  readonly producerEpoch: number;
}

interface EndedTransaction {
  readonly firstOffset: Offset;
  readonly markerOffset: Offset;
}

export class TransactionsInLog {
  private readonly open = new Map<ProducerId, OpenTransaction>();
  /** Whose marker was beyond the watermark when somebody asked last. */
  private ended: EndedTransaction[] = [];
  private readonly aborted: AbortedTransaction[] = [];
  private readonly lastMarkers = new Map<ProducerId, { readonly coordinatorEpoch: number; readonly at: Offset }>();

  isOpen(id: ProducerId): boolean {
    return this.open.has(id);
  }

  /** Whether a transaction of the producer is open that it began under this epoch. */
  isOpenIn(id: ProducerId, producerEpoch: number): boolean {
    return this.open.get(id)?.producerEpoch === producerEpoch;
  }

  /** The latest coordinator whose marker for the producer is in the log; -1 where there is none. */
  coordinatorEpochOf(id: ProducerId): number {
    return this.lastMarkers.get(id)?.coordinatorEpoch ?? -1;
  }

  /** Where the producer's last marker is; undefined where there is none. */
  lastMarkerOf(id: ProducerId): Offset | undefined {
    return this.lastMarkers.get(id)?.at;
  }

  /** Takes note of a batch that has been appended. */
  update(batch: RecordBatch): void {
    const { baseOffset, isTransactional, marker, producerId: id } = batch;
    if (isTransactional === undefined) return;
    if (marker === undefined) {
      if (!this.open.has(id)) this.open.set(id, { firstOffset: baseOffset, producerEpoch: batch.producerEpoch });
      return;
    }
    this.lastMarkers.set(id, { coordinatorEpoch: marker.coordinatorEpoch, at: baseOffset });
    const firstOffset = this.open.get(id)?.firstOffset;
    if (firstOffset === undefined) return;
    this.open.delete(id);
    this.ended.push({ firstOffset, markerOffset: baseOffset });
    // Once a cleaner has removed it nothing is left of its transaction, and no reader is told of that any more.
    if (marker.outcome === "abort" && batch.records.length > 0)
      this.aborted.push({ producerId: id, firstOffset, lastOffset: offset(nextOffset(batch) - 1) });
  }

  /** Starts over from a log, after it was loaded or truncated. */
  rebuild(batches: readonly RecordBatch[]): void {
    this.open.clear();
    this.lastMarkers.clear();
    this.ended = [];
    this.aborted.length = 0;
    for (const batch of batches) this.update(batch);
  }

  /** Where the first transaction begins that is open, or whose marker is not below the watermark; undefined where none is. */
  firstUnstable(highWatermark: Offset): Offset | undefined {
    if (this.open.size === 0 && this.ended.length === 0) return undefined;
    this.ended = this.ended.filter(({ markerOffset }) => markerOffset >= highWatermark);
    const firstOffsets = [...this.open.values(), ...this.ended].map(({ firstOffset }) => firstOffset);
    const first = Math.min(...firstOffsets);
    return Number.isFinite(first) ? offset(first) : undefined;
  }

  /** Aborted transactions with anything between two offsets, in the order of their first records. */
  abortedBetween(from: Offset, upTo: Offset): readonly AbortedTransaction[] {
    return this.aborted
      .filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < upTo)
      .toSorted((left, right) => left.firstOffset - right.firstOffset);
  }
}
