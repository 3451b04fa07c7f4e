import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { PartitionProduceResponse, ProduceRequest, ProduceResponse } from "../protocol/produce.ts";
import type { BrokerContext } from "./context.ts";
import type { ReplicaManager } from "./replica-manager.ts";

/**
 * `Produce`: appends, and answers when each partition's records are as safe as `acks` asks for, or when `timeoutMs` is over.
 * A time-out takes nothing back: the records are in the log and may be committed later.
 */
export function handleProduce(
  context: BrokerContext,
  replicas: ReplicaManager,
  request: ProduceRequest,
  respond: (reply: ProduceResponse | "nothing" | "close") => void,
): void {
  const parts = request.topicData.flatMap(({ name, partitionData }) =>
    partitionData.map(({ index, records }) => ({ topic: name, index, records })),
  );
  const settled: (PartitionProduceResponse | undefined)[] = parts.map(() => undefined);
  let open = parts.length;
  const settle = (at: number, error: ErrorCode, baseOffset: Offset): void => {
    if (settled[at] !== undefined) return;
    const { index, topic } = parts[at]!;
    settled[at] = partitionResponse(index, error, baseOffset, replicas.get(topic, index)?.known);
    open--;
    if (open > 0) return;
    timer.cancel();
    if (request.acks === 0) {
      const areAllWell = settled.every((response) => response!.errorCode === errorCode.NONE);
      respond(areAllWell ? "nothing" : "close");
      return;
    }
    const responses = byTopic(parts.map((part, i) => [part.topic, settled[i]!] as const));
    respond({ responses: responses.map(([name, partitionResponses]) => ({ name, partitionResponses })) });
  };
  const timer = context.host.after(request.timeoutMs, () => {
    for (const at of parts.keys()) settle(at, errorCode.REQUEST_TIMED_OUT, noOffset);
  });
  for (const [at, { index, records, topic }] of parts.entries()) {
    const partition = replicas.get(topic, index);
    if (partition === undefined) settle(at, errorCode.UNKNOWN_TOPIC_OR_PARTITION, noOffset);
    else partition.append(records, request.acks, ({ baseOffset, error }) => settle(at, error, baseOffset));
  }
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
