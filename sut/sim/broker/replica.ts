/**
 * One broker's copy of a partition: its log, what it remembers of producers, its high watermark and its log start.
 *
 * Leader or follower is told elsewhere; here is what both have, and what is left of it after a crash.
 */

import { offset } from "../../../model/ids.ts";
import type { LeaderEpoch, Offset, TopicPartition } from "../../../model/ids.ts";
import type { BatchSeen, EventOf } from "../../../model/history.ts";
import type { BrokerSettings } from "../../../model/settings.ts";
import { offsetIn } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { ExpiryReason } from "../rules/retention.ts";
import type { BrokerContext } from "./context.ts";
import type { CleaningPass } from "./log/cleaning-pass.ts";
import type { PartitionLog } from "./log/partition-log.ts";
import { noEpoch } from "./log/leader-epoch-cache.ts";
import { OffsetCheckpoint } from "./offset-checkpoint.ts";
import { ProducerStates } from "./producer-states.ts";
import { TransactionsInLog } from "./transactions-in-log.ts";

/** What is on a broker's disk of one partition. It outlives the process. */
export interface ReplicaDisk {
  readonly topic: string;
  readonly index: number;
  readonly name: TopicPartition;
  readonly log: PartitionLog;
  readonly watermarkCheckpoint: OffsetCheckpoint;
  readonly startCheckpoint: OffsetCheckpoint;
}

/** An empty disk for a partition that a broker is to hold. */
export function emptyReplicaDisk(
  { index, name, topic }: { readonly topic: string; readonly index: number; readonly name: TopicPartition },
  log: PartitionLog,
  settings: BrokerSettings,
): ReplicaDisk {
  return {
    topic,
    index,
    name,
    log,
    watermarkCheckpoint: new OffsetCheckpoint(settings["replica.high.watermark.checkpoint.interval.ms"]),
    startCheckpoint: new OffsetCheckpoint(settings["log.flush.start.offset.checkpoint.interval.ms"]),
  };
}

export class Replica {
  readonly context: BrokerContext;
  readonly topic: string;
  readonly index: number;
  readonly name: TopicPartition;
  readonly log: PartitionLog;
  readonly producers: ProducerStates;
  readonly transactions: TransactionsInLog = new TransactionsInLog();
  private readonly watermarkCheckpoint: OffsetCheckpoint;
  private readonly startCheckpoint: OffsetCheckpoint;
  private watermark: Offset;

  /** Loads the copy from disk, as a process does when it starts. */
  constructor(context: BrokerContext, disk: ReplicaDisk) {
    this.context = context;
    this.topic = disk.topic;
    this.index = disk.index;
    this.name = disk.name;
    this.log = disk.log;
    this.watermarkCheckpoint = disk.watermarkCheckpoint;
    this.startCheckpoint = disk.startCheckpoint;
    const { nowUs } = context.host.loop;
    this.log.open(this.startCheckpoint.at(nowUs));
    const { endOffset, startOffset } = this.log;
    this.startCheckpoint.write(startOffset, nowUs);
    this.producers = new ProducerStates(context.rules);
    this.rebuild();
    this.watermark = offset(Math.max(startOffset, Math.min(this.watermarkCheckpoint.at(nowUs), endOffset)));
    this.watermarkCheckpoint.write(this.watermark, nowUs);
  }

  get endOffset(): Offset {
    return this.log.endOffset;
  }

  get highWatermark(): Offset {
    return this.watermark;
  }

  /** Up to where a `read_committed` consumer may read. */
  get lastStableOffset(): Offset {
    const { watermark: highWatermark } = this;
    const firstUnstable = this.transactions.firstUnstable(highWatermark);
    return this.context.rules.lastStableOffset({ highWatermark, firstUnstable, logStart: this.logStart });
  }

  get logStart(): Offset {
    return this.log.startOffset;
  }

  /** The epoch of the last record, -1 for an empty log: what a follower tells its leader. */
  get lastFetchedEpoch(): LeaderEpoch {
    return this.log.endOffset > this.log.startOffset ? this.log.epochs.latest : noEpoch;
  }

  /** Whether anything may be appended: not once the disk has failed. */
  get acceptsAppend(): boolean {
    const { logDir, rules } = this.context;
    return rules.acceptsAppend({ hasFailed: logDir.hasFailed });
  }

  /** Appends a batch; false where that is the I/O error with which the disk fails. */
  append(batch: RecordBatch): boolean {
    const { host, logDir } = this.context;
    const hadFailed = logDir.hasFailed;
    if (!hadFailed && !logDir.write()) return false;
    const isRolled = this.log.append(batch, host.loop.nowUs, !hadFailed);
    if (isRolled) this.recordRoll(batch.baseOffset);
    this.producers.update(batch);
    this.transactions.update(batch);
    return true;
  }

  setHighWatermark(highWatermark: Offset): void {
    this.watermark = highWatermark;
    this.watermarkCheckpoint.note(highWatermark, this.context.host.loop.nowUs);
  }

  /** Moves the log start up to `logStart`, which must not be beyond the watermark. What is known of producers stays. */
  advanceLogStart(logStart: Offset): void {
    this.log.advanceStartTo(logStart);
    this.startCheckpoint.note(logStart, this.context.host.loop.nowUs);
  }

