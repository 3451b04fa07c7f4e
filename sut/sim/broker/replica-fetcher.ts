/**
 * A broker's fetcher from one other broker: it keeps this broker's replicas in step with the leaders there.
 *
 * One request is under way at a time. A response counts for a partition only if that partition is still fetched from here,
 * in the same term and from the same offset as when the request was made (KAFKA-13207).
 */

import { errorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, Offset, TopicPartition } from "../../../model/ids.ts";
import type { FetchPartition, FetchRequest, FetchResponse, PartitionFetchResponse } from "../protocol/fetch.ts";
import { nextOffset } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { RequestChannel } from "../request-channel.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { BrokerContext } from "./context.ts";
import { askWhereLeaderIs } from "./out-of-range.ts";
import type { LeaderRange } from "./out-of-range.ts";
import type { Replica } from "./replica.ts";

interface Followed {
  readonly replica: Replica;
  readonly leaderEpoch: LeaderEpoch;
  /** Hears when consumers may read further, or no longer as far. */
  readonly onWatermark: () => void;
  /** After an error the partition is left out until then. */
  pausedUntilUs: number;
}

/** What is followed of one topic, in the order in which it is asked for and answered. */
interface FollowedTopic {
  readonly topic: string;
  readonly partitions: readonly Followed[];
}

const groupedByTopic = (partitions: readonly Followed[]): readonly FollowedTopic[] =>
  byTopic(
    partitions,
    ({ replica }) => replica.topic,
    (topic, ofTopic) => ({ topic, partitions: ofTopic }),
  );

export class ReplicaFetcher {
  private readonly context: BrokerContext;
  private readonly channel: RequestChannel;
  private readonly partitions = new Map<TopicPartition, Followed>();
  /** The same by topic; undefined when it has to be worked out anew. */
  private topics: readonly FollowedTopic[] | undefined;
  private readonly brokerEpoch: () => number;
  private isBusy = false;

  constructor(context: BrokerContext, leader: BrokerId, brokerEpoch: () => number) {
    this.context = context;
    const { host: client, hosts, network } = context;
    this.channel = new RequestChannel(network, { client, server: hosts.get(leader)!, listener: "broker" });
    this.brokerEpoch = brokerEpoch;
  }

  follow(replica: Replica, leaderEpoch: LeaderEpoch, onWatermark: () => void): void {
    this.partitions.set(replica.name, { replica, leaderEpoch, onWatermark, pausedUntilUs: 0 });
    this.topics = undefined;
    this.fetch();
  }

  unfollow(partition: TopicPartition): void {
    this.partitions.delete(partition);
    this.topics = undefined;
  }

  private fetch(): void {
    if (this.isBusy || this.partitions.size === 0) return;
    const due = this.due();
    if (due.length === 0) {
      this.fetchLater();
      return;
    }
    this.isBusy = true;
    const request = this.request(due);
    const timeoutMs = this.context.settings["replica.socket.timeout.ms"];
    this.channel.send(request, timeoutMs, (response) => {
      this.isBusy = false;
      if (response === undefined) {
        for (const { partitions } of due) for (const followed of partitions) this.pause(followed);
        this.fetchLater();
      } else {
        this.takeIn(response, due, request);
        this.fetch();
      }
    });
  }

  /** All that is followed, but for what is paused. */
  private due(): readonly FollowedTopic[] {
    const { nowUs } = this.context.host;
    const isDue = ({ pausedUntilUs }: Followed): boolean => pausedUntilUs <= nowUs;
    this.topics ??= groupedByTopic([...this.partitions.values()]);
    if (this.topics.every(({ partitions }) => partitions.every(isDue))) return this.topics;
    return groupedByTopic([...this.partitions.values()].filter(isDue));
  }

  private fetchLater(): void {
    this.isBusy = true;
    this.context.host.after(this.context.settings["replica.fetch.backoff.ms"], () => {
      this.isBusy = false;
      this.fetch();
    });
  }

  private request(due: readonly FollowedTopic[]): FetchRequest {
    return {
      api: "Fetch",
      replicaState: { replicaId: this.context.id, replicaEpoch: this.brokerEpoch() },
      maxWaitMs: this.context.settings["replica.fetch.wait.max.ms"],
      topics: due.map(({ partitions, topic }) => ({ topic, partitions: partitions.map(fetchOf) })),
    };
  }

  /** A response answers for the partitions of the request, in their order. */
  private takeIn({ responses }: FetchResponse, asked: readonly FollowedTopic[], { topics }: FetchRequest): void {
    for (let at = 0; at < responses.length; at++) {
      const { partitions } = responses[at]!;
      for (let nth = 0; nth < partitions.length; nth++) {
        const followed = asked[at]!.partitions[nth]!;
        const answer = partitions[nth]!;
        const isFollowed = this.partitions.get(followed.replica.name) === followed;
        const isDiverging = answer.divergingEpoch !== undefined;
        if (!this.context.rules.countsForFollower({ isFollowed, isDiverging })) continue;
        this.takeInPartition(answer, followed, topics[at]!.partitions[nth]!.fetchOffset);
      }
    }
  }

  private takeInPartition(answer: PartitionFetchResponse, followed: Followed, fetchOffset: Offset): void {
    const { replica } = followed;
    if (answer.errorCode === errorCode.OFFSET_OUT_OF_RANGE) {
      this.findPlace(followed);
    } else if (answer.errorCode !== errorCode.NONE) {
      this.pause(followed);
    } else if (answer.divergingEpoch === undefined) {
      if (this.append(answer, followed, fetchOffset)) this.followLeader(followed, answer);
    } else {
      this.followLeader(followed, answer);
      this.truncate(replica, answer.divergingEpoch);
    }
  }

