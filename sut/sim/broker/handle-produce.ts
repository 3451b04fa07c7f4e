import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { PartitionProduceResponse, ProduceRequest, ProduceResponse } from "../protocol/produce.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { BrokerContext } from "./context.ts";
import type { Partition } from "./partition.ts";
import type { TransactionVerifier } from "./transaction-verifier.ts";
import type { ReplicaManager } from "./replica-manager.ts";

/** The parts of a broker that have to do with what producers send. */
export interface ProduceParts {
  readonly context: BrokerContext;
  readonly replicas: ReplicaManager;
  readonly verifier: TransactionVerifier;
}

/** What a request has for one partition, and what becomes of it. */
interface Part {
  readonly topic: string;
  readonly index: number;
  readonly records: RecordBatch;
  response: PartitionProduceResponse | undefined;
}

/**
 * `Produce`: appends, and answers when each partition's records are as safe as `acks` asks for, or when `timeoutMs` is over.
 * A time-out takes nothing back: the records are in the log and may be committed later.
 */
export function handleProduce(
  { context, replicas, verifier }: ProduceParts,
  request: ProduceRequest,
  respond: (reply: ProduceResponse | "nothing" | "close") => void,
): void {
  const parts: Part[] = [];
  for (const { name, partitionData } of request.topicData) {
    for (const { index, records } of partitionData) parts.push({ topic: name, index, records, response: undefined });
  }
  let open = parts.length;
  const settle = (part: Part, error: ErrorCode, baseOffset: Offset): void => {
    if (part.response !== undefined) return;
    const { index, topic } = part;
    part.response = partitionResponse(index, error, baseOffset, replicas.get(topic, index)?.known);
    open--;
    if (open > 0) return;
    timer.cancel();
    if (request.acks === 0) {
      const areAllWell = parts.every(({ response }) => response!.errorCode === errorCode.NONE);
      respond(areAllWell ? "nothing" : "close");
      return;
    }
    const responses = byTopic(
      parts,
      ({ topic }) => topic,
      (name, ofTopic) => ({ name, partitionResponses: ofTopic.map(({ response }) => response!) }),
    );
    respond({ responses });
  };
  const expiries: (() => void)[] = [];
  const timer = context.host.after(request.timeoutMs, () => {
    for (const expire of expiries) expire();
  });
  for (const part of parts) {
    const partition = replicas.get(part.topic, part.index);
    if (partition === undefined) {
      settle(part, errorCode.UNKNOWN_TOPIC_OR_PARTITION, noOffset);
      continue;
    }
    const append = (): void => {
      expiries.push(partition.append(part.records, request.acks, ({ baseOffset, error }) => settle(part, error, baseOffset)));
    };
    const { transactionalId } = request;
    if (transactionalId === undefined || !isUnverified(context, partition, part.records)) append();
    else
      verifier.verify({ transactionalId, producer: part.records, partition }, (error) => {
        if (error === errorCode.NONE) append();
        else settle(part, error, noOffset);
      });
  }
}

/** The first batch of a transaction, as far as this log knows: the coordinator is asked whether there is such a transaction. */
function isUnverified(
  { rules, settings }: BrokerContext,
  { replica }: Partition,
  { producerEpoch, producerId }: RecordBatch,
): boolean {
  return rules.mustVerify({
    isOpen: replica.transactions.isOpenIn(producerId, producerEpoch),
    version: settings["transaction.version"],
  });
}

const noOffset = offset(-1);

function partitionResponse(
  index: number,
  error: ErrorCode,
  baseOffset: Offset,
  currentLeader: PartitionProduceResponse["currentLeader"],
): PartitionProduceResponse {
  const response = { index, errorCode: error, baseOffset };
  const isMisdirected = error === errorCode.NOT_LEADER_OR_FOLLOWER && currentLeader !== undefined;
  return isMisdirected ? { ...response, currentLeader } : response;
}
