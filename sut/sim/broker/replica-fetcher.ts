/**
 * A broker's fetcher from one other broker: it keeps this broker's replicas in step with the leaders there.
 *
 * One request is under way at a time. A response counts for a partition only if that partition is still fetched from here,
 * in the same term and from the same offset as when the request was made (KAFKA-13207).
 */

import { errorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, Offset, TopicPartition } from "../../../model/ids.ts";
import type { FetchPartition, FetchRequest, FetchResponse, PartitionFetchResponse } from "../protocol/fetch.ts";
import { RequestChannel } from "../request-channel.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { BrokerContext } from "./context.ts";
import { batchSeen } from "./replica.ts";
import type { Replica } from "./replica.ts";

interface Followed {
  readonly replica: Replica;
  readonly leaderEpoch: LeaderEpoch;
  /** After an error the partition is left out until then. */
  pausedUntilUs: number;
}

interface Asked {
  readonly followed: Followed;
  readonly fetchOffset: Offset;
}

export class ReplicaFetcher {
  private readonly context: BrokerContext;
  private readonly channel: RequestChannel;
  private readonly partitions = new Map<TopicPartition, Followed>();
  private readonly brokerEpoch: () => number;
  private isBusy = false;

  constructor(context: BrokerContext, leader: BrokerId, brokerEpoch: () => number) {
    this.context = context;
    this.channel = new RequestChannel(context.network, context.host, context.hosts.get(leader)!);
    this.brokerEpoch = brokerEpoch;
  }

  follow(replica: Replica, leaderEpoch: LeaderEpoch): void {
    this.partitions.set(replica.name, { replica, leaderEpoch, pausedUntilUs: 0 });
    this.fetch();
  }

  unfollow(partition: TopicPartition): void {
    this.partitions.delete(partition);
  }

  private fetch(): void {
    if (this.isBusy || this.partitions.size === 0) return;
    const { nowUs } = this.context.host.loop;
    const due = [...this.partitions.values()].filter(({ pausedUntilUs }) => pausedUntilUs <= nowUs);
    if (due.length === 0) {
      this.fetchLater();
      return;
    }
    this.isBusy = true;
    const asked = due.map((followed): Asked => ({ followed, fetchOffset: followed.replica.endOffset }));
    const timeoutMs = this.context.settings["replica.socket.timeout.ms"];
    this.channel.send(this.request(due), timeoutMs, (response) => {
      this.isBusy = false;
      if (response === undefined) {
        this.pauseAll(asked);
        this.fetchLater();
      } else {
        this.takeIn(response, asked);
        this.fetch();
      }
    });
  }

  private fetchLater(): void {
    this.isBusy = true;
    this.context.host.after(this.context.settings["replica.fetch.backoff.ms"], () => {
      this.isBusy = false;
      this.fetch();
    });
  }

  private request(due: readonly Followed[]): FetchRequest {
    const fetches = due.map(({ leaderEpoch, replica }) => {
      const partition: FetchPartition = {
        partition: replica.index,
        currentLeaderEpoch: leaderEpoch,
        fetchOffset: replica.endOffset,
        lastFetchedEpoch: replica.lastFetchedEpoch,
      };
      return [replica.topic, partition] as const;
    });
    return {
      api: "Fetch",
      replicaState: { replicaId: this.context.id, replicaEpoch: this.brokerEpoch() },
      maxWaitMs: this.context.settings["replica.fetch.wait.max.ms"],
      topics: byTopic(fetches).map(([topic, partitions]) => ({ topic, partitions })),
    };
  }

  private takeIn(response: FetchResponse, asked: readonly Asked[]): void {
    for (const { partitions, topic } of response.responses) {
      for (const answer of partitions) {
        const question = asked.find(({ followed: { replica } }) => {
          return replica.index === answer.partitionIndex && replica.topic === topic;
        })!;
        const isFollowed = this.partitions.get(question.followed.replica.name) === question.followed;
        if (isFollowed) this.takeInPartition(answer, question);
      }
    }
  }

  private takeInPartition(answer: PartitionFetchResponse, { fetchOffset, followed }: Asked): void {
    const { replica } = followed;
    if (answer.errorCode !== errorCode.NONE) {
      this.pause(followed);
    } else if (answer.divergingEpoch !== undefined) {
      this.truncate(replica, answer.divergingEpoch);
    } else {
      this.append(answer, followed, fetchOffset);
    }
  }

  private truncate(replica: Replica, diverging: { readonly epoch: LeaderEpoch; readonly endOffset: Offset }): void {
    const { log } = replica;
    replica.truncateTo(
      this.context.rules.truncationOffset({
        diverging,
        logEndOffset: log.endOffset,
        endOffsetFor: (epoch) => log.endOffsetFor(epoch),
      }),
    );
  }

  private append(answer: PartitionFetchResponse, { leaderEpoch, replica }: Followed, fetchOffset: Offset): void {
    const { id, record, rules } = this.context;
    const at = { broker: id, partition: replica.name };
    let requestedOffset = fetchOffset;
    for (const batch of answer.records) {
      const { endOffset } = replica;
      const { partitionLeaderEpoch: batchEpoch } = batch;
      const mayAppend = rules.mayFollowerAppend({
        batchEpoch,
        followedEpoch: leaderEpoch,
        requestedOffset,
        logEndOffset: endOffset,
      });
      if (!mayAppend || batch.baseOffset !== endOffset) return;
      replica.append(batch);
      record.broker({ kind: "follower-appended", ...at, batch: batchSeen(batch) });
      requestedOffset = replica.endOffset;
    }
    const highWatermark = rules.followerHighWatermark({
      leaderHighWatermark: answer.highWatermark,
      highWatermark: replica.highWatermark,
      logEndOffset: replica.endOffset,
    });
    if (highWatermark === replica.highWatermark) return;
    replica.setHighWatermark(highWatermark);
    record.broker({ kind: "high-watermark-followed", ...at, highWatermark });
  }

  private pause(followed: Followed): void {
    followed.pausedUntilUs = this.context.host.loop.nowUs + this.context.settings["replica.fetch.backoff.ms"] * 1000;
  }

  private pauseAll(asked: readonly Asked[]): void {
    for (const { followed } of asked) this.pause(followed);
  }
}
