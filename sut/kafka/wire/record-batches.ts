import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";
import { tombstoneHeader } from "../clients/messages.ts";
import type { ProtocolReader } from "./protocol-reader.ts";

export interface FetchedRecord {
  readonly offset: Offset;
  /** UTF-8; of a tombstone what its header says, empty for another record without a value. */
  readonly value: string;
}

/** Base offset and length come before what the length counts. */
const batchPrefixBytes = 12;
const compressionBits = 0b111;
const controlBit = 0b100000;

/**
 * Reads the records of one partition in a fetch response (record batches of magic 2, KIP-98). Leaves out compression, which
 * no client of a trial uses, and control batches, which have no records of anybody's. A batch that is cut off at the end is
 * passed over: it comes whole with the next fetch.
 */
export function readRecordBatches(reader: ProtocolReader): readonly FetchedRecord[] {
  const records: FetchedRecord[] = [];
  while (reader.left > batchPrefixBytes) {
    const baseOffset = reader.int64();
    const size = reader.int32();
    if (size > reader.left) break;
    records.push(...readBatch(baseOffset, reader.slice(size)));
  }
  return records;
}

function readBatch(baseOffset: number, batch: ProtocolReader): readonly FetchedRecord[] {
  batch.int32();
  const magic = batch.int8();
  if (magic !== 2) throw new Error(`a record batch at offset ${baseOffset} has magic ${magic}, not 2`);
  batch.uint32();
  const attributes = batch.int16();
  if ((attributes & compressionBits) !== 0) throw new Error(`the record batch at offset ${baseOffset} is compressed`);
  batch.int32();
  batch.int64();
  batch.int64();
  batch.int64();
  batch.int16();
  batch.int32();
  const records = batch.array(() => readRecord(baseOffset, batch.slice(batch.varint())));
  return (attributes & controlBit) === 0 ? records : [];
}

function readRecord(baseOffset: number, record: ProtocolReader): FetchedRecord {
  record.int8();
  record.varint();
  const offsetDelta = record.varint();
  record.text(record.varint());
  const valueBytes = record.varint();
  const value = record.text(valueBytes);
  const isNull = valueBytes < 0;
  return { offset: offset(baseOffset + offsetDelta), value: isNull ? (readHeaders(record).get(tombstoneHeader) ?? "") : value };
}

function readHeaders(record: ProtocolReader): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let left = record.varint(); left > 0; left--) headers.set(record.text(record.varint()), record.text(record.varint()));
  return headers;
}
