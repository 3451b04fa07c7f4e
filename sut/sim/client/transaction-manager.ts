/**
 * The transactional side of a producer, as the Java client's TransactionManager is for producers with a transactional id: who it
 * is to the coordinator, which partitions its transaction has, and how that ends (KIP-98, KIP-890).
 */

import { errorCode, errorName, isRetriable } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { indexOf, producerId, topicOf } from "../../../model/ids.ts";
import type { StepId, TopicPartition, TransactionalId } from "../../../model/ids.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { TransactionOutcome } from "../protocol/record-batch.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";
import { backoffMs } from "./context.ts";
import type { ClientContext } from "./context.ts";
import { CoordinatorChannel } from "./coordinator-channel.ts";
import { TransactionalOffsets } from "./transactional-offsets.ts";
import type { OffsetsToCommit } from "./transactional-offsets.ts";

export interface TransactionListener {
  /** The producer is to go on as this one, numbering anew. */
  onIdentity(producer: ProducerIdentity): void;
  /** Something that was in the way is not any more. */
  onProgress(): void;
  /** The transaction is over, or the producer is fenced, and can do nothing any more. */
  onEnded(outcome: EndedAs): void;
}

/** What is known of a transaction that is over; `unknown` where it was to be committed and nobody knows. */
export type EndedAs = "committed" | "aborted" | "unknown";

/** `fenced` is for good: another producer has the transactional id. */
type Phase = "not-ready" | "ready" | "open" | "ending" | "fenced";

const nobody: ProducerIdentity = { producerId: producerId(-1), producerEpoch: -1 };

export class TransactionManager {
  readonly id: TransactionalId;
  private readonly context: ClientContext;
  private readonly settings: ProducerSettings;
  private readonly listener: TransactionListener;
  private readonly coordinator: CoordinatorChannel;
  private readonly version: 0 | 2;
  private producer = nobody;
  private phase: Phase = "not-ready";
  private readonly added = new Set<TopicPartition>();
  private readonly adding = new Set<TopicPartition>();
  private readonly offsets: TransactionalOffsets;
  private hasOffsets = false;
  private isSendingOffsets = false;
  private steps: StepId[] = [];
  /** Something of the transaction has failed: it can only be aborted. */
  private failure: ErrorCode | undefined;
  private needsEpoch = false;
  private isAsking = false;
  private attempts = 0;

  constructor(context: ClientContext, settings: ProducerSettings, listener: TransactionListener) {
    this.context = context;
    this.settings = settings;
    this.listener = listener;
    this.id = settings["transactional.id"];
    this.version = context.transactionVersion;
    this.coordinator = new CoordinatorChannel(context, this.id, "transaction");
    this.offsets = new TransactionalOffsets(context, settings, this.coordinator);
  }

  /** Whether the application may hand a record over: it is nobody yet, or waits for a transaction to end, otherwise. */
  get acceptsRecords(): boolean {
    return this.phase === "ready" || this.phase === "open";
  }

  get isFenced(): boolean {
    return this.phase === "fenced";
  }

  get isOpen(): boolean {
    return this.phase === "open";
  }

  /** The open transaction can only be aborted. */
  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  get isEnding(): boolean {
    return this.phase === "ending";
  }

  /** Nothing of the transaction is under way, but for batches. */
  get isIdle(): boolean {
    return !this.isSendingOffsets;
  }

  /** Whether batches of the partition may be sent now; asks for it to be added where it must be. */
  mayWrite(partition: TopicPartition): boolean {
    if (this.phase !== "open" && this.phase !== "ending") return false;
    if (this.failure !== undefined) return false;
    if (this.version === 2 || this.added.has(partition)) return true;
    if (!this.adding.has(partition)) this.add(partition);
    return false;
  }

  /** The application hands over a record: it opens a transaction where none is open. */
  onRecord(step: StepId): void {
    if (this.phase === "ready") this.phase = "open";
    this.steps.push(step);
  }

  /** Makes offsets part of the transaction; where that fails, which is told, it can only be aborted. */
  addOffsets(commit: OffsetsToCommit, onDone: (error: ErrorCode) => void): void {
    if (this.phase === "ready") this.phase = "open";
    this.isSendingOffsets = true;
    this.hasOffsets = true;
    this.offsets.send({ ...commit, transactionalId: this.id, producer: this.producer }, (error) => {
      this.isSendingOffsets = false;
      if (error !== errorCode.NONE) this.fail(error);
      onDone(error);
      this.listener.onProgress();
    });
  }

  /** A batch has come to nothing: the transaction can only be aborted, or is not this producer's any more. */
  onBatchFailed(error: ErrorCode): void {
    this.onSequenceLost();
    const isOutOfOrder = error === errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
    if (isFencing(error) || this.context.rules.failsTransaction({ isOutOfOrder })) this.fail(error);
    else this.beginAnew();
  }

  /** Asks for another epoch, and goes on under it with whatever comes. */
  private beginAnew(): void {
    this.phase = "not-ready";
    this.added.clear();
    this.init();
  }

  private fail(error: ErrorCode): void {
    if (isFencing(error)) this.fence("aborted");
    else this.failure ??= error;
  }

  /** A batch that had a number may still arrive, or not: only under another epoch is it known what the next number is. */
  onSequenceLost(): void {
    this.needsEpoch = true;
  }

