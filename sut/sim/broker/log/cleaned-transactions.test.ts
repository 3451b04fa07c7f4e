import { expect, test } from "vitest";
import { offset, producerId } from "../../../../model/ids.ts";
import type { RecordBatch, TransactionOutcome } from "../../protocol/record-batch.ts";
import { CleanedTransactions } from "./cleaned-transactions.ts";
import { batchOf } from "./hand-made-log.ts";

/** A batch of one record of a transaction of producer 7, or another one; with an outcome it is the marker that ends it. */
const part = (at: number, outcome?: TransactionOutcome, id = 7): RecordBatch => ({
  ...batchOf(at, "x"),
  producerId: producerId(id),
  isTransactional: true,
  ...(outcome !== undefined && { marker: { outcome, coordinatorEpoch: 0, transactionVersion: 2 } }),
});
const abortedBetween = (firstOffset: number, lastOffset: number, id = 7) => ({
  producerId: producerId(id),
  firstOffset: offset(firstOffset),
  lastOffset: offset(lastOffset),
});

test("batches count for nothing from the first to the marker of a transaction that was aborted, and for no other producer", () => {
  const transactions = new CleanedTransactions([abortedBetween(2, 5)]);
  const seen = [part(0), part(1, "commit"), part(2), part(3, undefined, 8), part(4), part(5, "abort"), part(6)];
  const counts = seen.map((batch) =>
    batch.marker === undefined ? !transactions.isAborted(batch) : transactions.endsNothing(batch),
  );
  expect(counts).toEqual([true, false, false, true, false, false, true]);
});

test("batches of no transaction count, also of a producer that is in one that was aborted", () => {
  const transactions = new CleanedTransactions([abortedBetween(0, 3)]);
  expect(transactions.isAborted(part(0))).toBe(true);
  expect(transactions.isAborted({ ...batchOf(1, "x"), producerId: producerId(7) })).toBe(false);
});

test("a marker ends nothing where the cleaner has met no batch of its transaction, whatever has come before", () => {
  const transactions = new CleanedTransactions([abortedBetween(4, 5)]);
  expect(transactions.isAborted(part(0))).toBe(false);
  expect([transactions.endsNothing(part(1, "commit")), transactions.endsNothing(part(3, "commit"))]).toEqual([false, true]);
  expect(transactions.endsNothing(part(5, "abort"))).toBe(true);
  // Of a transaction whose records are all gone nobody keeps that it was aborted.
  expect(new CleanedTransactions([]).endsNothing(part(5, "abort"))).toBe(true);
});
