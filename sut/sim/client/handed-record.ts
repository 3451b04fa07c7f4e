import type { RecordSource } from "../../../model/client-events.ts";
import type { StepId } from "../../../model/ids.ts";
import type { SendOperation } from "../../../model/schedule.ts";
import { recordBytes } from "../../../model/partitioners/record-bytes.ts";
import type { Record } from "../protocol/record-batch.ts";

/** A record as the application hands it over; its value is the step. */
export interface HandedRecord {
  readonly topic: string;
  readonly step: StepId;
  readonly key: string | null;
  /** How many bytes its value counts for, where that is not its length. */
  readonly valueBytes: number | undefined;
  /** It has no value: the step stands in a header. */
  readonly isTombstone?: true;
}

/** The record of a step that sends one. */
export const handedRecord = (step: StepId, operation: RecordToSend): HandedRecord => {
  const { key = null, tombstone, topic, valueBytes } = operation;
  const handed = { topic, step, key, valueBytes };
  return tombstone ? { ...handed, isTombstone: true } : handed;
};

/** What the history tells of it besides its place. */
export const saidOf = ({ isTombstone, key }: HandedRecord): { readonly key?: string; readonly isTombstone?: true } => ({
  ...(key !== null && { key }),
  ...(isTombstone && { isTombstone }),
});

/** The record as it is written, made at the given time of its producer's clock. */
export function recordOf({ isTombstone, key, step, valueBytes }: HandedRecord, nowUs: number): Record<string> {
  const record = { key, value: step, timestampMs: Math.floor(nowUs / 1000), valueBytes };
  return isTombstone ? { ...record, isTombstone } : record;
}

/** What is to be sent; a member of a group says of which record it has made it. */
export type RecordToSend = Omit<SendOperation, "kind" | "producer"> & { readonly source?: RecordSource };

/** How many bytes the record counts for in a batch. */
export const bytesOf = ({ key, step, valueBytes }: Omit<HandedRecord, "topic">): number =>
  recordBytes(key, "") + (valueBytes ?? step.length);
