import { leaderEpoch, offset, producerId, topicPartition } from "../../../model/ids.ts";
import type { ProducerId, StepId, TopicPartition } from "../../../model/ids.ts";
import { batchHeaderBytes } from "../../../model/partitioners/record-bytes.ts";
import type { Record, RecordBatch } from "../protocol/record-batch.ts";

/** One record that the application has handed over: the step that sent it, and the record. */
export interface PendingRecord {
  readonly step: StepId;
  readonly record: Record<string>;
}

/** Records that travel together, from the first `send` to the outcome. */
export class ProducerBatch {
  readonly partition: TopicPartition;
  readonly topic: string;
  readonly index: number;
  readonly createdUs: number;
  readonly records: PendingRecord[] = [];
  /** What it takes with its header. */
  bytes: number = batchHeaderBytes;
  attempts = 0;
  notBeforeUs = 0;
  /** Some attempt ended in a way that leaves open whether the records were written. */
  isAmbiguous = false;
  producerId: ProducerId = producerId(-1);
  producerEpoch = -1;
  /** Its records belong to a transaction. */
  isTransactional = false;
  /** -1 until it is first sent by an idempotent producer. */
  baseSequence = -1;

  constructor(topic: string, index: number, createdUs: number) {
    this.partition = topicPartition(topic, index);
    this.topic = topic;
    this.index = index;
    this.createdUs = createdUs;
  }

  add(record: PendingRecord, bytes: number): void {
    this.records.push(record);
    this.bytes += bytes;
  }

  get hasSequence(): boolean {
    return this.baseSequence >= 0;
  }

  setSequence(id: ProducerId, epoch: number, baseSequence: number): void {
    this.producerId = id;
    this.producerEpoch = epoch;
    this.baseSequence = baseSequence;
  }

  /** The batch as it travels; its offset and epoch are the leader's to set. */
  toRecordBatch(): RecordBatch {
    const batch: RecordBatch = {
      baseOffset: offset(0),
      partitionLeaderEpoch: leaderEpoch(-1),
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      baseSequence: this.baseSequence,
      records: this.records.map(({ record }) => record),
    };
    return this.isTransactional ? { ...batch, isTransactional: true } : batch;
  }
}
