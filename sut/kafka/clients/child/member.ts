/**
 * A kafkajs consumer in a group, with a careful application around it.
 *
 * Records are processed one by one, in runs of at most `max.poll.records`, and committed by the run as the group's commit mode
 * says. Positions only move on once that has worked, so what was not committed is delivered again. The application drops what
 * it is handed of an assignment that is over: kafkajs goes on handing it over after a change of leader (its issues 1046 and
 * 1097), and would let it be committed too.
 *
 * Leaves out heartbeats while a record is processed: kafkajs only sends them in between.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { offset, topicPartition } from "../../../../model/ids.ts";
import type { Offset, TopicPartition } from "../../../../model/ids.ts";
import type { Batch, Consumer, EachBatchPayload } from "kafkajs";
import { TrialNames } from "../../trial/trial-names.ts";
import { tombstoneHeader } from "../messages.ts";
import type { MemberStart } from "../messages.ts";
import { assignerFor } from "./assigner.ts";
import {
  connectionRetries,
  connectionTimeoutMs,
  leaveLimitMs,
  metadataMaxAgeMs,
  reconnectMs,
  reconnectsMax,
} from "./limits.ts";
import type { Kafkajs } from "./load-kafkajs.ts";
import { MemberTap } from "./member-tap.ts";
import type { Holding } from "./member-tap.ts";
import type { Report } from "./report.ts";
import { tappedSocketFactory } from "./wire-tap.ts";

interface DeliveredRecord {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly value: string;
}

/** How far a run of records was processed, and what kafkajs said in between that it wants to be told again. */
interface Processed {
  readonly last: DeliveredRecord | undefined;
  readonly error: unknown;
}

export class ScheduledMember {
  private readonly options: MemberStart;
  private readonly kafkajs: Kafkajs;
  private readonly report: Report;
  private readonly names: TrialNames;
  private readonly tap: MemberTap;
  private consumer: Consumer | undefined;
  private slowHandlerMs: number | null = null;
  private isStopping = false;

  constructor(options: MemberStart, kafkajs: Kafkajs, report: Report) {
    this.options = options;
    this.kafkajs = kafkajs;
    this.report = report;
    this.names = new TrialNames(options.prefix);
    const { client, group } = options;
    this.tap = new MemberTap({ client, group, report, inSchedule: (partition) => this.names.inSchedule(partition) });
  }

  /** Joins the group, and joins it again should the consumer give up: as whatever watches over a service would see to. */
  async start(): Promise<void> {
    this.report.ready();
    for (let tries = 1; !this.isStopping; tries++) {
      try {
        await this.consume();
        return;
      } catch (error) {
        if (tries >= reconnectsMax) throw error;
        await sleep(reconnectMs);
      }
    }
  }

  setHandlerMs(handlerMs: number | null): void {
    this.slowHandlerMs = handlerMs;
  }