  private truncate(replica: Replica, diverging: { readonly epoch: LeaderEpoch; readonly endOffset: Offset }): void {
    const { log } = replica;
    replica.truncateTo(
      this.context.rules.truncationOffset({
        diverging,
        logEndOffset: log.endOffset,
        endOffsetFor: log.endOffsetFor,
      }),
    );
  }

  /** True where all of the answer was taken. */
  private append(answer: PartitionFetchResponse, followed: Followed, fetchOffset: Offset): boolean {
    const { id, record, rules } = this.context;
    const { leaderEpoch, replica } = followed;
    const { name: partition } = replica;
    let requestedOffset = fetchOffset;
    for (const batch of answer.records) {
      if (requestedOffset === replica.endOffset && holdsMoreThanIsMissing(batch, replica)) {
        replica.restartAt(batch.baseOffset, "within-batch");
        requestedOffset = batch.baseOffset;
      }
      const { endOffset } = replica;
      const { partitionLeaderEpoch: batchEpoch } = batch;
      const mayAppend = rules.mayFollowerAppend({
        batchEpoch,
        followedEpoch: leaderEpoch,
        requestedOffset,
        logEndOffset: endOffset,
      });
      const follows = batch.baseOffset === endOffset || (replica.log.isCompacted && batch.baseOffset > endOffset);
      if (!mayAppend || !follows) return false;
      if (!replica.acceptsAppend || !replica.append(batch)) {
        this.pause(followed);
        return false;
      }
      record.broker({ kind: "follower-appended", broker: id, partition, batch: replica.seen(batch) });
      requestedOffset = replica.endOffset;
    }
    return true;
  }

  /** The leader has nothing where this replica's log ends: asks what it has, and goes on from there. */
  private findPlace(followed: Followed): void {
    const { leaderEpoch, replica } = followed;
    followed.pausedUntilUs = Infinity;
    const timeoutMs = this.context.settings["replica.socket.timeout.ms"];
    const asker = { channel: this.channel, replicaId: this.context.id, timeoutMs };
    askWhereLeaderIs(asker, { replica, leaderEpoch }, (range) => {
      if (this.partitions.get(replica.name) !== followed) return;
      if (range === undefined) {
        this.pause(followed);
      } else {
        this.takePlace(replica, range);
        followed.pausedUntilUs = 0;
      }
      this.fetch();
    });
  }

  private takePlace(replica: Replica, { endOffset: leaderEndOffset, logStart: leaderLogStart }: LeaderRange): void {
    const { endOffset: logEndOffset } = replica;
    const outcome = this.context.rules.afterOutOfRange({ logEndOffset, leaderLogStart, leaderEndOffset });
    if (outcome.kind === "truncate") replica.truncateTo(outcome.toOffset);
    else if (outcome.kind === "restart") replica.restartAt(outcome.logStart, "out-of-range");
  }

  private followLeader(followed: Followed, answer: PartitionFetchResponse): void {
    this.followWatermark(followed, answer);
    this.followLogStart(followed.replica, answer);
  }

  private followLogStart(replica: Replica, answer: PartitionFetchResponse): void {
    const { id: broker, record, rules } = this.context;
    const { highWatermark, logStart: current, name: partition } = replica;
    const { divergingEpoch, logStartOffset: leaderLogStart } = answer;
    if (leaderLogStart === current) return;
    const isDiverging = divergingEpoch !== undefined;
    const logStart = rules.followerLogStart({ leaderLogStart, logStart: current, highWatermark, isDiverging });
    if (logStart === current) return;
    replica.advanceLogStart(logStart);
    record.broker({ kind: "log-start-followed", broker, partition, logStart });
  }

  private followWatermark({ onWatermark, replica }: Followed, answer: PartitionFetchResponse): void {
    const { id: broker, record, rules } = this.context;
    if (!rules.tellsWatermark({ isDiverging: answer.divergingEpoch !== undefined })) return;
    const highWatermark = rules.followerHighWatermark({
      leaderHighWatermark: answer.highWatermark,
      highWatermark: replica.highWatermark,
      logEndOffset: replica.endOffset,
    });
    if (highWatermark === replica.highWatermark) return;
    replica.setHighWatermark(highWatermark);
    record.broker({ kind: "high-watermark-followed", broker, partition: replica.name, highWatermark });
    onWatermark();
  }

  private pause(followed: Followed): void {
    followed.pausedUntilUs = this.context.host.nowUs + this.context.settings["replica.fetch.backoff.ms"] * 1000;
  }
}

/**
 * A leader's log may start in the middle of a batch. A follower that begins there is sent the whole batch, and begins with it
 * (`Partition.appendRecordsToFollowerOrFutureReplica`).
 */
const holdsMoreThanIsMissing = (batch: RecordBatch, { endOffset, logStart }: Replica): boolean =>
  logStart === endOffset && batch.baseOffset < endOffset && nextOffset(batch) > endOffset;

const fetchOf = ({ leaderEpoch, replica }: Followed): FetchPartition => ({
  partition: replica.index,
  currentLeaderEpoch: leaderEpoch,
  fetchOffset: replica.endOffset,
  lastFetchedEpoch: replica.lastFetchedEpoch,
  logStartOffset: replica.logStart,
});
