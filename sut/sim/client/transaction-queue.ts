/**
 * The application around a transactional producer: what it is told to do while it cannot, because its producer is not ready or a
 * transaction is ending, it does afterwards, in order.
 */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { TransactionOutcome } from "../protocol/record-batch.ts";
import type { TransactionManager } from "./transaction-manager.ts";
import type { OffsetsToCommit } from "./transactional-offsets.ts";

/** What the application needs of its producer. */
export interface Sending {
  /** No record is waiting or under way. */
  readonly isIdle: () => boolean;
  /** Gives up all records that wait: their transaction is aborted. */
  readonly dropWaiting: () => void;
}

export class TransactionQueue {
  private readonly transactions: TransactionManager;
  private readonly sending: Sending;
  private readonly tasks: (() => void)[] = [];
  private ending: TransactionOutcome | undefined;

  constructor(transactions: TransactionManager, sending: Sending) {
    this.transactions = transactions;
    this.sending = sending;
  }

  /** Nothing waits, and no transaction is about to end. */
  get isIdle(): boolean {
    return this.tasks.length === 0 && this.ending === undefined && !this.transactions.isEnding;
  }

  /** Hands a record over as soon as the producer takes one. */
  send(handOver: () => void): void {
    this.tasks.push(handOver);
    this.goOn();
  }

  /** Makes offsets part of the transaction of what was sent before; `onDone` is not called where the producer is fenced first. */
  addOffsets(commit: OffsetsToCommit, onDone: (error: ErrorCode) => void): void {
    this.tasks.push(() => this.transactions.addOffsets(commit, onDone));
    this.goOn();
  }

  /** Ends the transaction that is open when everything before has been done; where none is, there is nothing to do. */
  end(outcome: TransactionOutcome): void {
    this.tasks.push(() => {
      if (this.transactions.isOpen) this.ending = outcome;
    });
    this.goOn();
  }

  /** Something has changed with the producer: does what can be done now. A producer that is fenced takes nothing more. */
  goOn(): void {
    if (this.transactions.isFenced) {
      this.tasks.length = 0;
      this.ending = undefined;
      this.sending.dropWaiting();
      return;
    }
    if (this.transactions.hasFailed) this.sending.dropWaiting();
    this.endWhenIdle();
    while (this.ending === undefined && this.transactions.acceptsRecords && this.tasks.length > 0) {
      this.tasks.shift()!();
      if (this.transactions.hasFailed) this.sending.dropWaiting();
      this.endWhenIdle();
    }
  }

  private endWhenIdle(): void {
    const { ending } = this;
    if (ending === undefined) return;
    if (ending === "abort") this.sending.dropWaiting();
    if (!this.sending.isIdle() || !this.transactions.isIdle) return;
    this.ending = undefined;
    this.transactions.end(ending);
  }
}
