import { describe, expect, test } from "vitest";
import { offset, producerId } from "../../../../model/ids.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import { CleanedTransactions } from "./cleaned-transactions.ts";
import { batchOf } from "./hand-made-log.ts";
import { passOf } from "./hand-made-pass.ts";

/** A batch from offset 0 on with a record for each letter, which is its key; capital letters are tombstones. */
const keyed = (letters: string, deleteHorizonMs?: number): RecordBatch => {
  const { records, ...batch } = batchOf(0, letters, 0, 900);
  const made = records.map((record) => {
    const key = String(record.value).toLowerCase();
    return key === record.value ? { ...record, key } : { ...record, key, isTombstone: true as const };
  });
  return { ...batch, records: made, ...(deleteHorizonMs !== undefined && { deleteHorizonMs }) };
};
const lastOf = (...known: readonly (readonly [string, number])[]) => new Map(known.map(([key, at]) => [key, offset(at)]));
const valuesIn = (batch: RecordBatch | undefined) => batch?.records.map(({ value }) => value).join("");

test("a record goes when a later one of its key is known, and offsets of the others stay", () => {
  const pass = passOf({ last: lastOf(["a", 7], ["b", 1]) });
  expect(pass.clean(keyed("abc"))).toMatchObject({ cleaned: { length: 3, deltas: [1, 2] } });
  expect([pass.replaced, pass.expired, pass.deferred]).toEqual([[0], [], []]);
});

test("a tombstone that is met for the first time stays, however old it is, and its batch says for how long", () => {
  const pass = passOf({ deleteRetentionMs: 0 });
  const left = pass.clean(keyed("aB"));
  expect([valuesIn(left), left?.deleteHorizonMs, left?.cleaned]).toEqual(["aB", 1000, undefined]);
  expect([pass.deferred, pass.expired]).toEqual([[1], []]);
});

test("a tombstone whose time is over goes, and one that has been met before keeps its time", () => {
  const over = passOf();
  expect([valuesIn(over.clean(keyed("aB", 1000))), over.expired, over.replaced]).toEqual(["a", [1], []]);
  const early = passOf();
  expect(early.clean(keyed("aB", 1001))).toMatchObject({ deleteHorizonMs: 1001 });
  expect([early.expired, early.deferred]).toEqual([[], []]);
});

test("a tombstone that is replaced itself goes at once, and one that is not replaced is not counted among the replaced", () => {
  const pass = passOf({ last: lastOf(["b", 9]) });
  expect(pass.clean(keyed("B"))).toBeUndefined();
  expect([pass.replaced, pass.deferred, pass.gone.length]).toEqual([[0], [], 1]);
});

test("a batch without records stays where it is the last of its producer, or of what is cleaned (KAFKA-17076)", () => {
  const last = lastOf(["a", 9]);
  expect(passOf({ last, isLastOfProducer: () => true }).clean(keyed("a"))).toMatchObject({
    records: [],
    cleaned: { length: 1 },
  });
  expect(passOf({ last, endOffset: offset(1) }).clean(keyed("a"))?.records).toEqual([]);
  expect(passOf({ last, endOffset: offset(2) }).clean(keyed("a"))).toBeUndefined();
});

describe("of a transaction", () => {
  const part = (at: number, values: string): RecordBatch => {
    const { records, ...batch } = batchOf(at, values, 0, 900);
    const keyedRecords = records.map((record) => ({ ...record, key: String(record.value) }));
    return { ...batch, producerId: producerId(7), isTransactional: true, records: keyedRecords };
  };
  const marker = (at: number, outcome: "commit" | "abort", deleteHorizonMs?: number): RecordBatch => ({
    ...part(at, "m"),
    records: [{ key: null, value: "marker" }],
    marker: { outcome, coordinatorEpoch: 0, transactionVersion: 2 },
    ...(deleteHorizonMs !== undefined && { deleteHorizonMs }),
  });
  const aborted = { producerId: producerId(7), firstOffset: offset(0), lastOffset: offset(2) };

  test("that was aborted all records go, and its marker only when they are gone, and in time", () => {
    const first = passOf({ transactions: new CleanedTransactions([aborted]) });
    expect([first.clean(part(0, "ab")), first.clean(marker(2, "abort"))]).toEqual([undefined, marker(2, "abort")]);
    expect([first.replaced, first.deferredMarkers]).toEqual([[0, 1], []]);
    const second = passOf({ transactions: new CleanedTransactions([aborted]) });
    expect(second.clean(marker(2, "abort"))?.deleteHorizonMs).toBe(1050);
    expect([second.deferredMarkers, second.deferred]).toEqual([[2], []]);
    const third = passOf({ nowMs: 1050 });
    expect(third.clean(marker(2, "abort", 1050))).toBeUndefined();
    expect([third.expiredMarkers, third.expired]).toEqual([[2], []]);
    expect(third.gone[0]?.records).toEqual([]);
  });

  test("that was committed the marker stays as long as any batch does, also one without records", () => {
    const pass = passOf({ last: lastOf(["a", 9]), isLastOfProducer: ({ baseOffset }) => baseOffset === 0 });
    expect([pass.clean(part(0, "a"))?.records, pass.clean(marker(1, "commit", 900))]).toEqual([[], marker(1, "commit", 900)]);
    const later = passOf();
    expect([later.clean(marker(1, "commit", 900)), later.expiredMarkers]).toEqual([undefined, [1]]);
  });

  test("a marker that holds the last epoch of its producer stays, without its record", () => {
    const pass = passOf({ isLastOfProducer: () => true });
    expect(pass.clean(marker(1, "commit", 900))).toMatchObject({ records: [], cleaned: { length: 1, deltas: [] } });
  });
});
