/**
 * What a replica remembers of each idempotent producer (KIP-98, KIP-360): a fold over its log, so that a follower that
 * becomes leader recognises the same duplicates. Leaves out expiry (`producer.id.expiration.ms`).
 */

import type { Offset, ProducerId } from "../../../model/ids.ts";
import { lastSequence } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { Rules } from "../rules/rules.ts";

export interface RetainedBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: Offset;
}

export interface ProducerState {
  readonly epoch: number;
  /** The last batches of that epoch, oldest first; none where a marker of a transaction has begun it. */
  readonly batches: readonly RetainedBatch[];
}

export class ProducerStates {
  private readonly rules: Rules;
  private readonly states = new Map<ProducerId, ProducerState>();

  constructor(rules: Rules) {
    this.rules = rules;
  }

  of(id: ProducerId): ProducerState | undefined {
    return this.states.get(id);
  }

  /** Takes note of a batch that has been appended. */
  update(batch: RecordBatch): void {
    if (batch.producerId < 0) return;
    const before = this.states.get(batch.producerId);
    if (batch.marker !== undefined) {
      // A marker has no sequence number. With a later epoch it begins that one: the producer's next batch is the first of it.
      if (before?.epoch !== batch.producerEpoch) this.states.set(batch.producerId, { epoch: batch.producerEpoch, batches: [] });
      return;
    }
    const known = before?.epoch === batch.producerEpoch ? before.batches : [];
    if (batch.baseSequence < 0) {
      // Offsets of a group, written by its coordinator: nobody sends them again.
      this.states.set(batch.producerId, { epoch: batch.producerEpoch, batches: known });
      return;
    }
    const retained: RetainedBatch = {
      firstSequence: batch.baseSequence,
      lastSequence: lastSequence(batch),
      baseOffset: batch.baseOffset,
    };
    this.states.set(batch.producerId, { epoch: batch.producerEpoch, batches: this.rules.retainBatch(known, retained) });
  }

  /** Starts over from a log, after it was loaded or truncated. */
  rebuild(batches: readonly RecordBatch[]): void {
    this.states.clear();
    for (const batch of batches) this.update(batch);
  }
}
