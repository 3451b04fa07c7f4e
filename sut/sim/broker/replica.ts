/**
 * One broker's copy of a partition: its log, what it remembers of producers, and its high watermark.
 *
 * Leader or follower is told elsewhere; here is what both have, and what is left of it after a crash.
 */

import { offset } from "../../../model/ids.ts";
import type { LeaderEpoch, Offset, TopicPartition } from "../../../model/ids.ts";
import type { BatchSeen } from "../../../model/history.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { BrokerContext } from "./context.ts";
import { HighWatermarkCheckpoint } from "./high-watermark-checkpoint.ts";
import { noEpoch } from "./log/leader-epoch-cache.ts";
import type { PartitionLog } from "./log/partition-log.ts";
import { ProducerStates } from "./producer-states.ts";

/** What is on a broker's disk of one partition. It outlives the process. */
export interface ReplicaDisk {
  readonly topic: string;
  readonly index: number;
  readonly name: TopicPartition;
  readonly log: PartitionLog;
  readonly checkpoint: HighWatermarkCheckpoint;
}

/** An empty disk for a partition that a broker is to hold. */
export function emptyReplicaDisk(
  { index, name, topic }: { readonly topic: string; readonly index: number; readonly name: TopicPartition },
  log: PartitionLog,
  checkpointIntervalMs: number,
): ReplicaDisk {
  return { topic, index, name, log, checkpoint: new HighWatermarkCheckpoint(checkpointIntervalMs) };
}

export class Replica {
  readonly context: BrokerContext;
  readonly topic: string;
  readonly index: number;
  readonly name: TopicPartition;
  readonly log: PartitionLog;
  readonly producers: ProducerStates;
  private readonly checkpoint: HighWatermarkCheckpoint;
  private watermark: Offset;

  /** Loads the copy from disk, as a process does when it starts. */
  constructor(context: BrokerContext, disk: ReplicaDisk) {
    this.context = context;
    this.topic = disk.topic;
    this.index = disk.index;
    this.name = disk.name;
    this.log = disk.log;
    this.checkpoint = disk.checkpoint;
    this.log.open();
    this.producers = new ProducerStates(context.rules);
    this.producers.rebuild(this.log.all());
    this.watermark = offset(Math.min(this.checkpoint.at(context.host.loop.nowUs), this.log.endOffset));
    this.checkpoint.write(this.watermark, context.host.loop.nowUs);
  }

  get endOffset(): Offset {
    return this.log.endOffset;
  }

  get highWatermark(): Offset {
    return this.watermark;
  }

  /** The epoch of the last record, -1 for an empty log: what a follower tells its leader. */
  get lastFetchedEpoch(): LeaderEpoch {
    return this.log.endOffset > this.log.startOffset ? this.log.epochs.latest : noEpoch;
  }

  append(batch: RecordBatch): void {
    const isRolled = this.log.append(batch, this.context.host.loop.nowUs);
    if (isRolled) {
      const at = { broker: this.context.id, partition: this.name };
      this.context.record.broker({ kind: "segment-rolled", ...at, baseOffset: batch.baseOffset });
    }
    this.producers.update(batch);
  }

  setHighWatermark(highWatermark: Offset): void {
    this.watermark = highWatermark;
    this.checkpoint.note(highWatermark, this.context.host.loop.nowUs);
  }

  /** Cuts the log; what is known of producers and the watermark follow it. */
  truncateTo(to: Offset): void {
    const { endOffset: logEndOffset } = this.log;
    const isShorter = to < logEndOffset;
    if (this.context.rules.forgetsEpochsFrom({ toOffset: to, logEndOffset })) this.log.truncateTo(to);
    if (!isShorter) return;
    this.producers.rebuild(this.log.all());
    if (this.watermark > to) {
      this.watermark = to;
      this.checkpoint.write(to, this.context.host.loop.nowUs);
    }
    this.context.record.broker({ kind: "truncated", broker: this.context.id, partition: this.name, toOffset: to });
  }

  /** A clean shutdown flushes the log and writes the watermark down. */
  close(): void {
    this.log.close();
    this.checkpoint.write(this.watermark, this.context.host.loop.nowUs);
  }
}

/** A batch as the history tells it. Records of internal topics are named by their keys. */
export function batchSeen(batch: RecordBatch): BatchSeen {
  return {
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    values: batch.records.map(({ key, value }) => (typeof value === "string" ? value : String(key))),
  };
}
