import { describe, expect, test } from "vitest";
import { leaderEpoch, offset, producerId } from "../../../model/ids.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { PartitionLog } from "./partition-log.ts";

const batch = (baseOffset: number, values: string, epoch = 0): RecordBatch => ({
  baseOffset: offset(baseOffset),
  partitionLeaderEpoch: leaderEpoch(epoch),
  producerId: producerId(-1),
  producerEpoch: -1,
  baseSequence: -1,
  records: values.split("").map((value) => ({ key: null, value })),
});

/** Batches `abc`, `d`, `ef` at offsets 0, 3 and 4, appended at 10, 20 and 30 µs. */
function logOfThree(): PartitionLog {
  const log = new PartitionLog();
  log.append(batch(0, "abc"), 10);
  log.append(batch(3, "d"), 20);
  log.append(batch(4, "ef", 2), 30);
  return log;
}

const valuesOf = (batches: readonly RecordBatch[]): string =>
  batches.map(({ records }) => records.map(({ value }) => value).join("")).join(" ");

test("a log ends after its last record", () => {
  expect(new PartitionLog().endOffset).toBe(0);
  expect(logOfThree().endOffset).toBe(6);
});

test("a batch that does not begin at the log's end is a mistake of the caller", () => {
  expect(() => logOfThree().append(batch(5, "x"), 40)).toThrow("the caller must check");
});

describe("reading", () => {
  test.each([
    ["gives whole batches, also when it begins in the middle of one", 1, 6, "abc d ef"],
    ["begins with the batch that holds the offset", 3, 6, "d ef"],
    ["stops before a batch that reaches beyond the bound", 0, 5, "abc d"],
    ["gives nothing below a bound within the first batch", 0, 2, ""],
    ["gives nothing at the log's end", 6, 6, ""],
  ])("%s", (_sentence, from, upTo, expected) => {
    expect(valuesOf(logOfThree().read(offset(from), offset(upTo)))).toBe(expected);
  });

  test("finds every offset of a long log", () => {
    const log = new PartitionLog();
    for (let at = 0; at < 300; at++) log.append(batch(at, "x"), at);
    for (let at = 0; at < 300; at++) expect(log.read(offset(at), offset(at + 1))).toEqual([batch(at, "x")]);
  });

  test("gives no more than fifty batches at a time", () => {
    const log = new PartitionLog();
    for (let at = 0; at < 60; at++) log.append(batch(at, "x"), at);
    expect(log.read(offset(0), offset(60))).toHaveLength(50);
  });
});

describe("truncation", () => {
  test("removes every batch that reaches beyond the offset, and the epochs that begin there", () => {
    const log = logOfThree();
    log.truncateTo(offset(4));
    expect(valuesOf(log.all())).toBe("abc d");
    expect(log.epochs.latest).toBe(0);
    log.truncateTo(offset(2));
    expect(log.endOffset).toBe(0);
  });

  test("beyond the end removes nothing", () => {
    const log = logOfThree();
    log.truncateTo(offset(9));
    expect(log.endOffset).toBe(6);
  });
});

describe("a power loss", () => {
  test("takes what was appended after the last write-back", () => {
    const log = logOfThree();
    log.loseUnflushed(20);
    expect(valuesOf(log.all())).toBe("abc d");
  });

  test("takes everything where nothing was ever written back", () => {
    const log = logOfThree();
    log.loseUnflushed(0);
    expect(log.endOffset).toBe(0);
    expect(log.epochs.latest).toBe(-1);
  });

  test("takes nothing after a clean stop", () => {
    const log = logOfThree();
    log.flush();
    log.loseUnflushed(0);
    expect(log.endOffset).toBe(6);
  });
});
