/**
 * What a client knows of the cluster: who leads each partition of its topics.
 *
 * Older leader epochs never replace newer ones, whichever broker tells of them (KIP-320). Leaves out expiry by age.
 */

import { errorCode } from "../../../model/error-code.ts";
import { topicPartition } from "../../../model/ids.ts";
import type { BrokerId, LeaderEpoch, TopicPartition } from "../../../model/ids.ts";
import type { MetadataResponse } from "../protocol/cluster.ts";
import type { RequestOf } from "../protocol/messages.ts";
import { Channels } from "./context.ts";
import type { ClientContext } from "./context.ts";

const requestTimeoutMs = 1000;
const retryMs = 50;

export interface KnownLeader {
  /** -1 while there is none. */
  readonly leader: BrokerId;
  readonly epoch: LeaderEpoch;
}

export class ClientMetadata {
  private readonly context: ClientContext;
  private readonly brokers: readonly BrokerId[];
  private readonly request: RequestOf<"Metadata">;
  private readonly onUpdate: () => void;
  private readonly channels: Channels;
  private readonly leaders = new Map<TopicPartition, KnownLeader>();
  private readonly counts = new Map<string, number>();
  private readonly replicas = new Map<TopicPartition, readonly BrokerId[]>();
  private inService: MetadataResponse["brokers"] = [];
  private isAsking = false;
  private asked = 0;

  /** `onUpdate` is called after each answer, whether or not it brought news. */
  constructor(context: ClientContext, topics: readonly string[], onUpdate: () => void) {
    this.context = context;
    this.brokers = [...context.hosts.keys()];
    this.request = { api: "Metadata", topics: topics.map((name) => ({ name })) };
    this.onUpdate = onUpdate;
    this.channels = new Channels(context);
    this.asked = Math.floor(context.network.chanceOf(`${context.host.name}/bootstrap/${context.host.incarnation}`) * 1000);
  }

  leaderOf(partition: TopicPartition): KnownLeader | undefined {
    const known = this.leaders.get(partition);
    return known === undefined || known.leader < 0 ? undefined : known;
  }

  /** Whether a broker has a replica of a partition and is in service, by the last answer. */
  isOnline(partition: TopicPartition, broker: BrokerId): boolean {
    const isInService = this.inService.some(({ nodeId }) => nodeId === broker);
    return isInService && this.replicas.get(partition)?.includes(broker) === true;
  }

  /** How many partitions a topic has; undefined before it is known. */
  partitionsOf(topic: string): number | undefined {
    return this.counts.get(topic);
  }

  /** A broker has named the leader itself, in an error (KIP-951). */
  learn(partition: TopicPartition, leader: BrokerId, epoch: LeaderEpoch): void {
    const known = this.leaders.get(partition);
    if (known === undefined || epoch > known.epoch) this.leaders.set(partition, { leader, epoch });
  }

  /** Asks one broker after another until one answers. Does nothing while it is asking already. */
  refresh(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    this.ask();
  }

  /** Asks again in a while, because what is needed was not in the last answer. */
  refreshLater(afterMs: number): void {
    if (this.isAsking) return;
    this.isAsking = true;
    this.context.host.after(afterMs, () => this.ask());
  }

  private ask(): void {
    const broker = this.context.reconnects.nextOf(this.brokers, this.asked++);
    this.channels.to(broker).send<"Metadata">(this.request, requestTimeoutMs, (response) => {
      if (response === undefined) {
        this.context.host.after(retryMs, () => this.ask());
        return;
      }
      this.isAsking = false;
      this.takeIn(response);
      this.onUpdate();
    });
  }

  private takeIn(response: MetadataResponse): void {
    this.inService = response.brokers;
    for (const { errorCode: error, name, partitions } of response.topics) {
      if (error !== errorCode.NONE) continue;
      this.counts.set(name, partitions.length);
      for (const { leaderEpoch, leaderId, partitionIndex, replicaNodes } of partitions) {
        const partition = topicPartition(name, partitionIndex);
        this.replicas.set(partition, replicaNodes);
        const known = this.leaders.get(partition);
        const isNews = known === undefined || leaderEpoch >= known.epoch;
        if (isNews) this.leaders.set(partition, { leader: leaderId, epoch: leaderEpoch });
      }
    }
  }
}
