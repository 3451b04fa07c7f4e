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
import type { Timer } from "../event-loop.ts";
import type { Host } from "../host.ts";
import type { BrokerContext } from "./context.ts";
import { notListed } from "./list-offset.ts";
import type { ConsumerFetcher, Fetcher, Follower, Partition } from "./partition.ts";
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
  if (fetcher.kind === "follower") noteFetch(replicas, request, fetcher, first);
  if (request.maxWaitMs === 0 || isWorthAnswering(first)) respond(first);
  else new WaitingFetch(replicas, request, fetcher, respond).begin(context.host);
}

function noteFetch(replicas: ReplicaManager, { topics }: FetchRequest, fetcher: Follower, { responses }: FetchResponse): void {
  for (let at = 0; at < topics.length; at++) {
    const { partitions, topic } = topics[at]!;
    const answers = responses[at]!.partitions;
    for (let nth = 0; nth < partitions.length; nth++) {
      const fetch = partitions[nth]!;
      replicas.get(topic, fetch.partition)?.noteFetch(fetch, fetcher, answers[nth]!);
    }
  }
}

/** A fetch for which there was nothing: answered when there is, or when its time is over. */
class WaitingFetch {
  private readonly replicas: ReplicaManager;
  private readonly request: FetchRequest;
  private readonly fetcher: Fetcher;
  private readonly respond: (response: FetchResponse) => void;
  private readonly watched: readonly Partition[];
  private timer: Timer | undefined;
  private readonly onChange = (): void => this.look();

  constructor(replicas: ReplicaManager, request: FetchRequest, fetcher: Fetcher, respond: (response: FetchResponse) => void) {
    this.replicas = replicas;
    this.request = request;
    this.fetcher = fetcher;
    this.respond = respond;
    this.watched = partitionsOf(replicas, request);
  }

  begin(host: Host): void {
    this.timer = host.after(this.request.maxWaitMs, () => this.finish(this.read()));
    for (const partition of this.watched) partition.watch(this.onChange);
  }

  private read(): FetchResponse {
    return read(this.replicas, this.request, this.fetcher);
  }

  private look(): void {
    const answer = this.read();
    if (isWorthAnswering(answer)) this.finish(answer);
  }

  private finish(answer: FetchResponse): void {
    this.timer?.cancel();
    for (const partition of this.watched) partition.unwatch(this.onChange);
    this.respond(answer);
  }
}

function read(replicas: ReplicaManager, { topics }: FetchRequest, fetcher: Fetcher): FetchResponse {
  const answerTo = (topic: string, fetch: FetchPartition): PartitionFetchResponse =>
    replicas.get(topic, fetch.partition)?.read(fetch, fetcher) ?? unknownPartition(fetch);
  return {
    responses: topics.map(({ partitions, topic }) => ({
      topic,
      partitions: partitions.map((fetch) => answerTo(topic, fetch)),
    })),
  };
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

/** `ListOffsets`: the earliest and the latest offset, and that of the first record from a time on. */
export function handleListOffsets(replicas: ReplicaManager, request: ListOffsetsRequest): ListOffsetsResponse {
  const kind = request.replicaId === undefined ? "consumer" : "follower";
  const asker = { kind, readsCommitted: request.isolationLevel === 1 } as const;
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ currentLeaderEpoch, partitionIndex, timestamp }) => {
        const partition = replicas.get(name, partitionIndex);
        const found =
          partition?.listOffset(timestamp, currentLeaderEpoch, asker) ?? notListed(errorCode.UNKNOWN_TOPIC_OR_PARTITION);
        return {
          partitionIndex,
          errorCode: found.error,
          timestamp: found.timestampMs,
          offset: found.offset,
          leaderEpoch: currentLeaderEpoch,
        };
      }),
    })),
  };
}

const consumer: ConsumerFetcher = { kind: "consumer", readsCommitted: false };
const committedReader: ConsumerFetcher = { kind: "consumer", readsCommitted: true };

function fetcherOf({ isolationLevel, rackId, replicaState }: FetchRequest): Fetcher {
  const { replicaEpoch, replicaId } = replicaState;
  if (replicaId >= 0) return { kind: "follower", id: replicaId, brokerEpoch: replicaEpoch };
  const plain = isolationLevel === 1 ? committedReader : consumer;
  return rackId === undefined ? plain : { ...plain, rack: rackId };
}

function isWorthAnswering({ responses }: FetchResponse): boolean {
  for (const { partitions } of responses) if (partitions.some(hasSomething)) return true;
  return false;
}

const hasSomething = (answer: PartitionFetchResponse): boolean =>
  answer.errorCode !== errorCode.NONE ||
  answer.records.length > 0 ||
  answer.divergingEpoch !== undefined ||
  answer.preferredReadReplica !== undefined;

const unknownPartition = ({ partition }: FetchPartition): PartitionFetchResponse => ({
  partitionIndex: partition,
  errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  highWatermark: offset(-1),
  logStartOffset: offset(-1),
  records: [],
});
