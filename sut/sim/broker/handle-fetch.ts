import { errorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
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
  const first = read(replicas, request, fetcher);
  for (const [at, { partitions, topic }] of request.topics.entries()) {
    const answers = first.responses[at]!.partitions;
    for (const [nth, fetch] of partitions.entries()) {
      replicas.get(topic, fetch.partition)?.noteFetch(fetch, fetcher, answers[nth]!);
    }
  }
  if (request.maxWaitMs === 0 || first.responses.some(isWorthAnswering)) {
    respond(first);
    return;
  }
  const watched = partitionsOf(replicas, request);
  const finish = (answer: FetchResponse): void => {
    timer.cancel();
    for (const partition of watched) partition.unwatch(onChange);
    respond(answer);
  };
  const onChange = (): void => {
    const answer = read(replicas, request, fetcher);
    if (answer.responses.some(isWorthAnswering)) finish(answer);
  };
  const timer = context.host.after(request.maxWaitMs, () => finish(read(replicas, request, fetcher)));
  for (const partition of watched) partition.watch(onChange);
}

function read(replicas: ReplicaManager, { topics }: FetchRequest, fetcher: Fetcher): FetchResponse {
  const readPartition = (topic: string, fetch: FetchPartition): PartitionFetchResponse =>
    replicas.get(topic, fetch.partition)?.read(fetch, fetcher) ?? unknownPartition(fetch);
  const responses = topics.map(({ partitions, topic }) => {
    return { topic, partitions: partitions.map((fetch) => readPartition(topic, fetch)) };
  });
  return { responses };
}

function partitionsOf(replicas: ReplicaManager, { topics }: FetchRequest): readonly Partition[] {
  const found: Partition[] = [];
  for (const { partitions, topic } of topics) {
    for (const { partition: index } of partitions) {
      const partition = replicas.get(topic, index);
      if (partition !== undefined) found.push(partition);
    }
  }
  return found;
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

const isWorthAnswering = ({ partitions }: FetchResponse["responses"][number]): boolean => partitions.some(hasSomething);

const hasSomething = (answer: PartitionFetchResponse): boolean =>
  answer.errorCode !== errorCode.NONE || answer.records.length > 0 || answer.divergingEpoch !== undefined;

const unknownPartition = ({ partition }: FetchPartition): PartitionFetchResponse => ({
  partitionIndex: partition,
  errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  highWatermark: offset(-1),
  logStartOffset: offset(-1),
  records: [],
});
