/**
 * Asks the brokers about the cluster, apart from every client under test: who leads, who is in sync, who coordinates. Brokers
 * can be wrong about that after a pause, so where several answer, the one with the highest epoch is believed.
 */

import { topicOf } from "../../../model/ids.ts";
import type { BrokerId, TopicPartition } from "../../../model/ids.ts";
import { describeQuorum } from "../wire/describe-quorum.ts";
import { findCoordinator } from "../wire/groups.ts";
import { metadata } from "../wire/metadata.ts";
import type { PartitionMetadata } from "../wire/metadata.ts";
import type { Peer } from "../wire/round-trip.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";

export class Observer {
  private readonly brokers: KafkaCluster["brokers"];

  constructor(brokers: KafkaCluster["brokers"]) {
    this.brokers = brokers;
  }

  /** The newest that any broker knows of each partition of the topics. */
  async partitions(topics: readonly string[]): Promise<ReadonlyMap<TopicPartition, PartitionMetadata>> {
    const newest = new Map<TopicPartition, PartitionMetadata>();
    for (const answer of await this.askAll((peer) => metadata(peer, topics))) {
      for (const found of answer.partitions) {
        const known = newest.get(found.partition);
        if (known === undefined || found.leaderEpoch > known.leaderEpoch) newest.set(found.partition, found);
      }
    }
    return newest;
  }

  /** Partitions of the topics that some broker does not see led and in sync, in words; empty where all is well everywhere. */
  async notInSync(topics: readonly string[], partitions: number): Promise<readonly string[]> {
    const answers = await this.askAll((peer) => metadata(peer, topics));
    if (answers.length < this.brokers.size) return ["all brokers to answer"];
    const missing = new Set<string>();
    for (const answer of answers) {
      if (answer.brokers.length < this.brokers.size) missing.add("all brokers to be in service");
      if (answer.partitions.length < partitions) missing.add("all brokers to know all partitions");
      for (const { isr, leader, partition, replicas } of answer.partitions) {
        if (leader < 0 || isr.length < replicas.length) missing.add(`${partition} to be in sync`);
      }
    }
    return [...missing];
  }

  /** The active controller; undefined where nobody can say. */
  async controller(): Promise<BrokerId | undefined> {
    const answers = (await this.askAll(describeQuorum)).filter((answer) => answer !== undefined);
    return answers.toSorted((left, right) => right.epoch - left.epoch)[0]?.controller;
  }

  /** The coordinator of a group on the cluster, of those brokers that are up; undefined where there is none. */
  async coordinator(group: string): Promise<BrokerId | undefined> {
    const answers = (await this.askAll((peer) => findCoordinator(peer, group))).filter((answer) => answer !== undefined);
    return answers.find((broker) => this.brokers.get(broker)?.state === "up") ?? answers[0];
  }

  /** Asks the leader of a partition; undefined where there is none, or it does not answer. */
  async askLeader<T>(partition: TopicPartition, ask: (peer: Peer) => Promise<T>): Promise<T | undefined> {
    const leader = (await this.partitions([topicOf(partition)])).get(partition)?.leader;
    const peer = leader === undefined ? undefined : this.peer(leader);
    return peer === undefined ? undefined : ask(peer).catch(() => undefined);
  }

  /** Asks one broker after the other until one answers; undefined where none does. */
  async askAny<T>(ask: (peer: Peer) => Promise<T>): Promise<T | undefined> {
    for (const { peer, state } of this.brokers.values()) {
      const answer = state === "up" ? await ask(peer).catch(() => undefined) : undefined;
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** How to ask the broker. */
  peer(broker: BrokerId): Peer | undefined {
    return this.brokers.get(broker)?.peer;
  }

  /** Asks every broker that has been told to be up; those that do not answer in time are left out. */
  async askAll<T>(ask: (peer: Peer) => Promise<T>): Promise<readonly T[]> {
    const up = [...this.brokers.values()].filter(({ state }) => state === "up");
    const answers = await Promise.allSettled(up.map(({ peer }) => ask(peer)));
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  }
}
