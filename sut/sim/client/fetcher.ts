/**
 * Fetches what a consumer is assigned: one request a broker at a time, into a buffer from which the application is served.
 *
 * From each partition's leader, or from the follower that the leader sends it to (KIP-392). Leaves out fetch sessions and the
 * validation of positions after truncation (KIP-320).
 */

import { errorCode } from "../../../model/error-code.ts";
import { brokerId, indexOf, offset, topicOf } from "../../../model/ids.ts";
import type { BrokerId, Offset, TopicPartition } from "../../../model/ids.ts";
import { readsCommitted } from "../../../model/settings.ts";
import type { ConsumerSettings } from "../../../model/settings.ts";
import { leaderEpoch } from "../../../model/ids.ts";
import type { Timer } from "../event-loop.ts";
import { byTopic } from "../protocol/by-topic.ts";
import { earliestTimestamp, latestTimestamp } from "../protocol/fetch.ts";
import type { FetchPartition, FetchRequest, FetchResponse, PartitionFetchResponse } from "../protocol/fetch.ts";
import { nextOffset, offsetIn } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { Channels } from "./context.ts";
import { deliverable } from "./committed-records.ts";
import type { ClientContext } from "./context.ts";
import type { ClientMetadata } from "./metadata.ts";
import { ReadReplicas } from "./read-replicas.ts";

/** One record that is ready for the application. */
export interface FetchedRecord {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly value: string;
}

export interface FetcherListener {
  /** There is something to take. */
  onRecords(): void;
  /** A partition without a usable position begins where the reset policy says. */
  onReset(partition: TopicPartition, position: Offset): void;
}

/** One partition, for as long as one assignment lasts. */
interface Assigned {
  readonly partition: TopicPartition;
  readonly topic: string;
  readonly index: number;
  /** Undefined while a reset is under way. */
  position: Offset | undefined;
  /** Where the next fetch goes on: behind what is buffered. */
  buffer: readonly FetchedRecord[];
  /** Where the batches end that are in the buffer: its last records may be nobody's. */
  bufferEnd: Offset;
  isPaused: boolean;
}

interface Asked {
  readonly assigned: Assigned;
  readonly fetchOffset: Offset;
  /** By the consumer's metadata: the leader was asked, and no follower. */
  readonly isLeadersWord: boolean;
}

/** Consumers do not say what they have fetched last. */
const noEpoch = leaderEpoch(-1);
const consumerReplicaState = { replicaId: brokerId(-1), replicaEpoch: -1 };

export class Fetcher {
  private readonly context: ClientContext;
  private readonly settings: ConsumerSettings;
  private readonly metadata: ClientMetadata;
  private readonly listener: FetcherListener;
  private readonly channels: Channels;
  private readonly resets: Channels;
  private readonly readReplicas: ReadReplicas;
  private readonly busy = new Set<BrokerId>();
  private assigned: readonly Assigned[] = [];
  private turn = 0;
  private fetchTimer: Timer | undefined;
  /** When it fires, by the client's clock. */
  private fetchUs = 0;

  constructor(context: ClientContext, settings: ConsumerSettings, metadata: ClientMetadata, listener: FetcherListener) {
    this.context = context;
    this.settings = settings;
    this.metadata = metadata;
    this.listener = listener;
    this.channels = new Channels(context);
    this.resets = new Channels(context);
    this.readReplicas = new ReadReplicas(context.host, metadata, settings["metadata.max.age.ms"]);
  }

  /** Begins with partitions, beside those that are assigned already. Those without a committed offset begin where `auto.offset.reset` says. */
  assign(partitions: readonly TopicPartition[], committed: ReadonlyMap<TopicPartition, Offset>): void {
    const added = partitions.map((partition): Assigned => {
      const [topic, index] = [topicOf(partition), indexOf(partition)];
      const position = committed.get(partition);
      return { partition, topic, index, position, buffer: [], bufferEnd: offset(0), isPaused: false };
    });
    this.assigned = [...this.assigned, ...added];
    for (const assigned of added) if (assigned.position === undefined) this.reset(assigned);
    this.fetch();
  }

  /** Ends reading these partitions; what is buffered or on its way is not delivered any more. */
  revoke(partitions: readonly TopicPartition[]): void {
    this.assigned = this.assigned.filter(({ partition }) => !partitions.includes(partition));
    for (const partition of partitions) this.readReplicas.forget(partition);
  }

  /** Ends the assignment; what is buffered or on its way is not delivered any more. */
  clear(): void {
    this.assigned = [];
    this.readReplicas.clear();
  }

