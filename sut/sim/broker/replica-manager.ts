/**
 * All partitions of one broker: gives each its role from the metadata, keeps fetchers for those it follows, and carries ISR
 * proposals to the controller.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { BrokerId, TopicPartition } from "../../../model/ids.ts";
import type { PartitionRegistration } from "../controller/metadata-image.ts";
import type { AlterPartitionRequest, AlterPartitionResponse } from "../protocol/cluster.ts";
import type { BrokerContext } from "./context.ts";
import type { ControllerChannel } from "./controller-channel.ts";
import type { IsrProposal } from "./partition-leader.ts";
import { logCleaner } from "./log-cleaner.ts";
import { logRetention } from "./log-retention.ts";
import { Partition } from "./partition.ts";
import { ReplicaFetcher } from "./replica-fetcher.ts";
import type { ReplicaCare } from "./replica-care.ts";
import { Replica } from "./replica.ts";
import { emptyReplicaDisk } from "./replica.ts";
import type { ReplicaDisk } from "./replica.ts";
import { PartitionLog } from "./log/partition-log.ts";

/** How long a leader waits before it repeats a proposal that got no answer. */
const proposalRetryMs = 50;

export class ReplicaManager {
  private readonly context: BrokerContext;
  private readonly controller: ControllerChannel;
  private readonly brokerEpoch: () => number;
  /** What is done for replicas every now and then. */
  private readonly cares: readonly ReplicaCare[];
  /** What is on this broker's disk. */
  private readonly disks: Map<TopicPartition, ReplicaDisk>;
  private readonly partitions = new Map<TopicPartition, Partition>();
  /** The same by topic and index, as requests name them. */
  private readonly byTopic = new Map<string, (Partition | undefined)[]>();
  private readonly fetchers = new Map<BrokerId, ReplicaFetcher>();

  constructor(
    context: BrokerContext,
    disks: Map<TopicPartition, ReplicaDisk>,
    toController: ControllerChannel,
    brokerEpoch: () => number,
  ) {
    this.context = context;
    this.controller = toController;
    this.brokerEpoch = brokerEpoch;
    this.disks = disks;
    this.cares = [logRetention(context), logCleaner(context)];
    for (const disk of disks.values()) this.load(disk);
    this.checkLagLater();
    for (const { replica } of this.partitions.values()) this.takeCareOf(replica);
  }

  get(topic: string, index: number): Partition | undefined {
    return this.byTopic.get(topic)?.[index];
  }

  all(): Iterable<Partition> {
    return this.partitions.values();
  }

  /** News of a partition from the metadata log. True where a new leader epoch has begun for a replica of this broker. */
  apply(registration: PartitionRegistration): boolean {
    const isPlacedHere = registration.replicas.includes(this.context.id);
    const found = this.partitions.get(registration.name);
    if (!isPlacedHere) return found !== undefined && this.remove(found, registration);
    const partition = found ?? this.create(registration);
    if (partition === undefined) return false;
    const { leader, leaderEpoch } = registration;
    const before = partition.known.leaderId;
    const isNewEpoch = partition.apply(registration);
    if (!isNewEpoch) return false;
    if (before >= 0) this.fetchers.get(before)?.unfollow(registration.name);
    if (leader >= 0 && leader !== this.context.id) {
      this.fetcher(leader).follow(partition.replica, leaderEpoch, () => partition.onProgress());
    }
    return true;
  }

  /** A clean shutdown: every watermark is written down. */
  close(): void {
    for (const { replica } of this.partitions.values()) replica.close();
  }

  private load(disk: ReplicaDisk): Partition {
    const { index, name, topic } = disk;
    const partition = new Partition(new Replica(this.context, disk), (one, proposal) => this.propose(one, proposal));
    this.partitions.set(name, partition);
    const siblings = this.byTopic.get(topic) ?? [];
    siblings[index] = partition;
    this.byTopic.set(topic, siblings);
    return partition;
  }

  /** A replica is to be here from now on: it begins with nothing. Not on a disk that has failed. */
  private create({ index, name, partitionEpoch, topic }: PartitionRegistration): Partition | undefined {
    const { id: broker, image, logDir, record, rules, settings } = this.context;
    if (logDir.hasFailed) return undefined;
    const log = new PartitionLog(rules, image.topics.get(topic)!.config);
    const disk = emptyReplicaDisk({ topic, index, name }, log, settings);
    this.disks.set(name, disk);
    record.broker({ kind: "replica-created", broker, partition: name, partitionEpoch });
    const partition = this.load(disk);
    this.takeCareOf(partition.replica);
    return partition;
  }

  /** There is no replica here any more, also where one was left by a former life of this broker. False where the disk has failed. */
  private remove(partition: Partition, { index, name, partitionEpoch, topic }: PartitionRegistration): boolean {
    const { id: broker, logDir, record } = this.context;
    this.fetchers.get(partition.known.leaderId)?.unfollow(name);
    this.partitions.delete(name);
    this.byTopic.get(topic)![index] = undefined;
    for (const care of this.cares) care.remove(partition.replica);
    partition.close();
    if (logDir.hasFailed) return false;
    this.disks.delete(name);
    record.broker({ kind: "replica-deleted", broker, partition: name, partitionEpoch });
    return true;
  }

  private fetcher(leader: BrokerId): ReplicaFetcher {
    let fetcher = this.fetchers.get(leader);
    if (fetcher === undefined) {
      fetcher = new ReplicaFetcher(this.context, leader, this.brokerEpoch);
      this.fetchers.set(leader, fetcher);
    }
    return fetcher;
  }

  private takeCareOf(replica: Replica): void {
    for (const care of this.cares) care.add(replica);
  }

  private checkLagLater(): void {
    this.context.host.after(this.context.settings["replica.lag.time.max.ms"] / 2, () => {
      for (const { leading } of this.partitions.values()) leading?.shrinkIsr();
      this.checkLagLater();
    });
  }

  private propose(partition: Partition, proposal: IsrProposal): void {
    const { index, topic } = partition.replica;
    const request: AlterPartitionRequest = {
      api: "AlterPartition",
      brokerId: this.context.id,
      brokerEpoch: this.brokerEpoch(),
      topics: [
        {
          topicName: topic,
          partitions: [
            {
              partitionIndex: index,
              leaderEpoch: proposal.leaderEpoch,
              newIsrWithEpochs: proposal.isr,
              partitionEpoch: proposal.partitionEpoch,
              leaderRecoveryState: 0,
            },
          ],
        },
      ],
    };
    this.controller.send(request, (response) => this.onProposalAnswered(partition, proposal, response));
  }

  /** A refusal that tells of newer metadata leaves the proposal pending until that metadata arrives (KIP-497). */
  private onProposalAnswered(partition: Partition, proposal: IsrProposal, response: AlterPartitionResponse | undefined): void {
    const { leading } = partition;
    if (leading === undefined) return;
    const outcome = response?.topics[0]?.partitions[0];
    if (response?.errorCode === errorCode.NONE && outcome?.errorCode === errorCode.NONE) {
      leading.takeAnswer(proposal, outcome);
      return;
    }
    if (!leading.isPending(proposal)) return;
    const error = outcome?.errorCode ?? response?.errorCode;
    switch (this.context.rules.afterRefusedIsr(error)) {
      case "revert":
        leading.dropProposal(proposal);
        return;
      case "await-metadata":
        return;
      case "retry":
        this.context.host.after(proposalRetryMs, () => {
          if (partition.leading === leading && leading.isPending(proposal)) this.propose(partition, proposal);
        });
    }
  }
}
