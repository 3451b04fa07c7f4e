/**
 * Reads every partition from its first to its last committed record, as a consumer without a group would. It is how a trial
 * finds out, after everything has healed, what is really in the logs.
 */

import { errorCode } from "../../../model/error-code.ts";
import { brokerId, indexOf, leaderEpoch, offset, topicOf } from "../../../model/ids.ts";
import type { Offset, TopicPartition } from "../../../model/ids.ts";
import { nextOffset, offsetIn } from "../protocol/record-batch.ts";
import { earliestTimestamp, latestTimestamp } from "../protocol/fetch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { Channels } from "./context.ts";
import type { ClientContext } from "./context.ts";
import { ClientMetadata } from "./metadata.ts";

const requestTimeoutMs = 1000;
const retryMs = 50;

export class LogReader {
  private readonly context: ClientContext;
  private readonly metadata: ClientMetadata;
  private readonly channels: Channels;
  private readonly onFinished: () => void;
  private readonly unread: Set<TopicPartition>;
  private isStarted = false;

  constructor(context: ClientContext, partitions: readonly TopicPartition[], onFinished: () => void) {
    this.context = context;
    this.channels = new Channels(context);
    this.onFinished = onFinished;
    this.unread = new Set(partitions);
    this.metadata = new ClientMetadata(context, [...new Set(partitions.map(topicOf))], () => this.start());
  }

  begin(): void {
    this.metadata.refresh();
  }

  private start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    for (const partition of this.unread) this.read(partition);
  }

  /** Reads from the log's start on, or from where an earlier attempt has come if that is later. */
  private read(partition: TopicPartition, from: Offset = offset(0)): void {
    this.list(partition, earliestTimestamp, (startOffset) =>
      this.list(partition, latestTimestamp, (endOffset) =>
        this.fetch(partition, from > startOffset ? from : startOffset, { startOffset, endOffset }),
      ),
    );
  }

  private list(partition: TopicPartition, timestamp: number, onListed: (found: Offset) => void): void {
    const part = { partitionIndex: indexOf(partition), currentLeaderEpoch: leaderEpoch(-1), timestamp };
    const request = { api: "ListOffsets", topics: [{ name: topicOf(partition), partitions: [part] }] } as const;
    const again = (): void => this.list(partition, timestamp, onListed);
    const leader = this.metadata.leaderOf(partition)?.leader;
    if (leader === undefined) {
      this.later(again);
      return;
    }
    this.channels.to(leader).send(request, requestTimeoutMs, (response) => {
      const found = response?.topics[0]?.partitions[0];
      if (found?.errorCode === errorCode.NONE) onListed(found.offset);
      else this.later(again);
    });
  }

  private fetch(
    partition: TopicPartition,
    position: Offset,
    range: { readonly startOffset: Offset; readonly endOffset: Offset },
  ): void {
    if (position >= range.endOffset) {
      this.finish(partition, range);
      return;
    }
    const again = (): void => this.fetch(partition, position, range);
    const leader = this.metadata.leaderOf(partition)?.leader;
    if (leader === undefined) {
      this.later(again);
      return;
    }
    const noEpoch = leaderEpoch(-1);
    const part = {
      partition: indexOf(partition),
      currentLeaderEpoch: noEpoch,
      fetchOffset: position,
      lastFetchedEpoch: noEpoch,
    };
    const request = {
      api: "Fetch",
      replicaState: { replicaId: brokerId(-1), replicaEpoch: -1 },
      maxWaitMs: 0,
      topics: [{ topic: topicOf(partition), partitions: [part] }],
    } as const;
    this.channels.to(leader).send(request, requestTimeoutMs, (response) => {
      const answer = response?.responses[0]?.partitions[0];
      if (answer?.errorCode === errorCode.OFFSET_OUT_OF_RANGE) {
        // The log has another start or end by now, and asking again for the same offset would not help.
        this.later(() => this.read(partition, position));
        return;
      }
      if (answer?.errorCode !== errorCode.NONE || answer.records.length === 0) {
        this.later(again);
        return;
      }
      let next = position;
      for (const batch of answer.records) {
        for (let at = 0; at < batch.records.length; at++) {
          const found = offsetIn(batch, at);
          if (found < next || found >= range.endOffset) continue;
          this.tell(partition, found, { batch, at });
        }
        next = nextOffset(batch) > next ? nextOffset(batch) : next;
      }
      this.fetch(partition, next, range);
    });
  }

  private tell(
    partition: TopicPartition,
    found: Offset,
    { at, batch }: { readonly batch: RecordBatch; readonly at: number },
  ): void {
    const { isTransactional, marker, producerId, records } = batch;
    const { record } = this.context;
    if (marker !== undefined) {
      record.client({ kind: "marker-read-back", partition, offset: found, producerId, outcome: marker.outcome });
      return;
    }
    const value = String(records[at]!.value);
    const read = { kind: "read-back", partition, offset: found, value } as const;
    record.client(isTransactional === undefined ? read : { ...read, transactionOf: producerId });
  }

  private later(again: () => void): void {
    this.metadata.refresh();
    this.context.host.after(retryMs, again);
  }

  private finish(partition: TopicPartition, range: { readonly startOffset: Offset; readonly endOffset: Offset }): void {
    this.context.record.client({ kind: "read-back-finished", partition, ...range });
    this.unread.delete(partition);
    if (this.unread.size === 0) this.onFinished();
  }
}
