/** What batches take in a segment's file, and when they were made: the part of their bytes and headers that a log goes by. */

import { batchHeaderBytes, recordBytes } from "../../../model/partitioners/record-bytes.ts";
import type { Record, RecordBatch } from "./record-batch.ts";

/** Stands for the timestamp of a record that has none, as in Kafka's protocol. */
export const noTimestamp = -1;

/** What a value of a coordinator or a controller is taken for: about the size of a committed offset or a registration. */
const structuredValueBytes = 100;

/** The size of a batch: its header, and of each record its key, its value and what is written beside them. */
export function batchBytes({ records }: Pick<RecordBatch, "records">): number {
  let bytes = batchHeaderBytes;
  for (const record of records) bytes += recordBytes(record.key, "") + valueBytes(record);
  return bytes;
}

/** The largest timestamp of a batch's records, as its header has it: milliseconds, or -1 where none has any. */
export function maxTimestampMs({ records }: Pick<RecordBatch, "records">): number {
  let max = noTimestamp;
  for (const { timestampMs } of records) if (timestampMs !== undefined && timestampMs > max) max = timestampMs;
  return max;
}

function valueBytes({ value, valueBytes: bytes }: Record): number {
  if (bytes !== undefined) return bytes;
  return typeof value === "string" ? value.length : structuredValueBytes;
}
