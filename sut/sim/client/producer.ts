/**
 * A producer as the Java client is one: batches by partition, several requests in flight, retries until the delivery timeout,
 * and with idempotence an order that retries keep. Leaves out compression and buffer limits.
 */

import { errorCode, errorName, isRetriable } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, StepId, TopicPartition } from "../../../model/ids.ts";
import type { EventOf } from "../../../model/history.ts";
import { createPartitioner } from "../../../model/partitioners/create-partitioner.ts";
import { hashOfKey } from "../../../model/partitioners/murmur2.ts";
import type { OwnPartitioner } from "../../../model/partitioners/own-partitioner.ts";
import { allOf } from "../../../model/partitioners/partitioner.ts";
import type { Partitioner, Placed, RecordToPlace } from "../../../model/partitioners/partitioner.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import type { PartitionProduceResponse, ProduceResponse } from "../protocol/produce.ts";
import { backoffMs, Channels } from "./context.ts";
import type { ClientContext } from "./context.ts";
import { ClientMetadata } from "./metadata.ts";
import { bytesOf, handedRecord, recordOf, saidOf } from "./handed-record.ts";
import type { HandedRecord, RecordToSend } from "./handed-record.ts";
import { ProducerBatch } from "./producer-batch.ts";
import { produceRequest } from "./produce-request.ts";
import { TransactionManager } from "./transaction-manager.ts";
import type { EndedAs } from "./transaction-manager.ts";
import { TransactionQueue } from "./transaction-queue.ts";
import { ProducerSession } from "./producer-session.ts";

/** How many records fit into one batch, however small they are: those of a trial would hardly ever fill `batch.size`. */
const recordsPerBatchMax = 10;

type HowSent = Pick<EventOf<"send-started">, "key" | "isTombstone" | "chosenAmong" | "source">;

export interface ProducerOptions {
  readonly topics: readonly string[];
  readonly settings: ProducerSettings;
  /** Partitioners that the user has brought along. */
  readonly ownPartitioners: readonly OwnPartitioner[];
  /** Hears of each transaction that is over; after that a producer may be fenced. */
  readonly onTransactionEnded?: (outcome: EndedAs) => void;
}

export class Producer {
  private readonly context: ClientContext;
  private readonly settings: ProducerSettings;
  private readonly metadata: ClientMetadata;
  private readonly channels: Channels;
  private readonly session = new ProducerSession();
  private readonly waiting = new Map<TopicPartition, readonly ProducerBatch[]>();
  private readonly onTheWire = new Set<ProducerBatch>();
  private readonly requestsInFlight = new Map<BrokerId, number>();
  private readonly partitioner: Partitioner;
  /** Undefined for a producer without a transactional id; so is the queue, which ends transactions. */
  private readonly transactions: TransactionManager | undefined;
  readonly queue: TransactionQueue | undefined;
  private wakeTimer: Timer | undefined;
  /** When it fires, by the client's clock. */
  private wakeUs = 0;
  /** When the first batch of all was made: before its time is over no batch can be overdue. */
  private firstBatchUs: number | undefined;
  private isAskingForId = false;
  private idAttempts = 0;

  constructor(context: ClientContext, { onTransactionEnded, ownPartitioners, settings, topics }: ProducerOptions) {
    this.context = context;
    this.settings = settings;
    const { host, network, rules } = context;
    this.partitioner = createPartitioner({
      settings,
      own: ownPartitioners,
      chanceOf: (key) => network.chanceOf(`${host.name}/${host.incarnation}/${key}`),
      partitionOfKey: (key, partitions) => rules.partitionOfHash(hashOfKey(key), partitions),
    });
    this.metadata = new ClientMetadata(context, topics, () => this.drain());
    this.channels = new Channels(context, () => this.metadata.refresh());
    this.metadata.refresh();
    if (settings["transactional.id"] === "") return;
    this.transactions = new TransactionManager(context, settings, {
      onIdentity: ({ producerEpoch, producerId }) => this.session.restartAs(producerId, producerEpoch),
      onProgress: () => {
        this.queue?.goOn();
        this.drain();
      },
      onEnded: (outcome) => onTransactionEnded?.(outcome),
    });
    const sending = { isIdle: () => !this.hasBatches, dropWaiting: () => this.dropWaiting() };
    this.queue = new TransactionQueue(this.transactions, sending);
    this.transactions.init();
  }

  /** Nothing is waiting or under way: every send has an outcome. */
  get isIdle(): boolean {
    return !this.hasBatches && this.queue?.isIdle !== false;
  }

  /** Another producer has its transactional id, or its transaction took too long: it can do nothing any more. */
  get isFenced(): boolean {
    return this.transactions?.isFenced === true;
  }

