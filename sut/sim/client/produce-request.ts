import type { TransactionalId } from "../../../model/ids.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { ProduceRequest } from "../protocol/produce.ts";
import type { ProducerBatch } from "./producer-batch.ts";

const acksOnWire = { "0": 0, "1": 1, all: -1 } as const;

/** The request that carries these batches, at most one a partition; of a transaction where there is a transactional id. */
export function produceRequest(
  batches: readonly ProducerBatch[],
  settings: ProducerSettings,
  transactionalId: TransactionalId | undefined,
): ProduceRequest {
  const partOf = (batch: ProducerBatch) => ({ index: batch.index, records: batch.toRecordBatch() });
  const topicData = byTopic(
    batches,
    ({ topic }) => topic,
    (name, ofTopic) => ({ name, partitionData: ofTopic.map(partOf) }),
  );
  const acks = acksOnWire[settings.acks];
  const request = { api: "Produce", acks, timeoutMs: settings["request.timeout.ms"], topicData } as const;
  return transactionalId === undefined ? request : { ...request, transactionalId };
}