  /** The position of each partition: the offset of the record that the application gets next. */
  positions(): ReadonlyMap<TopicPartition, Offset> {
    const known = this.assigned.filter(({ position }) => position !== undefined);
    return new Map(known.map(({ partition, position }) => [partition, position!]));
  }

  /** The position of one partition; undefined where it is not assigned, or has none yet. */
  positionOf(partition: TopicPartition): Offset | undefined {
    return this.assigned.find((assigned) => assigned.partition === partition)?.position;
  }

  /** Hands out buffered records, of one partition after the other, and moves the positions behind them. */
  take(max: number): readonly FetchedRecord[] {
    const count = this.assigned.length;
    for (let tried = 0; tried < count; tried++) {
      const assigned = this.assigned[this.turn++ % count]!;
      if (assigned.buffer.length === 0) continue;
      const taken = assigned.buffer.slice(0, max);
      assigned.buffer = assigned.buffer.slice(max);
      assigned.position = assigned.buffer.length > 0 ? offset(taken.at(-1)!.offset + 1) : assigned.bufferEnd;
      this.fetch();
      return taken;
    }
    return [];
  }

  /** Asks for every assigned partition that has nothing buffered, its leader or the replica that it was sent to, unless a request to it is under way. */
  fetch(): void {
    const { reconnects } = this.context;
    let wanted: Map<BrokerId, readonly Asked[]> | undefined;
    for (const assigned of this.assigned) {
      const { buffer, isPaused, partition, position } = assigned;
      if (position === undefined || isPaused || buffer.length > 0) continue;
      const known = this.metadata.leaderOf(partition);
      if (known === undefined) {
        this.metadata.refreshLater(this.settings["retry.backoff.ms"]);
        continue;
      }
      const broker = this.readReplicas.brokerFor(partition, known);
      if (!reconnects.isAvailable(broker)) {
        this.fetchAt(reconnects.availableAtUs(broker));
      } else if (!this.busy.has(broker)) {
        wanted ??= new Map();
        const question = { assigned, fetchOffset: position, isLeadersWord: broker === known.leader };
        wanted.set(broker, [...(wanted.get(broker) ?? []), question]);
      }
    }
    if (wanted !== undefined) for (const [broker, asked] of wanted) this.fetchFrom(broker, asked);
  }

  /** Looks again at the given time, at the latest. */
  private fetchAt(atUs: number): void {
    if (this.fetchTimer !== undefined && this.fetchUs <= atUs) return;
    this.fetchTimer?.cancel();
    this.fetchUs = atUs;
    const { host } = this.context;
    this.fetchTimer = host.after((atUs - host.nowUs) / 1000, () => {
      this.fetchTimer = undefined;
      this.fetch();
    });
  }

  private fetchFrom(broker: BrokerId, asked: readonly Asked[]): void {
    this.busy.add(broker);
    const topics = byTopic(
      asked,
      ({ assigned }) => assigned.topic,
      (topic, ofTopic) => ({ topic, partitions: ofTopic.map((one) => this.fetchOf(one)) }),
    );
    this.channels.to(broker).send(this.request(topics), this.settings["request.timeout.ms"], (response) => {
      this.busy.delete(broker);
      if (response === undefined) for (const { assigned } of asked) this.goBack(assigned);
      else this.takeIn(response, asked);
      this.fetch();
    });
  }

  private request(topics: FetchRequest["topics"]): FetchRequest {
    const { settings } = this;
    const rackId = settings["client.rack"];
    const maxWaitMs = settings["fetch.max.wait.ms"];
    const plain: FetchRequest = { api: "Fetch", replicaState: consumerReplicaState, maxWaitMs, topics };
    const inRack = rackId === "" ? plain : { ...plain, rackId };
    return readsCommitted(settings) ? { ...inRack, isolationLevel: 1 } : inRack;
  }

  private get isolation(): { readonly isolationLevel?: 1 } {
    return readsCommitted(this.settings) ? { isolationLevel: 1 } : {};
  }

  private fetchOf({ assigned: { index, partition }, fetchOffset }: Asked): FetchPartition {
    const currentLeaderEpoch = this.context.rules.namedEpoch({ known: this.metadata.leaderOf(partition)!.epoch });
    return { partition: index, currentLeaderEpoch, fetchOffset, lastFetchedEpoch: noEpoch };
  }

