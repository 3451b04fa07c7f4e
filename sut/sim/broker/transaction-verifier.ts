/**
 * Asks transaction coordinators about the first batch of a transaction in a partition (KIP-890): with version 2 the leader adds
 * the partition for the producer, with version 0 it only asks whether the producer has.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { indexOf, noLeader, topicOf, topicPartition, transactionsTopic } from "../../../model/ids.ts";
import type { TransactionalId } from "../../../model/ids.ts";
import { coordinatorPartition } from "../coordinator/coordinator-records.ts";
import { Connections } from "../connections.ts";
import type { AddPartitionsToTxnRequest } from "../protocol/transaction.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";
import type { BrokerContext } from "./context.ts";
import type { Partition } from "./partition.ts";

const verificationTimeoutMs = 1000;

interface Question {
  readonly transactionalId: TransactionalId;
  readonly producer: ProducerIdentity;
  readonly partition: Partition;
}

export class TransactionVerifier {
  private readonly context: BrokerContext;
  private readonly channels: Connections;

  constructor(context: BrokerContext) {
    this.context = context;
    this.channels = new Connections(context, "broker");
  }

  /** `onVerified` hears whether the partition is part of an open transaction of the producer, or why that is not known. */
  verify({ partition, producer, transactionalId }: Question, onVerified: (error: ErrorCode) => void): void {
    const { producerEpoch, producerId } = producer;
    const { name, transactions } = partition.replica;
    const { image, settings } = this.context;
    const count = image.topics.get(transactionsTopic)?.partitions ?? 1;
    const log = topicPartition(transactionsTopic, coordinatorPartition(transactionalId, count));
    const coordinator = image.partitions.get(log)?.leader ?? noLeader;
    if (coordinator < 0) {
      onVerified(errorCode.NOT_ENOUGH_REPLICAS);
      return;
    }
    const request: AddPartitionsToTxnRequest = {
      api: "AddPartitionsToTxn",
      transactionalId,
      producerId,
      producerEpoch,
      topics: [{ name: topicOf(name), partitions: [indexOf(name)] }],
      verifyOnly: settings["transaction.version"] === 0,
    };
    const before = transactions.lastMarkerOf(producerId);
    this.channels.to(coordinator).send(request, verificationTimeoutMs, (response) => {
      // A marker that came meanwhile has ended the transaction that was asked about.
      const isOver = transactions.lastMarkerOf(producerId) !== before;
      onVerified(isOver ? errorCode.INVALID_TXN_STATE : toldToProducer(response?.errorCode ?? errorCode.DISCONNECTED));
    });
  }
}

/** A producer is told to try again where the coordinator could not say (`AddPartitionsToTxnManager`). */
function toldToProducer(error: ErrorCode): ErrorCode {
  switch (error) {
    case errorCode.NONE:
    case errorCode.INVALID_PRODUCER_ID_MAPPING:
    case errorCode.TRANSACTION_ABORTABLE:
      return error;
    case errorCode.PRODUCER_FENCED:
      return errorCode.INVALID_PRODUCER_EPOCH;
    default:
      return errorCode.NOT_ENOUGH_REPLICAS;
  }
}
