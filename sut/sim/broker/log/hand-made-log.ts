import { leaderEpoch, offset, producerId } from "../../../../model/ids.ts";
import { defaultLogSettings, withDefaults } from "../../../../model/settings.ts";
import type { LogSettings } from "../../../../model/settings.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import { batchBytes } from "../../protocol/record-size.ts";
import { kafkaRules } from "../../rules/rules.ts";
import { PartitionLog } from "./partition-log.ts";
import type { LogRules } from "./partition-log.ts";

/** A log with nothing in it. */
export const emptyLog = (settings: Partial<LogSettings> = {}, rules: LogRules = kafkaRules): PartitionLog =>
  new PartitionLog(rules, withDefaults(defaultLogSettings, settings));

/** A batch with one record for each letter, all of them made at the same time. */
export const batchOf = (baseOffset: number, values: string, epoch = 0, timestampMs?: number): RecordBatch => ({
  baseOffset: offset(baseOffset),
  partitionLeaderEpoch: leaderEpoch(epoch),
  producerId: producerId(-1),
  producerEpoch: -1,
  baseSequence: -1,
  records: values.split("").map((value) => ({ key: null, value, timestampMs })),
});

/** A batch of one record that takes so many bytes, all told. */
export function batchOfBytes(baseOffset: number, bytes: number): RecordBatch {
  const batch = batchOf(baseOffset, "x");
  const [record] = batch.records;
  const valueBytes = bytes - batchBytes({ records: [{ ...record!, valueBytes: 0 }] });
  return { ...batch, records: [{ ...record!, valueBytes }] };
}

/** The batches as text: `abc d ef`. */
export const valuesOf = (batches: readonly RecordBatch[]): string =>
  batches.map(({ records }) => records.map(({ value }) => value).join("")).join(" ");