  /** Leaves the group after what is being processed. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.race([this.consumer?.disconnect().catch(() => undefined), sleep(leaveLimitMs)]);
    this.tap.giveUp();
  }

  private async consume(): Promise<void> {
    const consumer = this.create();
    this.consumer = consumer;
    // kafkajs starts a consumer again by itself after errors that it takes for passing.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart && !this.isStopping) void this.restart();
    });
    await consumer.connect();
    await consumer.subscribe({
      topics: this.options.topics.map((topic) => this.names.topic(topic)),
      fromBeginning: this.options.settings["auto.offset.reset"] === "earliest",
    });
    const isAutomatic = this.options.commit === "auto";
    await consumer.run({
      autoCommit: isAutomatic,
      ...(isAutomatic && { autoCommitInterval: this.options.settings["auto.commit.interval.ms"] }),
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.onBatch(payload),
    });
  }

  private async restart(): Promise<void> {
    this.tap.giveUp();
    await sleep(reconnectMs);
    await this.start().catch((error: unknown) => this.report.failed(error));
  }

  // --- the application -------------------------------------------------------------------------------------------------

  private async onBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const onCluster = topicPartition(batch.topic, batch.partition);
    const from = offset(Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset));
    const holding = this.tap.fetchedUnder(onCluster, from);
    if (holding === undefined || holding !== this.tap.holding) return;
    const partition = this.names.inSchedule(onCluster);
    const records = batch.messages.map((message): DeliveredRecord => {
      const value = message.value ?? message.headers?.[tombstoneHeader];
      return { partition, offset: offset(Number(message.offset)), value: value?.toString() ?? "" };
    });
    this.report.busy(true);
    try {
      const size = this.options.settings["max.poll.records"];
      for (let at = 0; at < records.length; at += size) {
        if (this.isStopping || this.tap.holding !== holding) return;
        await this.onRun(payload, holding, records.slice(at, at + size));
      }
    } catch (error) {
      // kafkajs will hand over again what comes after the last record that was committed.
      this.tap.beginAnew(onCluster);
      throw error;
    } finally {
      this.report.busy(false);
    }
  }

  /** Delivers one run of records to the application. Throws kafkajs's own errors, which tell it to join the group again. */
  private async onRun(payload: EachBatchPayload, holding: Holding, records: readonly DeliveredRecord[]): Promise<void> {
    const inGroup = this.tap.inGroup(holding);
    for (const record of records) this.report.event({ kind: "delivered", ...inGroup, ...record });
    const { commit } = this.options;
    if (commit === "before-processing") await this.commit(payload, records.at(-1)!);
    const { error, last } = await this.process(payload, holding, records);
    if (last !== undefined && this.tap.holding === holding) {
      if (commit === "after-processing") await this.commit(payload, last);
      else if (commit === "auto") payload.resolveOffset(String(last.offset));
    }
    // A rebalance, most of all: now that what was processed is committed, kafkajs may see to it.
    if (error !== undefined) throw error;
    if (commit === "auto") await payload.commitOffsetsIfNecessary();
  }

  /** Processes records until there are no more, or there is something to see to first. Returns the last one processed. */
  private async process(payload: EachBatchPayload, holding: Holding, records: readonly DeliveredRecord[]): Promise<Processed> {
    const inGroup = this.tap.inGroup(holding);
    // What has been committed already is given to nobody else, so it is processed come what may.
    const mustProcessAll = this.options.commit === "before-processing";
    let last: DeliveredRecord | undefined;
    let error: unknown;
    for (const record of records) {
      const isOver = this.tap.holding !== holding || error !== undefined;
      if (isOver && !mustProcessAll) break;
      const handlerMs = this.slowHandlerMs ?? this.options.handlerMs;
      if (handlerMs > 0) await sleep(handlerMs);
      this.report.event({ kind: "processed", ...inGroup, ...record });
      last = record;
      try {
        await payload.heartbeat();
      } catch (problem) {
        error ??= problem;
      }
    }
    return { last, error };
  }

  /** Commits up to and with a record; only then kafkajs goes on from there. Throws kafkajs's error where that fails. */
  private async commit(payload: EachBatchPayload, last: DeliveredRecord): Promise<void> {
    const { batch } = payload;
    const committed = { partition: batch.partition, offset: String(last.offset + 1) };
    await payload.commitOffsetsIfNecessary({ topics: [{ topic: batch.topic, partitions: [committed] }] });
    payload.resolveOffset(String(last.offset));
  }

  // --- kafkajs ---------------------------------------------------------------------------------------------------------

  private create(): Consumer {
    const { brokers, client, group, settings } = this.options;
    const retry = {
      initialRetryTime: settings["retry.backoff.ms"],
      maxRetryTime: settings["retry.backoff.max.ms"],
      retries: connectionRetries,
    };
    const kafka = new this.kafkajs.Kafka({
      clientId: client,
      brokers: [...brokers],
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: settings["request.timeout.ms"],
      logLevel: this.kafkajs.logLevel.NOTHING,
      socketFactory: tappedSocketFactory(this.tap.listeners(), (error) => this.report.failed(error)),
      retry,
    });
    return kafka.consumer({
      groupId: this.names.group(group),
      allowAutoTopicCreation: false,
      partitionAssigners: [assignerFor(settings["partition.assignment.strategy"], this.kafkajs)],
      sessionTimeout: settings["session.timeout.ms"],
      // As in the Java consumer, who polls too rarely is also too late for a rebalance.
      rebalanceTimeout: settings["max.poll.interval.ms"],
      heartbeatInterval: settings["heartbeat.interval.ms"],
      maxWaitTimeInMs: settings["fetch.max.wait.ms"],
      metadataMaxAge: metadataMaxAgeMs,
      readUncommitted: true,
      retry,
    });
  }
}