  private get hasBatches(): boolean {
    if (this.onTheWire.size > 0) return true;
    for (const batches of this.waiting.values()) if (batches.length > 0) return true;
    return false;
  }

  /**
   * Hands one record over. What becomes of it is told by the history. Its partition is chosen here, once: whatever is repeated
   * later stays where it is, so that a broker can recognise it (KIP-98).
   */
  send(step: StepId, operation: RecordToSend, partitions: number): void {
    if (this.queue === undefined) this.handOver(step, operation, partitions);
    else this.queue.send(() => this.handOver(step, operation, partitions));
  }

  private handOver(step: StepId, operation: RecordToSend, partitions: number): void {
    this.transactions?.onRecord(step);
    const handed = handedRecord(step, operation);
    const { key, topic } = handed;
    if (operation.partition !== undefined) {
      this.start(step, topicPartition(topic, operation.partition), operation.source && { source: operation.source });
      this.append(operation.partition, handed);
      return;
    }
    const record = { topic, key, value: step, partitions, available: this.available(topic, partitions) };
    const { among, partition } = this.place(record, bytesOf(handed));
    this.start(step, topicPartition(topic, partition), { ...saidOf(handed), chosenAmong: among });
    const { bytes, isFull } = this.append(partition, handed);
    this.partitioner.onAppended(record, bytes, isFull);
  }

  private start(step: StepId, partition: TopicPartition, how: HowSent = {}): void {
    this.context.record.client({ kind: "send-started", client: this.context.id, step, partition, value: step, ...how });
  }

  private available(topic: string, partitions: number): readonly number[] {
    return allOf(partitions).filter((index) => this.metadata.leaderOf(topicPartition(topic, index)) !== undefined);
  }

  private place(record: RecordToPlace, bytes: number): Placed {
    const placed = this.partitioner.place(record);
    const partition = topicPartition(record.topic, placed.partition);
    if (this.openBatch(partition, bytes) !== undefined) return placed;
    if (!this.context.rules.asksPartitionerAgain({ partitioner: this.settings["partitioner.class"] })) return placed;
    this.partitioner.onNewBatch(record, placed.partition);
    return this.partitioner.place(record);
  }

  /** The batch of the partition to which so many bytes can still be added. */
  private openBatch(partition: TopicPartition, bytes: number): ProducerBatch | undefined {
    const last = this.waiting.get(partition)?.at(-1);
    if (last === undefined || last.attempts > 0 || last.records.length >= recordsPerBatchMax) return undefined;
    return last.bytes + bytes <= this.settings["batch.size"] ? last : undefined;
  }

  /** Puts a record into its partition's batch; how many bytes it took, and whether no other one will fit. */
  private append(index: number, handed: HandedRecord): { readonly bytes: number; readonly isFull: boolean } {
    const { step, topic } = handed;
    const partition = topicPartition(topic, index);
    const { nowUs } = this.context.host;
    const bytes = bytesOf(handed);
    const open = this.openBatch(partition, bytes);
    const batch = open ?? new ProducerBatch(topic, index, nowUs);
    batch.isTransactional = this.transactions !== undefined;
    const before = open?.bytes ?? 0;
    batch.add({ step, record: recordOf(handed, nowUs) }, bytes);
    if (open === undefined) {
      this.firstBatchUs ??= nowUs;
      batch.notBeforeUs = nowUs + this.settings["linger.ms"] * 1000;
      this.waiting.set(partition, [...(this.waiting.get(partition) ?? []), batch]);
      this.wakeAt(batch.notBeforeUs);
    }
    const isFull = batch.records.length >= recordsPerBatchMax || batch.bytes >= this.settings["batch.size"];
    return { bytes: batch.bytes - before, isFull };
  }

  // --- sending ---------------------------------------------------------------------------------------------------------

  /** Sends whatever may be sent now, and sees to it that what may not is looked at again. */
  private drain(): void {
    this.expire();
    this.queue?.goOn();
    if (this.settings["enable.idempotence"] && this.transactions === undefined) {
      this.session.resolve();
      if (!this.session.isReady) {
        this.askForId();
        return;
      }
    }
    const ready = this.ready();
    if (ready === undefined) return;
    for (const [leader, batches] of ready) this.sendTo(leader, batches);
    this.drain();
  }