  private takeIn(response: FetchResponse, asked: readonly Asked[]): void {
    for (const { partitions, topic } of response.responses) {
      for (const answer of partitions) {
        const { partitionIndex } = answer;
        const question = asked.find(({ assigned }) => assigned.index === partitionIndex && assigned.topic === topic)!;
        if (this.assigned.includes(question.assigned)) this.takeInPartition(answer, question);
      }
    }
    if (this.assigned.some(({ buffer }) => buffer.length > 0)) this.listener.onRecords();
  }

  private takeInPartition(answer: PartitionFetchResponse, { assigned, fetchOffset, isLeadersWord }: Asked): void {
    const { position } = assigned;
    if (position === undefined) return;
    if (!this.context.rules.isCurrentFetch({ requestedOffset: fetchOffset, position })) return;
    if (answer.errorCode === errorCode.OFFSET_OUT_OF_RANGE) {
      this.readReplicas.forget(assigned.partition);
      if (this.context.rules.resetsPosition({ isLeadersWord })) this.reset(assigned);
    } else if (answer.errorCode !== errorCode.NONE) {
      const leader = answer.currentLeader;
      if (leader !== undefined) this.metadata.learn(assigned.partition, leader.leaderId, leader.leaderEpoch);
      // A replica that is yet to hear of the new leader will.
      if (answer.errorCode === errorCode.UNKNOWN_LEADER_EPOCH) this.pause(assigned);
      else this.goBack(assigned);
    } else if (answer.preferredReadReplica !== undefined) {
      this.readReplicas.prefer(assigned.partition, answer.preferredReadReplica);
    } else {
      this.buffer(assigned, position, answer);
    }
  }

  /** Takes over what is to be delivered. What is not, markers for instance, is passed over. */
  private buffer(assigned: Assigned, position: Offset, answer: PartitionFetchResponse): void {
    const last = answer.records.at(-1);
    if (last === undefined) return;
    assigned.buffer = this.recordsFrom(assigned.partition, position, deliverable(answer, this.context.rules));
    assigned.bufferEnd = nextOffset(last);
    if (assigned.buffer.length === 0) assigned.position = assigned.bufferEnd;
  }

  /** The records of these batches from a position on. */
  private recordsFrom(partition: TopicPartition, position: Offset, batches: readonly RecordBatch[]): readonly FetchedRecord[] {
    const { rules } = this.context;
    const found: FetchedRecord[] = [];
    for (const batch of batches) {
      const { records } = batch;
      for (let at = 0; at < records.length; at++) {
        const place = offsetIn(batch, at);
        if (rules.isWanted({ recordOffset: place, position }))
          found.push({ partition, offset: place, value: String(records[at]!.value) });
      }
    }
    return found;
  }

  /** Whoever was asked did not serve: the leader is asked next, whoever it is by then. */
  private goBack(assigned: Assigned): void {
    this.readReplicas.forget(assigned.partition);
    this.pause(assigned);
  }

  /** Leaves a partition alone for a moment, and asks who leads it now. */
  private pause(assigned: Assigned): void {
    assigned.isPaused = true;
    this.metadata.refresh();
    this.context.host.after(this.settings["retry.backoff.ms"], () => {
      assigned.isPaused = false;
      this.fetch();
    });
  }

  private reset(assigned: Assigned): void {
    assigned.position = undefined;
    assigned.buffer = [];
    const { partition } = assigned;
    const known = this.metadata.leaderOf(partition);
    const tryAgain = (): void => {
      this.metadata.refresh();
      this.context.host.after(this.settings["retry.backoff.ms"], () => {
        if (this.assigned.includes(assigned)) this.reset(assigned);
      });
    };
    if (known === undefined || !this.context.reconnects.isAvailable(known.leader)) {
      tryAgain();
      return;
    }
    const timestamp = this.settings["auto.offset.reset"] === "earliest" ? earliestTimestamp : latestTimestamp;
    const part = { partitionIndex: assigned.index, currentLeaderEpoch: known.epoch, timestamp };
    const topics = [{ name: assigned.topic, partitions: [part] }];
    const request = { api: "ListOffsets", topics, ...this.isolation } as const;
    this.resets.to(known.leader).send(request, this.settings["request.timeout.ms"], (response) => {
      if (!this.assigned.includes(assigned)) return;
      const found = response?.topics[0]?.partitions[0];
      if (found?.errorCode !== errorCode.NONE) {
        tryAgain();
        return;
      }
      assigned.position = found.offset;
      this.listener.onReset(partition, found.offset);
      this.fetch();
    });
  }
}
