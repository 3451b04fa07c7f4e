/** Carries the end of a transaction to the leaders of its partitions, until each of them has written it down. */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { indexOf, noLeader, topicOf, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, TopicPartition } from "../../../model/ids.ts";
import type { BrokerContext } from "../broker/context.ts";
import { Connections } from "../connections.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { TransactionOutcome } from "../protocol/record-batch.ts";
import type { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from "../protocol/transaction.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";

const markerTimeoutMs = 1000;
const retryMs = 50;

export interface EndOfTransaction {
  readonly producer: ProducerIdentity;
  readonly outcome: TransactionOutcome;
  readonly partitions: readonly TopicPartition[];
  readonly coordinatorEpoch: number;
  /** False once the coordinator is not in office any more: then nobody needs its markers. */
  readonly isInOffice: () => boolean;
  /** Every partition has its marker. */
  readonly onWritten: () => void;
}

export class MarkerSender {
  private readonly context: BrokerContext;
  private readonly channels: Connections;

  constructor(context: BrokerContext) {
    this.context = context;
    this.channels = new Connections(context, "broker");
  }

  send(end: EndOfTransaction): void {
    const missing = new Set(end.partitions);
    if (missing.size === 0) end.onWritten();
    else this.sendMissing(end, missing);
  }

  private sendMissing(end: EndOfTransaction, missing: Set<TopicPartition>): void {
    if (!end.isInOffice()) return;
    const byLeader = new Map<BrokerId, readonly TopicPartition[]>();
    for (const partition of missing) {
      const leader = this.context.image.partitions.get(partition)?.leader ?? noLeader;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    let open = byLeader.size;
    const done = (): void => {
      open--;
      if (open > 0 || !end.isInOffice()) return;
      if (missing.size === 0) end.onWritten();
      else this.context.host.after(retryMs, () => this.sendMissing(end, missing));
    };
    for (const [leader, partitions] of byLeader) {
      if (leader < 0) {
        done();
        continue;
      }
      this.channels
        .to(leader)
        .send(requestOf(end, this.context.settings["transaction.version"], partitions), markerTimeoutMs, (response) => {
          for (const partition of settledBy(response)) missing.delete(partition);
          done();
        });
    }
  }
}

function requestOf(
  { coordinatorEpoch, outcome, producer: { producerEpoch, producerId } }: EndOfTransaction,
  transactionVersion: 0 | 2,
  partitions: readonly TopicPartition[],
): WriteTxnMarkersRequest {
  const topics = byTopic(partitions, topicOf, (name, ofTopic) => ({ name, partitions: ofTopic.map(indexOf) }));
  return { api: "WriteTxnMarkers", producerId, producerEpoch, outcome, coordinatorEpoch, transactionVersion, topics };
}

/** Nothing more is to be done where the marker is written, or where a later one has made it void. */
function settledBy(response: WriteTxnMarkersResponse | undefined): readonly TopicPartition[] {
  const answers = response?.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ errorCode: error, partitionIndex }) => ({ error, partition: topicPartition(name, partitionIndex) })),
  );
  return (answers ?? []).filter(({ error }) => final.has(error)).map(({ partition }) => partition);
}

const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  errorCode.NONE,
  errorCode.INVALID_PRODUCER_EPOCH,
  errorCode.TRANSACTION_COORDINATOR_FENCED,
]);
