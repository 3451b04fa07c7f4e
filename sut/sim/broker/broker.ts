/** One broker process: its parts, the requests it answers, and the metadata that tells it what to be. */

import { errorCode } from "../../../model/error-code.ts";
import { noLeader, offsetsTopic, topicPartition, transactionsTopic } from "../../../model/ids.ts";
import type { ClientId, TopicPartition } from "../../../model/ids.ts";
import { GroupCoordinator } from "../coordinator/group-coordinator.ts";
import { TransactionCoordinator } from "../coordinator/transaction-coordinator.ts";
import type { MetadataRecord, PartitionRegistration } from "../controller/metadata-image.ts";
import type { Quorum } from "../controller/quorum.ts";
import type * as cluster from "../protocol/cluster.ts";
import type { Request, RequestOf, Respond } from "../protocol/messages.ts";
import type { Reply } from "../network.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { BrokerContext } from "./context.ts";
import { ControllerChannel } from "./controller-channel.ts";
import { handleDeleteRecords } from "./handle-delete-records.ts";
import { handleFetch, handleListOffsets } from "./handle-fetch.ts";
import { handleProduce } from "./handle-produce.ts";
import { handleWriteMarkers } from "./handle-write-markers.ts";
import { TransactionVerifier } from "./transaction-verifier.ts";
import { BrokerLifecycle } from "./lifecycle.ts";
import { ProducerIds } from "./producer-ids.ts";
import { ReplicaManager } from "./replica-manager.ts";
import type { ReplicaDisk } from "./replica.ts";

type TopicMetadata = cluster.MetadataResponse["topics"][number];

export class Broker {
  readonly replicas: ReplicaManager;
  readonly coordinator: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly lifecycle: BrokerLifecycle;
  private readonly context: BrokerContext;
  private readonly controller: ControllerChannel;
  private readonly producerIds: ProducerIds;
  private readonly verifier: TransactionVerifier;
  private metadataOffset = 0;
  /** What clients are told of the metadata: put into words once, until it changes. */
  private readonly described = new Map<string, TopicMetadata>();
  private inService: cluster.MetadataResponse["brokers"] | undefined;
  /** Whether this process acts on metadata yet, or only reads it. */
  private isPublishing = false;

  constructor(context: BrokerContext, quorum: Quorum, disks: Map<TopicPartition, ReplicaDisk>) {
    this.context = context;
    this.controller = new ControllerChannel(context, quorum);
    this.lifecycle = new BrokerLifecycle(context, new ControllerChannel(context, quorum), {
      metadataOffset: () => this.metadataOffset,
      onRegistered: () => this.publishWhenCaughtUp(),
    });
    const brokerEpoch = (): number => this.lifecycle.brokerEpoch;
    this.replicas = new ReplicaManager(context, disks, new ControllerChannel(context, quorum), brokerEpoch);
    this.verifier = new TransactionVerifier(context);
    this.coordinator = new GroupCoordinator(context, this.replicas, this.verifier);
    this.producerIds = new ProducerIds(context, this.controller, brokerEpoch);
    this.transactions = new TransactionCoordinator(context, this.replicas, this.producerIds);
  }

  /** Takes in what the controllers have decided: of several changes to a partition only the last one counts. */
  onMetadata(batches: readonly RecordBatch<MetadataRecord>[]): void {
    const changed = new Map<string, PartitionRegistration>();
    for (const { baseOffset, records } of batches) {
      for (const { value } of records) {
        const partition = this.context.image.apply(value);
        if (partition !== undefined) changed.set(partition.name, partition);
      }
      this.metadataOffset = baseOffset + records.length;
    }
    this.described.clear();
    this.inService = undefined;
    if (this.isPublishing) for (const partition of changed.values()) this.publish(partition);
    else this.publishWhenCaughtUp();
  }

  /**
   * A process that has just started acts on metadata only when it has read its own registration: what the log says of its
   * former life, that it leads a partition for instance, is over by then.
   */
  private publishWhenCaughtUp(): void {
    const { brokerEpoch } = this.lifecycle;
    if (this.isPublishing || brokerEpoch < 0 || this.metadataOffset <= brokerEpoch) return;
    this.isPublishing = true;
    for (const partition of this.context.image.partitions.values()) this.publish(partition);
  }

  private publish(partition: PartitionRegistration): void {
    const isNewEpoch = this.replicas.apply(partition);
    if (!isNewEpoch) return;
    if (partition.topic === offsetsTopic) this.coordinator.onNewEpoch(partition.index);
    else if (partition.topic === transactionsTopic) this.transactions.onNewEpoch(partition.index);
  }

