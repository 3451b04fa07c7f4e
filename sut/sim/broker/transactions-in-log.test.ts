import { expect, test } from "vitest";
import { leaderEpoch, offset, producerId } from "../../../model/ids.ts";
import type { RecordBatch, TransactionOutcome } from "../protocol/record-batch.ts";
import { TransactionsInLog } from "./transactions-in-log.ts";

const one = producerId(1);
const two = producerId(2);
const batch = (at: number, id: typeof one, records: number, marker?: TransactionOutcome): RecordBatch => ({
  baseOffset: offset(at),
  partitionLeaderEpoch: leaderEpoch(0),
  producerId: id,
  producerEpoch: 0,
  baseSequence: 0,
  isTransactional: true,
  records: Array.from({ length: records }, () => ({ key: null, value: "" })),
  ...(marker !== undefined && { marker: { outcome: marker, coordinatorEpoch: 4, transactionVersion: 0 as const } }),
});

function logOf(...batches: readonly RecordBatch[]): TransactionsInLog {
  const transactions = new TransactionsInLog();
  for (const each of batches) transactions.update(each);
  return transactions;
}

test("a transaction is open from its first batch to its marker, under its epoch", () => {
  const transactions = logOf(batch(0, one, 2), batch(2, two, 1), batch(3, one, 1, "commit"));
  expect(transactions.isOpen(one)).toBe(false);
  expect(transactions.isOpen(two)).toBe(true);
  expect(transactions.isOpenIn(two, 0)).toBe(true);
  expect(transactions.isOpenIn(two, 1)).toBe(false);
});

test("a transaction whose marker a cleaner has removed is not told to readers any more, and does not go on either", () => {
  const marker = batch(2, one, 0, "abort");
  expect(logOf(batch(0, one, 2), batch(2, one, 1, "abort")).abortedBetween(offset(0), offset(9))).toHaveLength(1);
  const cleaned = logOf(batch(0, one, 2), { ...marker, cleaned: { length: 1, deltas: [] } });
  expect([cleaned.isOpen(one), cleaned.abortedBetween(offset(0), offset(9))]).toEqual([false, []]);
});

test("it is unstable until its marker is below the watermark", () => {
  const transactions = logOf(batch(0, one, 2), batch(2, two, 1), batch(3, one, 1, "commit"), batch(4, two, 1, "abort"));
  expect(transactions.firstUnstable(offset(3))).toBe(0);
  expect(transactions.firstUnstable(offset(4))).toBe(2);
  expect(transactions.firstUnstable(offset(5))).toBeUndefined();
  expect(logOf().firstUnstable(offset(5))).toBeUndefined();
});

test("aborted transactions are told that have anything within the offsets asked for, the earliest first", () => {
  const transactions = logOf(
    batch(0, one, 2),
    batch(2, two, 1),
    batch(3, two, 1, "abort"),
    batch(4, one, 1, "abort"),
    batch(5, one, 1),
    batch(6, one, 1, "commit"),
  );
  const told = (from: number, upTo: number): unknown =>
    transactions.abortedBetween(offset(from), offset(upTo)).map(({ firstOffset, lastOffset }) => [firstOffset, lastOffset]);
  expect(told(0, 7)).toEqual([
    [0, 4],
    [2, 3],
  ]);
  expect(told(4, 7)).toEqual([[0, 4]]);
  expect(told(5, 7)).toEqual([]);
  expect(told(0, 2)).toEqual([[0, 4]]);
});

test("the last marker of a producer is remembered with its coordinator, also where nothing was open", () => {
  const transactions = logOf(batch(0, one, 1, "abort"));
  expect(transactions.coordinatorEpochOf(one)).toBe(4);
  expect(transactions.lastMarkerOf(one)).toBe(0);
  expect(transactions.coordinatorEpochOf(two)).toBe(-1);
  expect(transactions.lastMarkerOf(two)).toBeUndefined();
  expect(transactions.abortedBetween(offset(0), offset(9))).toEqual([]);
});

test("after a truncation only what the log still has counts", () => {
  const all = [batch(0, one, 2), batch(2, one, 1, "abort"), batch(3, two, 1)];
  const transactions = logOf(...all);
  transactions.rebuild(all.slice(0, 1));
  expect(transactions.isOpen(one)).toBe(true);
  expect(transactions.isOpen(two)).toBe(false);
  expect(transactions.abortedBetween(offset(0), offset(9))).toEqual([]);
  expect(transactions.lastMarkerOf(one)).toBeUndefined();
});
