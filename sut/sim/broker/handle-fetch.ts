import { errorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type {
  FetchPartition,
  FetchRequest,
  FetchResponse,
  ListOffsetsRequest,
  ListOffsetsResponse,
  PartitionFetchResponse,
} from "../protocol/fetch.ts";
import type { BrokerContext } from "./context.ts";
import type { Fetcher, Partition } from "./partition.ts";
import type { ReplicaManager } from "./replica-manager.ts";

interface Part {
  readonly topic: string;
  readonly fetch: FetchPartition;
  readonly partition: Partition | undefined;
}

/**
 * `Fetch`: answers at once where there are records, a divergence or an error; otherwise waits for one of them, at most
 * `maxWaitMs`. A follower's position is noted after its answer is made, so that it learns of a watermark that it has itself
 * moved only with its next fetch.
 */
export function handleFetch(
  context: BrokerContext,
  replicas: ReplicaManager,
  request: FetchRequest,
  respond: (response: FetchResponse) => void,
): void {
  const fetcher = fetcherOf(request);
  const parts = request.topics.flatMap(({ partitions, topic }) =>
    partitions.map((fetch): Part => ({ topic, fetch, partition: replicas.get(topic, fetch.partition) })),
  );
  const read = (): readonly PartitionFetchResponse[] =>
    parts.map(({ fetch, partition }) => partition?.read(fetch, fetcher) ?? unknownPartition(fetch));
  const first = read();
  for (const [at, { fetch, partition }] of parts.entries()) partition?.noteFetch(fetch, fetcher, first[at]!);
  if (request.maxWaitMs === 0 || first.some(isWorthAnswering)) {
    respond(fetchResponse(parts, first));
    return;
  }
  const finish = (answers: readonly PartitionFetchResponse[]): void => {
    timer.cancel();
    for (const { partition } of parts) partition?.unwatch(onChange);
    respond(fetchResponse(parts, answers));
  };
  const onChange = (): void => {
    const answers = read();
    if (answers.some(isWorthAnswering)) finish(answers);
  };
  const timer = context.host.after(request.maxWaitMs, () => finish(read()));
  for (const { partition } of parts) partition?.watch(onChange);
}

/** `ListOffsets`, for the earliest and the latest offset. */
export function handleListOffsets(replicas: ReplicaManager, request: ListOffsetsRequest): ListOffsetsResponse {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ currentLeaderEpoch, partitionIndex, timestamp }) => {
        const partition = replicas.get(name, partitionIndex);
        const found = partition?.listOffset(timestamp, currentLeaderEpoch);
        return {
          partitionIndex,
          errorCode: found?.error ?? errorCode.UNKNOWN_TOPIC_OR_PARTITION,
          offset: found?.offset ?? offset(-1),
          leaderEpoch: currentLeaderEpoch,
        };
      }),
    })),
  };
}

function fetcherOf({ replicaState }: FetchRequest): Fetcher {
  const { replicaEpoch, replicaId } = replicaState;
  return replicaId < 0 ? { kind: "consumer" } : { kind: "follower", id: replicaId, brokerEpoch: replicaEpoch };
}

const isWorthAnswering = (answer: PartitionFetchResponse): boolean =>
  answer.errorCode !== errorCode.NONE || answer.records.length > 0 || answer.divergingEpoch !== undefined;

function fetchResponse(parts: readonly Part[], answers: readonly PartitionFetchResponse[]): FetchResponse {
  const responses = byTopic(parts.map(({ topic }, at) => [topic, answers[at]!] as const));
  return { responses: responses.map(([topic, partitions]) => ({ topic, partitions })) };
}

const unknownPartition = ({ partition }: FetchPartition): PartitionFetchResponse => ({
  partitionIndex: partition,
  errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  highWatermark: offset(-1),
  logStartOffset: offset(-1),
  records: [],
});