  receive(request: Request, clientId: ClientId, respond: (reply: Reply) => void): void {
    const { context, coordinator, replicas, transactions } = this;
    switch (request.api) {
      case "Produce":
        return handleProduce({ context, replicas, verifier: this.verifier }, request, respond);
      case "Fetch":
        return handleFetch(context, replicas, request, respond);
      case "ListOffsets":
        return respond(handleListOffsets(replicas, request));
      case "DeleteRecords":
        return respond(handleDeleteRecords(replicas, request));
      case "Metadata":
        return respond(this.metadata(request));
      case "InitProducerId":
        return this.initProducerId(request, respond);
      case "FindCoordinator":
        return respond((request.keyType === "transaction" ? transactions : coordinator).findCoordinator(request));
      case "AddPartitionsToTxn":
        return transactions.addPartitions(request, respond);
      case "AddOffsetsToTxn":
        return transactions.addOffsets(request, respond);
      case "TxnOffsetCommit":
        return coordinator.txnOffsetCommit(request, respond);
      case "EndTxn":
        return transactions.endTransaction(request, respond);
      case "WriteTxnMarkers":
        return handleWriteMarkers(replicas, coordinator, request, respond);
      case "JoinGroup":
        return coordinator.joinGroup(request, clientId, respond);
      case "SyncGroup":
        return coordinator.syncGroup(request, respond);
      case "Heartbeat":
        return respond(coordinator.heartbeat(request));
      case "LeaveGroup":
        return respond(coordinator.leaveGroup(request));
      case "OffsetCommit":
        return coordinator.offsetCommit(request, respond);
      case "OffsetFetch":
        return respond(coordinator.offsetFetch(request, clientId));
      case "ElectLeaders":
        return this.forwardElection(request, respond);
      case "AlterPartitionReassignments":
        return this.controller.send(request, (response) =>
          respond(response ?? { errorCode: errorCode.NOT_CONTROLLER, responses: [] }),
        );
      default:
        throw new Error(`${request.api} is not for a broker: the node that received it must not pass it on`);
    }
  }

  private initProducerId(request: RequestOf<"InitProducerId">, respond: Respond<"InitProducerId">): void {
    const { transactionalId } = request;
    if (transactionalId === undefined) this.producerIds.initProducerId(respond);
    else this.transactions.initProducerId({ ...request, transactionalId }, respond);
  }

  /** Whatever an administrator asks of any broker is decided by the controller (KIP-590). */
  private forwardElection(request: cluster.ElectLeadersRequest, respond: Respond<"ElectLeaders">): void {
    this.controller.send(request, (response) =>
      respond(response ?? { errorCode: errorCode.NOT_CONTROLLER, replicaElectionResults: [] }),
    );
  }

  private metadata({ topics }: cluster.MetadataRequest): cluster.MetadataResponse {
    const { image } = this.context;
    this.inService ??= [...image.brokers].filter(([, { fenced }]) => !fenced).map(([nodeId]) => ({ nodeId }));
    return { brokers: this.inService, topics: topics.map(({ name }) => this.topicMetadata(name)) };
  }

  private topicMetadata(name: string): TopicMetadata {
    let described = this.described.get(name);
    if (described === undefined) {
      described = this.describeTopic(name);
      this.described.set(name, described);
    }
    return described;
  }

  private describeTopic(name: string): TopicMetadata {
    const partitions = this.context.image.topics.get(name)?.partitions;
    if (partitions === undefined) return { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, name, partitions: [] };
    const described: cluster.PartitionMetadata[] = [];
    for (let index = 0; index < partitions; index++) described.push(this.partitionMetadata(name, index));
    return { errorCode: errorCode.NONE, name, partitions: described };
  }

  private partitionMetadata(topic: string, index: number): cluster.PartitionMetadata {
    const { image } = this.context;
    const { isr, leader, leaderEpoch, replicas } = image.partitions.get(topicPartition(topic, index))!;
    const isAvailable = leader >= 0 && image.brokers.get(leader)?.fenced === false;
    return {
      errorCode: isAvailable ? errorCode.NONE : errorCode.LEADER_NOT_AVAILABLE,
      partitionIndex: index,
      leaderId: isAvailable ? leader : noLeader,
      leaderEpoch,
      replicaNodes: replicas,
      isrNodes: isr,
    };
  }
}
