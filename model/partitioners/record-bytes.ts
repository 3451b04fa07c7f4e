/**
 * How many bytes batches and records take, near enough for `batch.size`: the header of a batch, and of a record its key and
 * value and what is written beside them. Source: the record batch format of Kafka's protocol, version 2.
 */

/** The header of a batch. */
export const batchHeaderBytes = 61;
/** Length, attributes, differences of time and offset, length of key and value, number of headers: one byte each when small. */
const besideKeyAndValueBytes = 7;

/** What one record takes in a batch. Keys and values of schedules are counted as ASCII, without compression. */
export const recordBytes = (key: string | null, value: string): number =>
  besideKeyAndValueBytes + (key?.length ?? 0) + value.length;
