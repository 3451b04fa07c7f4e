/**
 * A producer as the Java client is one: batches by partition, several requests in flight, retries until the delivery timeout,
 * and with idempotence an order that retries keep. Leaves out transactions, compression and buffer limits.
 */

import { errorCode, errorName, isRetriable } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, StepId, TopicPartition } from "../../../model/ids.ts";
import { partitionOfKey } from "../../../model/partitioners/murmur2.ts";
import type { SendOperation } from "../../../model/schedule.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { PartitionProduceResponse, ProduceRequest, ProduceResponse } from "../protocol/produce.ts";
import { backoffMs, Channels } from "./context.ts";
import type { ClientContext } from "./context.ts";
import { ClientMetadata } from "./metadata.ts";
import { ProducerBatch } from "./producer-batch.ts";
import { ProducerSession } from "./producer-session.ts";

/** How many records fit into one batch (the part of `batch.size`). */
const recordsPerBatchMax = 10;

const acksOnWire = { "0": 0, "1": 1, all: -1 } as const;

export class Producer {
  private readonly context: ClientContext;
  private readonly settings: ProducerSettings;
  private readonly metadata: ClientMetadata;
  private readonly channels: Channels;
  private readonly session = new ProducerSession();
  private readonly waiting = new Map<TopicPartition, readonly ProducerBatch[]>();
  private readonly onTheWire = new Set<ProducerBatch>();
  private readonly requestsInFlight = new Map<BrokerId, number>();
  private readonly roundRobin = new Map<string, number>();
  private wakeTimer: Timer | undefined;
  private isAskingForId = false;
  private idAttempts = 0;

  constructor(context: ClientContext, topics: readonly string[], settings: ProducerSettings) {
    this.context = context;
    this.settings = settings;
    this.metadata = new ClientMetadata(context, topics, () => this.drain());
    this.channels = new Channels(context, () => this.metadata.refresh());
    this.metadata.refresh();
  }

  /** Nothing is waiting or under way: every send has an outcome. */
  get isIdle(): boolean {
    if (this.onTheWire.size > 0) return false;
    for (const batches of this.waiting.values()) if (batches.length > 0) return false;
    return true;
  }

  /** Hands one record over. What becomes of it is told by the history. */
  send(step: StepId, operation: SendOperation, partitions: number): void {
    const index = this.choosePartition(operation, partitions);
    const partition = topicPartition(operation.topic, index);
    this.context.record.client({ kind: "send-started", client: this.context.id, step, partition, value: step });
    const { nowUs } = this.context.host.loop;
    const batches = this.waiting.get(partition) ?? [];
    const last = batches.at(-1);
    const hasRoom = last !== undefined && last.attempts === 0 && last.records.length < recordsPerBatchMax;
    const batch = hasRoom ? last : new ProducerBatch(operation.topic, index, nowUs);
    const timestampMs = Math.floor(nowUs / 1000);
    const { key = null, valueBytes } = operation;
    batch.records.push({ step, record: { key, value: step, timestampMs, valueBytes } });
    if (hasRoom) return;
    batch.notBeforeUs = nowUs + this.settings["linger.ms"] * 1000;
    this.waiting.set(partition, [...batches, batch]);
    this.wakeAt(batch.notBeforeUs);
  }

  private choosePartition({ key, partition, topic }: SendOperation, partitions: number): number {
    if (partition !== undefined) return partition;
    if (key !== undefined) return partitionOfKey(key, partitions);
    const next = this.roundRobin.get(topic) ?? 0;
    this.roundRobin.set(topic, next + 1);
    return next % partitions;
  }

  // --- sending ---------------------------------------------------------------------------------------------------------

