import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { Offset } from "../../../model/ids.ts";
import type { ProducerState, RetainedBatch } from "../broker/producer-states.ts";

/** Header fields of a batch that a client wants to append. */
export interface SequencedBatch {
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

export type SequenceVerdict =
  | { readonly kind: "append" }
  | { readonly kind: "duplicate"; readonly baseOffset: Offset }
  | { readonly kind: "refuse"; readonly error: ErrorCode };

/** Largest sequence number; the next one is 0. */
const sequenceMax = 2147483647;

/**
 * Is an idempotent producer's batch new, a repetition, or out of turn? Offsets that a coordinator writes for a producer have no
 * sequence number: only their epoch is looked at.
 *
 * Source: KIP-98 and KIP-360. Nothing is known of a producer that has not been seen, so its first batch may carry any number.
 */
export function judgeSequence(state: ProducerState | undefined, batch: SequencedBatch): SequenceVerdict {
  if (state === undefined) return { kind: "append" };
  if (batch.producerEpoch < state.epoch) return { kind: "refuse", error: errorCode.INVALID_PRODUCER_EPOCH };
  if (batch.firstSequence < 0) return { kind: "append" };
  const last = batch.producerEpoch > state.epoch ? undefined : state.batches.at(-1);
  const expected = last === undefined ? 0 : sequenceAfter(last.lastSequence);
  if (batch.producerEpoch === state.epoch) {
    const same = state.batches.find(
      (one) => one.firstSequence === batch.firstSequence && one.lastSequence === batch.lastSequence,
    );
    if (same !== undefined) return { kind: "duplicate", baseOffset: same.baseOffset };
  }
  if (batch.firstSequence === expected) return { kind: "append" };
  return { kind: "refuse", error: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER };
}

/** How many batches of a producer a broker can recognise again: as many as a client may have in flight (KAFKA-5494). */
const retainedBatchesMax = 5;

/** The batches to remember after one more: the last five. */
export function retainBatch(before: readonly RetainedBatch[], appended: RetainedBatch): readonly RetainedBatch[] {
  return [...before, appended].slice(-retainedBatchesMax);
}

/** The number after a sequence number; they wrap to 0. */
export const sequenceAfter = (sequence: number): number => (sequence === sequenceMax ? 0 : sequence + 1);
