import { expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { leaderEpoch, offset, producerId } from "../../../model/ids.ts";
import type { PartitionFetchResponse } from "../protocol/fetch.ts";
import type { RecordBatch, TransactionOutcome } from "../protocol/record-batch.ts";
import { kafkaRules } from "../rules/rules.ts";
import { deliverable } from "./committed-records.ts";

/** `[offset, producer, "abort"]`: a marker; without the last one a record of the producer's transaction; -1 for no transaction. */
type Told = readonly [at: number, producer: number, marker?: TransactionOutcome];

const batch = ([at, id, marker]: Told): RecordBatch => ({
  baseOffset: offset(at),
  partitionLeaderEpoch: leaderEpoch(0),
  producerId: producerId(id),
  producerEpoch: 0,
  baseSequence: 0,
  records: [{ key: null, value: "" }],
  ...(id >= 0 && { isTransactional: true as const }),
  ...(marker !== undefined && { marker: { outcome: marker, coordinatorEpoch: 0, transactionVersion: 0 as const } }),
});

function offsetsOf(aborted: readonly (readonly [producer: number, first: number])[], ...told: readonly Told[]): unknown {
  const answer: PartitionFetchResponse = {
    partitionIndex: 0,
    errorCode: errorCode.NONE,
    highWatermark: offset(99),
    logStartOffset: offset(0),
    records: told.map(batch),
    abortedTransactions: aborted.map(([id, first]) => ({ producerId: producerId(id), firstOffset: offset(first) })),
  };
  return deliverable(answer, kafkaRules).map(({ baseOffset }) => baseOffset);
}

test("records of no transaction are delivered, and those of committed ones; markers are not", () => {
  expect(offsetsOf([], [0, -1], [1, 7], [2, 7, "commit"], [3, -1])).toEqual([0, 1, 3]);
  expect(offsetsOf([], [0, -1], [1, -1])).toEqual([0, 1]);
});

test("records of an aborted transaction are passed over, up to its marker and no further", () => {
  expect(offsetsOf([[7, 1]], [0, 8], [1, 7], [2, 8], [3, 7, "abort"], [4, 7], [5, 7, "commit"])).toEqual([0, 2, 4]);
});

test("a response that begins in the middle of two aborted transactions has nothing of either", () => {
  expect(
    offsetsOf(
      [
        [7, 2],
        [8, 5],
      ],
      [10, 8],
      [11, 7],
      [12, 7, "abort"],
      [13, 8, "abort"],
      [14, 8],
    ),
  ).toEqual([14]);
});