  /** Sends whatever may be sent now, and sees to it that what may not is looked at again. */
  private drain(): void {
    this.expire();
    if (this.settings["enable.idempotence"]) {
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
    let ready: Map<BrokerId, readonly ProducerBatch[]> | undefined;
    for (const batches of this.waiting.values()) {
      const batch = batches[0];
      if (batch === undefined || !this.maySend(batch)) continue;
      const leader = this.metadata.leaderOf(batch.partition)?.leader;
      if (leader === undefined) {
        this.metadata.refreshLater(this.settings["retry.backoff.ms"]);
      } else if (this.hasRoomInFlight(leader)) {
        ready ??= new Map();
        ready.set(leader, [...(ready.get(leader) ?? []), batch]);
      }
    }
    return ready;
  }

  private maySend(batch: ProducerBatch): boolean {
    if (batch.notBeforeUs > this.context.host.loop.nowUs) {
      this.wakeAt(batch.notBeforeUs);
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
    const request = this.request(batches);
    if (request.acks === 0) {
      this.channels.to(leader).sendWithoutResponse(request);
      for (const batch of batches) this.succeed(batch, null);
      return;
    }
    this.requestsInFlight.set(leader, (this.requestsInFlight.get(leader) ?? 0) + 1);
    this.channels.to(leader).send(request, this.settings["request.timeout.ms"], (response) => {
      this.requestsInFlight.set(leader, this.requestsInFlight.get(leader)! - 1);
      this.onResponse(batches, response);
      // Not at once: when a connection is lost, everything that was on it must be back in line before anything new is sent.
      this.wakeAt(this.context.host.loop.nowUs);
    });
  }

  private request(batches: readonly ProducerBatch[]): ProduceRequest {
    const partOf = (batch: ProducerBatch) => ({ index: batch.index, records: batch.toRecordBatch() });
    return {
      api: "Produce",
      acks: acksOnWire[this.settings.acks],
      timeoutMs: this.settings["request.timeout.ms"],
      topicData: byTopic(
        batches,
        ({ topic }) => topic,
        (name, ofTopic) => ({ name, partitionData: ofTopic.map(partOf) }),
      ),
    };
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
    else this.giveUp(batch, errorName(error));
  }

  private mayRetry(batch: ProducerBatch, error: ErrorCode): boolean {
    if (batch.attempts > this.settings.retries || this.isOverdue(batch)) return false;
    return isRetriable(error) || (error === errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER && batch.hasSequence);
  }

  private retry(batch: ProducerBatch, error: ErrorCode): void {
    const { nowUs } = this.context.host.loop;
    batch.notBeforeUs = nowUs + backoffMs(this.settings, batch.attempts) * 1000;
    const waiting = this.waiting.get(batch.partition) ?? [];
    const requeued = this.context.rules.requeue({
      waiting,
      retried: batch,
      sequenceOf: (other: ProducerBatch) => other.baseSequence,
    });
    this.waiting.set(batch.partition, requeued);
    const isLost = error === errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER && this.session.isNextInLine(batch);
    if (isLost && !this.isOnTheWire(batch.partition)) this.session.renumber(batch.partition);
    this.wakeAt(batch.notBeforeUs);
  }

  private isOnTheWire(partition: TopicPartition): boolean {
    for (const batch of this.onTheWire) if (batch.partition === partition) return true;
    return false;
  }

  private isOverdue(batch: ProducerBatch): boolean {
    return this.context.host.loop.nowUs >= batch.createdUs + this.settings["delivery.timeout.ms"] * 1000;
  }

  private giveUp(batch: ProducerBatch, error: string): void {
    this.session.gaveUp(batch);
    const kind = batch.isAmbiguous ? "send-unknown" : "send-failed";
    for (const { step } of batch.records) this.context.record.client({ kind, client: this.context.id, step, error });
  }

  /** Batches whose delivery timeout is over fail, also those on the wire: their answers come too late. */
  private expire(): void {
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

  // --- waiting ---------------------------------------------------------------------------------------------------------

  private askForId(): void {
    if (this.isAskingForId) return;
    this.isAskingForId = true;
    const brokers = [...this.context.hosts.keys()];
    const broker = brokers[this.idAttempts++ % brokers.length]!;
    const request = { api: "InitProducerId", producerId: this.session.id, producerEpoch: -1 } as const;
    this.channels.to(broker).send(request, this.settings["request.timeout.ms"], (response) => {
      this.isAskingForId = false;
      if (response?.errorCode === errorCode.NONE) this.session.begin(response.producerId, response.producerEpoch);
      else this.wakeAt(this.context.host.loop.nowUs + backoffMs(this.settings, this.idAttempts) * 1000);
      if (this.session.isReady) this.drain();
    });
  }

  /** Looks again at the given time, at the latest. */
  private wakeAt(atUs: number): void {
    if (this.wakeTimer !== undefined && this.wakeTimer.atUs <= atUs) return;
    this.wakeTimer?.cancel();
    const { host } = this.context;
    this.wakeTimer = host.after((atUs - host.loop.nowUs) / 1000, () => {
      this.wakeTimer = undefined;
      this.drain();
    });
  }
}
