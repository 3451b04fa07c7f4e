/**
 * Asks the brokers about the cluster, apart from every client under test: who leads, who is in sync, who coordinates. Brokers
 * can be wrong about that after a pause, so where several answer, the one with the highest epoch is believed.
 */

import type { ProcessState } from "../../../fault-injection/cluster-view.ts";
import { topicOf } from "../../../model/ids.ts";
import type { BrokerId, TopicPartition } from "../../../model/ids.ts";
import { describeQuorum } from "../wire/describe-quorum.ts";
import { findCoordinator } from "../wire/groups.ts";
import { metadata } from "../wire/metadata.ts";
import type { ClusterMetadata, PartitionMetadata } from "../wire/metadata.ts";
import type { Peer } from "../wire/round-trip.ts";

/** A broker that can be asked, while it has been told to be up. */
export interface ObservedBroker {
  readonly peer: Peer;
  readonly state: ProcessState;
}

/** How replication of some topics stands. */
export interface Replication {
  /** The newest that any broker knows of each partition. */
  readonly partitions: ReadonlyMap<TopicPartition, PartitionMetadata>;
  /** What some broker does not see led and in sync, in words; empty where all is well everywhere. */
  readonly missing: readonly string[];
}

/** Questions to the brokers. None of them throws: what nobody answers in time is undefined, or left out. */
export class Observer {
  private readonly brokers: ReadonlyMap<BrokerId, ObservedBroker>;

  constructor(brokers: ReadonlyMap<BrokerId, ObservedBroker>) {
    this.brokers = brokers;
  }

  /** The newest that any broker knows of each partition of the topics. */
  async partitions(topics: readonly string[]): Promise<ReadonlyMap<TopicPartition, PartitionMetadata>> {
    return newestOf(await this.askAll((peer) => metadata(peer, topics)));
  }

  /** How replication of some partitions stands, of topics that have no others. */
  async replication(partitions: readonly TopicPartition[]): Promise<Replication> {
    const topics = [...new Set(partitions.map(topicOf))];
    const answers = await this.askAll((peer) => metadata(peer, topics));
    return { partitions: newestOf(answers), missing: this.missingIn(answers, partitions) };
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

  private missingIn(answers: readonly ClusterMetadata[], partitions: readonly TopicPartition[]): readonly string[] {
    if (answers.length < this.brokers.size) return ["all brokers to answer"];
    if (answers.some(({ brokers }) => brokers.length < this.brokers.size)) return ["all brokers to be in service"];
    const unready = partitions.filter((partition) => !answers.every((answer) => isInSync(answer, partition)));
    return unready.map((partition) => `${partition} to be in sync`);
  }
}

function isInSync({ partitions }: ClusterMetadata, wanted: TopicPartition): boolean {
  const found = partitions.find(({ partition }) => partition === wanted);
  return found !== undefined && found.leader >= 0 && found.isr.length === found.replicas.length;
}

function newestOf(answers: readonly ClusterMetadata[]): ReadonlyMap<TopicPartition, PartitionMetadata> {
  const newest = new Map<TopicPartition, PartitionMetadata>();
  for (const found of answers.flatMap(({ partitions }) => partitions)) {
    const known = newest.get(found.partition);
    if (known === undefined || found.leaderEpoch > known.leaderEpoch) newest.set(found.partition, found);
  }
  return newest;
}
