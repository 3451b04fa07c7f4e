/**
 * What a cleaner has to know of transactions as it goes through a log from its start: which were aborted, and of which it has met
 * batches. It does not go beyond the last stable offset, so that all that it meets is decided.
 *
 * Models Kafka's CleanedTransactionMetadata.
 */

import type { ProducerId } from "../../../../model/ids.ts";
import { nextOffset } from "../../protocol/record-batch.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import type { AbortedTransaction } from "../transactions-in-log.ts";

export class CleanedTransactions {
  /** In the order of their first records; those before `next` have begun. */
  private readonly aborted: readonly AbortedTransaction[];
  private next = 0;
  /** Producers in a transaction that was aborted, and whether any batch of it is left. */
  private readonly inAborted = new Map<ProducerId, boolean>();
  /** Producers with batches of a transaction that was committed. */
  private readonly inCommitted = new Set<ProducerId>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.aborted = aborted;
  }

  /** Takes note of a batch with records; true where they count for nothing, because their transaction was aborted. */
  isAborted(batch: RecordBatch): boolean {
    if (batch.isTransactional === undefined) return false;
    this.beginUpTo(batch);
    const { producerId } = batch;
    const isAborted = this.inAborted.has(producerId);
    if (isAborted) this.inAborted.set(producerId, true);
    else this.inCommitted.add(producerId);
    return isAborted;
  }

  /** Takes note of a marker; true where no batch of its transaction is left, so that nobody needs it for those. */
  endsNothing(marker: RecordBatch): boolean {
    this.beginUpTo(marker);
    const { producerId } = marker;
    if (marker.marker?.outcome === "commit") return !this.inCommitted.delete(producerId);
    const hasBatches = this.inAborted.get(producerId) === true;
    this.inAborted.delete(producerId);
    return !hasBatches;
  }

  private beginUpTo(batch: RecordBatch): void {
    for (; this.next < this.aborted.length; this.next++) {
      const { firstOffset, producerId } = this.aborted[this.next]!;
      if (firstOffset >= nextOffset(batch)) return;
      if (!this.inAborted.has(producerId)) this.inAborted.set(producerId, false);
    }
  }
}