  /** What may be sent now, at most one batch a partition, by leader; undefined where there is nothing, as is usual. */
  private ready(): ReadonlyMap<BrokerId, readonly ProducerBatch[]> | undefined {
    const { reconnects } = this.context;
    let ready: Map<BrokerId, readonly ProducerBatch[]> | undefined;
    for (const batches of this.waiting.values()) {
      const batch = batches[0];
      if (batch === undefined || !this.maySend(batch)) continue;
      const leader = this.metadata.leaderOf(batch.partition)?.leader;
      if (leader === undefined) {
        this.metadata.refreshLater(this.settings["retry.backoff.ms"]);
      } else if (!reconnects.isAvailable(leader)) {
        this.wakeAt(reconnects.availableAtUs(leader));
      } else if (this.hasRoomInFlight(leader)) {
        ready ??= new Map();
        ready.set(leader, [...(ready.get(leader) ?? []), batch]);
      }
    }
    return ready;
  }

  private maySend(batch: ProducerBatch): boolean {
    if (batch.notBeforeUs > this.context.host.nowUs) {
      this.wakeAt(batch.notBeforeUs);
      return false;
    }
    if (this.transactions?.mayWrite(batch.partition) === false) {
      this.wakeAt(batch.createdUs + this.settings["delivery.timeout.ms"] * 1000);
      return false;
    }
    // With one request in flight the Java client also holds a partition back while a request for it is out elsewhere.
    const isStrict = this.settings["max.in.flight.requests.per.connection"] === 1;
    if (isStrict && this.isOnTheWire(batch.partition)) return false;
    if (!this.settings["enable.idempotence"]) return true;
    return batch.hasSequence ? this.session.isFirstOpen(batch) : this.session.mayNumber(batch.partition);
  }

  private hasRoomInFlight(leader: BrokerId): boolean {
    return (this.requestsInFlight.get(leader) ?? 0) < this.settings["max.in.flight.requests.per.connection"];
  }

  private sendTo(leader: BrokerId, batches: readonly ProducerBatch[]): void {
    for (const batch of batches) {
      this.waiting.set(batch.partition, this.waiting.get(batch.partition)!.slice(1));
      if (this.settings["enable.idempotence"] && !batch.hasSequence) this.session.number(batch);
      batch.attempts++;
      this.onTheWire.add(batch);
    }
    const request = produceRequest(batches, this.settings, this.transactions?.id);
    if (request.acks === 0) {
      this.channels.to(leader).sendWithoutResponse(request);
      for (const batch of batches) this.succeed(batch, null);
      return;
    }
    this.requestsInFlight.set(leader, (this.requestsInFlight.get(leader) ?? 0) + 1);
    this.channels.to(leader).send(request, this.settings["request.timeout.ms"], (response) => {
      this.requestsInFlight.set(leader, this.requestsInFlight.get(leader)! - 1);
      this.onResponse(batches, response);
      this.queue?.goOn();
      // Not at once: when a connection is lost, everything that was on it must be back in line before anything new is sent.
      this.wakeAt(this.context.host.nowUs);
    });
  }

  // --- outcomes --------------------------------------------------------------------------------------------------------

  private onResponse(batches: readonly ProducerBatch[], response: ProduceResponse | undefined): void {
    for (const batch of batches) {
      if (!this.onTheWire.has(batch)) continue;
      const answer = response?.responses
        .find(({ name }) => name === batch.topic)
        ?.partitionResponses.find(({ index }) => index === batch.index);
      if (answer?.errorCode === errorCode.NONE) this.succeed(batch, answer.baseOffset);
      else this.onError(batch, answer?.errorCode ?? errorCode.DISCONNECTED, answer?.currentLeader);
    }
  }

  private succeed(batch: ProducerBatch, baseOffset: number | null): void {
    this.onTheWire.delete(batch);
    if (batch.hasSequence) this.session.acked(batch);
    for (const [at, { step }] of batch.records.entries()) {
      const position = baseOffset === null ? null : offset(baseOffset + at);
      this.context.record.client({ kind: "send-acked", client: this.context.id, step, offset: position });
    }
  }

  private onError(batch: ProducerBatch, error: ErrorCode, leader: PartitionProduceResponse["currentLeader"]): void {
    this.onTheWire.delete(batch);
    if (!this.context.rules.isDefiniteFailure(error)) batch.isAmbiguous = true;
    if (leader !== undefined) this.metadata.learn(batch.partition, leader.leaderId, leader.leaderEpoch);
    if (isRetriable(error) && error !== errorCode.NOT_ENOUGH_REPLICAS) this.metadata.refresh();
    if (this.mayRetry(batch, error)) this.retry(batch, error);
    else this.giveUp(batch, error);
  }