  /** Deletes the oldest segment with its file, and moves the log start behind it. */
  deleteOldestSegment(why: ExpiryReason): void {
    const { context, log, name: partition } = this;
    const { nowUs } = context.host.loop;
    const { startOffset } = log;
    if (log.deleteOldest(nowUs)) this.recordRoll(log.endOffset);
    const { startOffset: logStart } = log;
    if (logStart === startOffset) return;
    this.startCheckpoint.note(logStart, nowUs);
    context.record.broker({ kind: "log-start-advanced", broker: context.id, partition, logStart, why });
  }

  /** Cleans the oldest `count` segments in one pass. */
  clean(count: number, pass: CleaningPass): void {
    this.log.clean(count, pass);
    if (pass.expiredMarkers.length > 0) this.transactions.rebuild(this.log.producerBatches());
    const { deferred: tombstones, deferredMarkers: markers, deleteHorizonMs, expired, expiredMarkers, replaced } = pass;
    const { id: broker, record } = this.context;
    const at = { broker, partition: this.name };
    if (replaced.length > 0) record.broker({ kind: "log-compacted", ...at, removed: replaced });
    if (expired.length > 0) record.broker({ kind: "tombstones-removed", ...at, removed: expired });
    if (expiredMarkers.length > 0) record.broker({ kind: "markers-removed", ...at, removed: expiredMarkers });
    if (tombstones.length + markers.length === 0) return;
    record.broker({ kind: "delete-horizon-set", ...at, tombstones, markers, deleteHorizonMs });
  }

  /** Whether a batch holds the last sequence number of its producer, or where there is none is the marker that began its epoch. */
  readonly isLastOfProducer = ({ baseOffset, marker, producerEpoch, producerId }: RecordBatch): boolean => {
    const state = producerId < 0 ? undefined : this.producers.of(producerId);
    if (state === undefined) return false;
    const last = state.batches.at(-1);
    return last === undefined ? marker !== undefined && producerEpoch === state.epoch : last.baseOffset === baseOffset;
  };

  /** The batch as the history tells it. */
  seen(batch: RecordBatch): BatchSeen {
    const { cleaned, deleteHorizonMs, records } = batch;
    if (!this.log.isCompacted) return batchSeen(batch);
    const offsets = records.map((_record, nth) => offsetIn(batch, nth));
    const tombstones = offsets.filter((_place, nth) => records[nth]!.isTombstone);
    return {
      ...batchSeen(batch),
      keys: records.map(({ key }) => key),
      ...(tombstones.length > 0 && { tombstones }),
      ...(cleaned !== undefined && { cleaned: { length: cleaned.length, offsets } }),
      ...(deleteHorizonMs !== undefined && { deleteHorizonMs }),
    };
  }

  /** Drops everything and begins anew at `logStart`: the watermark goes there too (KAFKA-9491), and producers are forgotten. */
  restartAt(logStart: Offset, why: EventOf<"log-restarted">["why"]): void {
    const { nowUs } = this.context.host.loop;
    this.log.restartAt(logStart);
    this.rebuild();
    this.watermark = logStart;
    this.watermarkCheckpoint.write(logStart, nowUs);
    this.startCheckpoint.write(logStart, nowUs);
    this.context.record.broker({ kind: "log-restarted", broker: this.context.id, partition: this.name, logStart, why });
  }

  /** Cuts the log; what is known of producers, the watermark and the log start follow it. */
  truncateTo(to: Offset): void {
    const { endOffset: logEndOffset, startOffset: logStart } = this.log;
    const isShorter = to < logEndOffset;
    if (this.context.rules.forgetsEpochsFrom({ toOffset: to, logEndOffset })) this.log.truncateTo(to);
    if (!isShorter) return;
    this.rebuild();
    const { nowUs } = this.context.host.loop;
    const { endOffset: toOffset } = this.log;
    if (this.watermark > toOffset) {
      this.watermark = toOffset;
      this.watermarkCheckpoint.write(toOffset, nowUs);
    }
    if (this.log.startOffset < logStart) this.startCheckpoint.write(this.log.startOffset, nowUs);
    this.context.record.broker({ kind: "truncated", broker: this.context.id, partition: this.name, toOffset });
  }

  /** What is known of producers and transactions is what the log says. */
  private rebuild(): void {
    const batches = this.log.producerBatches();
    this.producers.rebuild(batches);
    this.transactions.rebuild(batches);
  }

  /** A clean shutdown flushes the log and writes watermark and log start down. */
  close(): void {
    const { nowUs } = this.context.host.loop;
    this.log.close();
    this.watermarkCheckpoint.write(this.watermark, nowUs);
    this.startCheckpoint.write(this.log.startOffset, nowUs);
  }

  private recordRoll(baseOffset: Offset): void {
    const at = { broker: this.context.id, partition: this.name };
    this.context.record.broker({ kind: "segment-rolled", ...at, baseOffset });
  }
}

/** A batch as the history tells it. Records of internal topics have titles. */
function batchSeen(batch: RecordBatch): BatchSeen {
  const seen: BatchSeen = {
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    values: batch.records.map(({ key, title, value }) => (typeof value === "string" ? value : (title ?? String(key)))),
  };
  if (batch.isTransactional === undefined) return seen;
  const { values, ...place } = seen;
  return { ...place, isTransactional: true, ...(batch.marker !== undefined && { marker: batch.marker }), values };
}
