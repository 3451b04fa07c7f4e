/**
 * What a `read_committed` consumer makes of the batches that it is sent: markers are nobody's records, and those of aborted
 * transactions are passed over.
 */

import type { Offset, ProducerId } from "../../../model/ids.ts";
import { offset } from "../../../model/ids.ts";
import type { PartitionFetchResponse } from "../protocol/fetch.ts";
import { nextOffset } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { Rules } from "../rules/rules.ts";

/** The batches of a response whose records are to be delivered: all but markers, and but those of aborted transactions. */
export function deliverable(
  { abortedTransactions = [], records }: PartitionFetchResponse,
  rules: Pick<Rules, "abortedBegunBy">,
): readonly RecordBatch[] {
  if (records.every(({ isTransactional }) => isTransactional === undefined)) return records;
  let later = abortedTransactions;
  const aborted = new Set<ProducerId>();
  return records.filter((batch) => {
    const begun = rules.abortedBegunBy(
      lastOffset(batch),
      later.map(({ firstOffset }) => firstOffset),
    );
    for (const { producerId } of later.slice(0, begun)) aborted.add(producerId);
    later = later.slice(begun);
    if (batch.marker === undefined) return batch.isTransactional === undefined || !aborted.has(batch.producerId);
    if (batch.marker.outcome === "abort") aborted.delete(batch.producerId);
    return false;
  });
}

const lastOffset = (batch: RecordBatch): Offset => offset(nextOffset(batch) - 1);