  private mayRetry(batch: ProducerBatch, error: ErrorCode): boolean {
    if (batch.attempts > this.settings.retries || this.isOverdue(batch)) return false;
    if (isRetriable(error)) return true;
    if (error !== errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER || !batch.hasSequence) return false;
    const isNextInLine = this.session.isNextInLine(batch);
    return this.context.rules.repeatsOutOfOrder({ isTransactional: this.transactions !== undefined, isNextInLine });
  }

  private retry(batch: ProducerBatch, error: ErrorCode): void {
    const { nowUs } = this.context.host;
    batch.notBeforeUs = nowUs + backoffMs(this.settings, batch.attempts) * 1000;
    const waiting = this.waiting.get(batch.partition) ?? [];
    const requeued = this.context.rules.requeue({
      waiting,
      retried: batch,
      sequenceOf: (other: ProducerBatch) => other.baseSequence,
    });
    this.waiting.set(batch.partition, requeued);
    const isLost =
      this.transactions === undefined && error === errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER && this.session.isNextInLine(batch);
    if (isLost && !this.isOnTheWire(batch.partition)) this.session.renumber(batch.partition);
    this.wakeAt(batch.notBeforeUs);
  }

  private isOnTheWire(partition: TopicPartition): boolean {
    for (const batch of this.onTheWire) if (batch.partition === partition) return true;
    return false;
  }

  private isOverdue({ createdUs }: ProducerBatch): boolean {
    return this.isTimeOver(createdUs);
  }

  private isTimeOver(createdUs: number): boolean {
    return this.context.host.nowUs >= createdUs + this.settings["delivery.timeout.ms"] * 1000;
  }

  private giveUp(batch: ProducerBatch, why: ErrorCode | "delivery timeout"): void {
    this.session.gaveUp(batch);
    this.transactions?.onBatchFailed(why === "delivery timeout" ? errorCode.REQUEST_TIMED_OUT : why);
    this.tellGivenUp(batch, why === "delivery timeout" ? why : errorName(why));
  }

  private tellGivenUp(batch: ProducerBatch, error: string): void {
    const kind = batch.isAmbiguous ? "send-unknown" : "send-failed";
    for (const { step } of batch.records) this.context.record.client({ kind, client: this.context.id, step, error });
  }

  /** Batches whose delivery timeout is over fail, also those on the wire: their answers come too late. */
  private expire(): void {
    if (this.firstBatchUs === undefined || !this.isTimeOver(this.firstBatchUs)) return;
    const isOverdue = (batch: ProducerBatch): boolean => this.isOverdue(batch);
    for (const [partition, batches] of this.waiting) {
      if (!batches.some(isOverdue)) continue;
      const overdue = batches.filter(isOverdue);
      this.waiting.set(
        partition,
        batches.filter((batch) => !overdue.includes(batch)),
      );
      for (const batch of overdue) this.giveUp(batch, "delivery timeout");
    }
    for (const batch of this.onTheWire) {
      if (!this.isOverdue(batch)) continue;
      this.onTheWire.delete(batch);
      batch.isAmbiguous = true;
      this.giveUp(batch, "delivery timeout");
    }
  }

  /** The transaction of what waits is aborted: none of it is sent any more. */
  private dropWaiting(): void {
    for (const [partition, batches] of this.waiting) {
      if (batches.length === 0) continue;
      this.waiting.set(partition, []);
      for (const batch of batches) {
        if (batch.hasSequence) this.transactions!.onSequenceLost();
        this.tellGivenUp(batch, "the transaction was aborted");
      }
    }
  }

  // --- waiting ---------------------------------------------------------------------------------------------------------

  private askForId(): void {
    if (this.isAskingForId) return;
    this.isAskingForId = true;
    const brokers = [...this.context.hosts.keys()];
    const broker = this.context.reconnects.nextOf(brokers, this.idAttempts++);
    const request = { api: "InitProducerId", producerId: this.session.id, producerEpoch: -1 } as const;
    this.channels.to(broker).send(request, this.settings["request.timeout.ms"], (response) => {
      this.isAskingForId = false;
      if (response?.errorCode === errorCode.NONE) this.session.begin(response.producerId, response.producerEpoch);
      else this.wakeAt(this.context.host.nowUs + backoffMs(this.settings, this.idAttempts) * 1000);
      if (this.session.isReady) this.drain();
    });
  }

  /** Looks again at the given time, at the latest. */
  private wakeAt(atUs: number): void {
    if (this.wakeTimer !== undefined && this.wakeUs <= atUs) return;
    this.wakeTimer?.cancel();
    this.wakeUs = atUs;
    const { host } = this.context;
    this.wakeTimer = host.after((atUs - host.nowUs) / 1000, () => {
      this.wakeTimer = undefined;
      this.drain();
    });
  }
}
