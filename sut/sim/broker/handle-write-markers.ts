import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offsetsTopic } from "../../../model/ids.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { Respond } from "../protocol/messages.ts";
import type { WriteTxnMarkersRequest } from "../protocol/transaction.ts";
import type { ReplicaManager } from "./replica-manager.ts";

/** What became of the marker in one partition. */
interface Part {
  readonly topic: string;
  readonly index: number;
  error: ErrorCode | undefined;
}

/** Whoever has to know how the transactions of a partition end, besides its log. */
export interface EndListener {
  /** Appends the marker, and answers when it is committed. */
  endTransaction(index: number, end: WriteTxnMarkersRequest, onSettled: (error: ErrorCode) => void): void;
}

/** `WriteTxnMarkers`: writes down how a transaction has ended, and answers when that is committed in every partition. */
export function handleWriteMarkers(
  replicas: ReplicaManager,
  groups: EndListener,
  request: WriteTxnMarkersRequest,
  respond: Respond<"WriteTxnMarkers">,
): void {
  const parts: readonly Part[] = request.topics.flatMap(({ name, partitions }) =>
    partitions.map((index) => ({ topic: name, index, error: undefined })),
  );
  let open = parts.length;
  const settle = (part: Part, error: ErrorCode): void => {
    part.error = error;
    open--;
    if (open === 0) respond({ topics: byTopic(parts, ({ topic }) => topic, answerOf) });
  };
  const { coordinatorEpoch, outcome, transactionVersion } = request;
  for (const part of parts) {
    if (part.topic === offsetsTopic) {
      groups.endTransaction(part.index, request, (error) => settle(part, error));
      continue;
    }
    const partition = replicas.get(part.topic, part.index);
    if (partition === undefined) settle(part, errorCode.UNKNOWN_TOPIC_OR_PARTITION);
    else partition.appendMarker(request, { outcome, coordinatorEpoch, transactionVersion }, ({ error }) => settle(part, error));
  }
}

const answerOf = (name: string, parts: readonly Part[]) => ({
  name,
  partitions: parts.map(({ error, index }) => ({ partitionIndex: index, errorCode: error! })),
});
