/**
 * A kafkajs producer with a careful application around it: an explicit partition for each record, one record on its way to a
 * partition at a time, and a deadline of its own for each, because an idempotent kafkajs producer tries for ever.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { offset, topicPartition } from "../../../../model/ids.ts";
import type { TopicPartition } from "../../../../model/ids.ts";
import type { Message, Producer } from "kafkajs";
import { TrialNames } from "../../trial/trial-names.ts";
import { tombstoneHeader } from "../messages.ts";
import type { ProducerStart, Send } from "../messages.ts";
import { connectionRetries, connectionTimeoutMs, metadataMaxAgeMs, reconnectMs, reconnectsMax } from "./limits.ts";
import type { Kafkajs } from "./load-kafkajs.ts";
import { errorText, sendOutcome } from "./outcome.ts";
import { ProduceTap } from "./produce-tap.ts";
import type { Report } from "./report.ts";
import { tappedSocketFactory } from "./wire-tap.ts";

const acksOnWire = { "0": 0, "1": 1, all: -1 } as const;

/** A record on its way. */
interface Sending {
  readonly send: Send;
  readonly partition: TopicPartition;
  /** kafkajs has been given it. */
  isUnderWay: boolean;
  isSettled: boolean;
}

const messageOf = ({ isTombstone, key, partition, step }: Send): Message =>
  isTombstone ? { partition, key, value: null, headers: { [tombstoneHeader]: step } } : { partition, key, value: step };

export class ScheduledProducer {
  private readonly options: ProducerStart;
  private readonly kafkajs: Kafkajs;
  private readonly report: Report;
  private readonly names: TrialNames;
  private readonly tap = new ProduceTap();
  private readonly queues = new Map<TopicPartition, Promise<void>>();
  private connection: Promise<Producer> | undefined;

  constructor(options: ProducerStart, kafkajs: Kafkajs, report: Report) {
    this.options = options;
    this.kafkajs = kafkajs;
    this.report = report;
    this.names = new TrialNames(options.prefix);
  }

  async start(): Promise<void> {
    await this.connected();
    this.report.ready();
  }

  /** Sends one record behind the others for its partition. What becomes of it is reported. */
  send(send: Send): void {
    const partition = topicPartition(this.names.topic(send.topic), send.partition);
    const sending: Sending = { send, partition, isUnderWay: false, isSettled: false };
    setTimeout(() => this.giveUp(sending), this.options.settings["delivery.timeout.ms"]);
    const before = this.queues.get(partition) ?? Promise.resolve();
    this.queues.set(
      partition,
      before.then(() => this.transmit(sending)).catch((error: unknown) => this.report.failed(error)),
    );
  }

  private async transmit(sending: Sending): Promise<void> {
    const producer = await this.connected();
    if (sending.isSettled) return;
    sending.isUnderWay = true;
    const { send, partition } = sending;
    const attempts = this.tap.begin(partition);
    try {
      const results = await producer.send({
        topic: this.names.topic(send.topic),
        acks: acksOnWire[this.options.settings.acks],
        timeout: this.options.settings["request.timeout.ms"],
        messages: [messageOf(send)],
      });
      const told = results.find((result) => result.partition === send.partition)?.baseOffset;
      const position = told === undefined || told === "-1" ? null : offset(Number(told));
      this.settle(sending, () => {
        this.report.event({ kind: "send-acked", client: this.options.client, step: send.step, offset: position });
      });
    } catch (error) {
      const kind = sendOutcome(attempts);
      this.settle(sending, () => {
        this.report.event({ kind, client: this.options.client, step: send.step, error: errorText(error) });
      });
      // After an error kafkajs gives the next record the same sequence number, and a broker that has the first one takes it for
      // a repetition. The Java producer begins a new epoch here (KIP-360); with kafkajs the application needs a new producer.
      if (this.isIdempotent()) this.connection = undefined;
    }
  }

  private giveUp(sending: Sending): void {
    const { client } = this.options;
    const { step } = sending.send;
    const kind = sending.isUnderWay ? "send-unknown" : "send-failed";
    this.settle(sending, () => this.report.event({ kind, client, step, error: "delivery timeout" }));
  }

  private settle(sending: Sending, report: () => void): void {
    if (sending.isSettled) return;
    sending.isSettled = true;
    report();
  }

  /** As in the Java producer, `enable.idempotence` only holds with `acks=all`. */
  private isIdempotent(): boolean {
    return this.options.settings["enable.idempotence"] && this.options.settings.acks === "all";
  }

  private connected(): Promise<Producer> {
    this.connection ??= this.connect();
    return this.connection;
  }

  private async connect(): Promise<Producer> {
    for (let tries = 1; ; tries++) {
      const producer = this.create();
      try {
        await producer.connect();
        return producer;
      } catch (error) {
        if (tries >= reconnectsMax) throw error;
        await sleep(reconnectMs);
      }
    }
  }

  private create(): Producer {
    const { brokers, client, settings } = this.options;
    const backoff = {
      initialRetryTime: settings["retry.backoff.ms"],
      maxRetryTime: settings["retry.backoff.max.ms"],
    };
    const kafka = new this.kafkajs.Kafka({
      clientId: client,
      brokers: [...brokers],
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: settings["request.timeout.ms"],
      logLevel: this.kafkajs.logLevel.NOTHING,
      socketFactory: tappedSocketFactory([this.tap], (error) => this.report.failed(error)),
      retry: { ...backoff, retries: connectionRetries },
    });
    return kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: this.kafkajs.Partitioners.DefaultPartitioner,
      idempotent: this.isIdempotent(),
      maxInFlightRequests: settings["max.in.flight.requests.per.connection"],
      metadataMaxAge: metadataMaxAgeMs,
      retry: { ...backoff, retries: settings.retries },
    });
  }
}
