/**
 * The session of an idempotent producer: its id and epoch, and for each partition the sequence numbers it has used.
 *
 * Behaves as the Java client's TransactionManager does for producers without a transactional id: when a sequence is lost for
 * good it begins a new epoch by itself and numbers anew (KIP-360).
 */

import { producerId } from "../../../model/ids.ts";
import type { ProducerId, TopicPartition } from "../../../model/ids.ts";
import { sequenceAfter } from "../rules/producer-sequence.ts";
import type { ProducerBatch } from "./producer-batch.ts";

interface PartitionSequences {
  epoch: number;
  next: number;
  lastAcked: number;
  /** Batches that have a sequence and no outcome yet, in order of their sequences, whether on the wire or waiting. */
  open: ProducerBatch[];
  /** A batch was given up without an outcome: what follows must wait until it is known whether its place was taken. */
  isUnresolved: boolean;
}

export class ProducerSession {
  id: ProducerId = producerId(-1);
  epoch = -1;
  private readonly partitions = new Map<TopicPartition, PartitionSequences>();

  get isReady(): boolean {
    return this.id >= 0;
  }

  begin(id: ProducerId, epoch: number): void {
    this.id = id;
    this.epoch = epoch;
  }

  /** Goes on as somebody else, with nothing open: all sequences begin anew. */
  restartAs(id: ProducerId, epoch: number): void {
    this.begin(id, epoch);
    this.partitions.clear();
  }

  /** Gives a batch that is about to be sent for the first time the next number of its partition. */
  number(batch: ProducerBatch): void {
    const sequences = this.of(batch.partition);
    if (sequences.epoch !== this.epoch && sequences.open.length === 0) this.restart(sequences);
    batch.setSequence(this.id, sequences.epoch, sequences.next);
    for (let count = 0; count < batch.records.length; count++) sequences.next = sequenceAfter(sequences.next);
    sequences.open.push(batch);
  }

  /** May a batch of this partition be sent that has no number yet? */
  mayNumber(partition: TopicPartition): boolean {
    const sequences = this.of(partition);
    return !sequences.isUnresolved && (sequences.epoch === this.epoch || sequences.open.length === 0);
  }

  /** While a batch waits to be repeated, nothing of its partition is sent before it. */
  isFirstOpen(batch: ProducerBatch): boolean {
    return this.of(batch.partition).open[0] === batch;
  }

  /** Is this the batch that the broker should have expected next? */
  isNextInLine(batch: ProducerBatch): boolean {
    return batch.baseSequence === sequenceAfterAcked(this.of(batch.partition).lastAcked);
  }

  acked(batch: ProducerBatch): void {
    const sequences = this.of(batch.partition);
    this.close(batch);
    const last = (batch.baseSequence + batch.records.length - 1) % 2147483648;
    if (batch.producerEpoch === sequences.epoch) sequences.lastAcked = Math.max(sequences.lastAcked, last);
  }

  /** The batch will not be repeated. Unless it was certainly not written, its place in the sequence is in doubt. */
  gaveUp(batch: ProducerBatch): void {
    if (!batch.hasSequence) return;
    this.close(batch);
    this.of(batch.partition).isUnresolved = true;
  }

  /** Settles partitions in doubt once nothing of them is open: either the place was taken, or a new epoch begins. */
  resolve(): void {
    for (const sequences of this.partitions.values()) {
      if (!sequences.isUnresolved || sequences.open.length > 0) continue;
      sequences.isUnresolved = false;
      if (sequences.next !== sequenceAfterAcked(sequences.lastAcked)) this.beginNextEpoch();
    }
  }

  /** A partition's sequence is lost: its open batches, none of which may be on the wire, are numbered anew. */
  renumber(partition: TopicPartition): void {
    this.beginNextEpoch();
    const sequences = this.of(partition);
    const { open } = sequences;
    sequences.open = [];
    this.restart(sequences);
    for (const batch of open) this.number(batch);
  }

  private beginNextEpoch(): void {
    this.epoch++;
  }

  private restart(sequences: PartitionSequences): void {
    sequences.epoch = this.epoch;
    sequences.next = 0;
    sequences.lastAcked = -1;
    sequences.isUnresolved = false;
  }

  private close(batch: ProducerBatch): void {
    const sequences = this.of(batch.partition);
    sequences.open = sequences.open.filter((other) => other !== batch);
  }

  private of(partition: TopicPartition): PartitionSequences {
    let sequences = this.partitions.get(partition);
    if (sequences === undefined) {
      sequences = { epoch: this.epoch, next: 0, lastAcked: -1, open: [], isUnresolved: false };
      this.partitions.set(partition, sequences);
    }
    return sequences;
  }
}

const sequenceAfterAcked = (lastAcked: number): number => (lastAcked < 0 ? 0 : sequenceAfter(lastAcked));