  /** Asks the coordinator who this producer is, and fences whoever had the id before. */
  init(): void {
    if (this.phase !== "not-ready" || this.isAsking) return;
    this.isAsking = true;
    const request = {
      api: "InitProducerId",
      transactionalId: this.id,
      transactionTimeoutMs: this.settings["transaction.timeout.ms"],
      ...this.producer,
    } as const;
    this.coordinator.send(request, this.settings["request.timeout.ms"], (response) => {
      this.isAsking = false;
      const error = response?.errorCode ?? errorCode.DISCONNECTED;
      if (response !== undefined && error === errorCode.NONE) {
        this.attempts = 0;
        this.phase = this.steps.length > 0 ? "open" : "ready";
        this.become(response);
      } else if (isFencing(error)) this.fence("aborted");
      else this.again(error, () => this.init());
    });
  }

  /**
   * Ends the transaction once nothing of it is under way any more: call it only then. A commit becomes an abort where a record
   * has failed, as an application makes of it that gets the exception.
   */
  end(wanted: TransactionOutcome): void {
    this.phase = "ending";
    const outcome = this.failure === undefined ? wanted : "abort";
    const { steps } = this;
    this.context.record.client({ kind: "transaction-ending", ...this.named(), outcome, steps });
    this.sendEnd(outcome, false);
  }

  private sendEnd(outcome: TransactionOutcome, isAmbiguous: boolean): void {
    const isCommit = outcome === "commit";
    if (this.version === 0 && this.added.size === 0 && !this.hasOffsets) {
      // Nothing was ever added to it: the coordinator knows of no transaction.
      this.ended(outcome, this.producer);
      return;
    }
    const request = { api: "EndTxn", transactionalId: this.id, ...this.producer, committed: isCommit } as const;
    this.coordinator.send(request, this.settings["request.timeout.ms"], (response) => {
      const error = response?.errorCode ?? errorCode.DISCONNECTED;
      if (response !== undefined && error === errorCode.NONE) this.ended(outcome, response);
      else if (isRetriable(error) || error === errorCode.COORDINATOR_LOAD_IN_PROGRESS || error === errorCode.NOT_COORDINATOR) {
        const mayHaveBeen = isAmbiguous || response === undefined || error === errorCode.COORDINATOR_NOT_AVAILABLE;
        this.again(error, () => this.sendEnd(outcome, mayHaveBeen));
      } else {
        const endedAs = isCommit && isAmbiguous ? "unknown" : "aborted";
        this.tellEnd(endedAs, error);
        this.fence(endedAs);
      }
    });
  }

  private ended(outcome: TransactionOutcome, producer: ProducerIdentity): void {
    const isToAskAgain = this.needsEpoch && this.version === 0;
    const endedAs = outcome === "commit" ? "committed" : "aborted";
    this.tellEnd(endedAs);
    this.attempts = 0;
    this.added.clear();
    this.hasOffsets = false;
    this.steps = [];
    this.failure = undefined;
    this.needsEpoch = false;
    // With version 2 every transaction has an epoch of its own anyway.
    this.phase = "ready";
    if (isToAskAgain) this.beginAnew();
    this.become(producer);
    this.listener.onEnded(endedAs);
  }

  private tellEnd(outcome: EndedAs, error?: ErrorCode): void {
    const why = error === undefined ? {} : { error: errorName(error) };
    this.context.record.client({ kind: "transaction-ended", ...this.named(), outcome, steps: this.steps, ...why });
  }

  private named(): { readonly client: string; readonly transactionalId: TransactionalId } {
    return { client: this.context.id, transactionalId: this.id };
  }

  private become({ producerEpoch, producerId: id }: ProducerIdentity): void {
    const isAnother = id !== this.producer.producerId || producerEpoch !== this.producer.producerEpoch;
    this.producer = { producerId: id, producerEpoch };
    if (isAnother) this.listener.onIdentity(this.producer);
    this.listener.onProgress();
  }

  private fence(endedAs: EndedAs): void {
    if (this.phase === "fenced") return;
    this.phase = "fenced";
    this.listener.onProgress();
    this.listener.onEnded(endedAs);
  }

  private add(partition: TopicPartition): void {
    this.adding.add(partition);
    const topics = byTopic([partition], topicOf, (name, some) => ({ name, partitions: some.map(indexOf) }));
    const request = {
      api: "AddPartitionsToTxn",
      transactionalId: this.id,
      ...this.producer,
      topics,
      verifyOnly: false,
    } as const;
    this.coordinator.send(request, this.settings["request.timeout.ms"], (response) => {
      const error = response?.errorCode ?? errorCode.DISCONNECTED;
      if (error === errorCode.NONE) {
        this.adding.delete(partition);
        this.added.add(partition);
        this.listener.onProgress();
      } else if (isRetriable(error)) {
        this.again(error, () => this.add(partition));
      } else {
        this.adding.delete(partition);
        this.onBatchFailed(error);
        this.listener.onProgress();
      }
    });
  }

  private again(error: ErrorCode, task: () => void): void {
    this.coordinator.isElsewhere(error);
    this.attempts++;
    this.context.host.after(backoffMs(this.settings, this.attempts), task);
  }
}

const fencing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  errorCode.PRODUCER_FENCED,
  errorCode.INVALID_PRODUCER_EPOCH,
  errorCode.INVALID_PRODUCER_ID_MAPPING,
]);

const isFencing = (error: ErrorCode): boolean => fencing.has(error);
