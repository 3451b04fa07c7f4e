import { errorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import type { DeleteRecordsRequest, DeleteRecordsResponse } from "../protocol/delete-records.ts";
import type { ReplicaManager } from "./replica-manager.ts";

/** `DeleteRecords`: answered as soon as the leader has done it. Kafka waits until its followers have done it too. */
export function handleDeleteRecords(replicas: ReplicaManager, request: DeleteRecordsRequest): DeleteRecordsResponse {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ offset: before, partitionIndex }) => {
        const done = replicas.get(name, partitionIndex)?.deleteRecords(before) ?? unknownPartition;
        return { partitionIndex, lowWatermark: done.logStart, errorCode: done.error };
      }),
    })),
  };
}

const unknownPartition = { error: errorCode.UNKNOWN_TOPIC_OR_PARTITION, logStart: offset(-1) };
