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

describe("the log start", () => {
  const epochsOf = (log: PartitionLog) => log.epochs.all().map(({ epoch, startOffset }) => [epoch, startOffset]);

  /** As a process finds it that starts with this log start in its checkpoint. */
  const recovered = (checkpoint: number, change: (log: PartitionLog) => void = () => undefined): PartitionLog => {
    const log = logOfThree();
    log.advanceStartTo(offset(5));
    change(log);
    log.recoverStart(offset(checkpoint));
    return log;
  };

  test("moves up, also into the middle of a batch, and leaves the end where it is", () => {
    const log = logOfThree();
    expect(log.startOffset).toBe(0);
    log.advanceStartTo(offset(2));
    expect([log.startOffset, log.endOffset]).toEqual([2, 6]);
    expect(epochsOf(log)).toEqual([
      [0, 2],
      [2, 4],
    ]);
  });

  test("of a log of which nothing is left is its end", () => {
    const log = logOfThree();
    log.advanceStartTo(offset(6));
    expect([log.startOffset, log.endOffset]).toEqual([6, 6]);
    expect(epochsOf(log)).toEqual([[2, 6]]);
    log.append(batch(6, "g", 3), 40);
    expect(log.endOffset).toBe(7);
  });

  test("beyond the log's end is a mistake of the caller", () => {
    expect(() => logOfThree().advanceStartTo(offset(7))).toThrow("the caller must check");
  });

  test("follows a truncation below it", () => {
    const log = logOfThree();
    log.advanceStartTo(offset(4));
    log.truncateTo(offset(3));
    expect([log.startOffset, log.endOffset]).toEqual([3, 3]);
  });

  test("of a log that was thrown away is where it begins anew, and further back after a truncation", () => {
    const log = logOfThree();
    log.restartAt(offset(9));
    expect([log.startOffset, log.endOffset, log.all(), epochsOf(log)]).toEqual([9, 9, [], []]);
    log.truncateTo(offset(7));
    expect([log.startOffset, log.endOffset]).toEqual([7, 7]);
  });

  test("that a crash has set back gives back records, with the epochs they belong to", () => {
    const log = recovered(1);
    expect([log.startOffset, log.endOffset]).toEqual([1, 6]);
    expect(epochsOf(log)).toEqual([
      [0, 1],
      [2, 4],
    ]);
    expect(valuesOf(log.read(offset(1), offset(6)))).toBe("abc d ef");
  });

  test("that was set back keeps the epoch of a leader that has not written yet", () => {
    const log = recovered(3, ({ epochs }) => epochs.assign(leaderEpoch(7), offset(6)));
    expect(epochsOf(log)).toEqual([
      [0, 3],
      [2, 4],
      [7, 6],
    ]);
  });

  test("that is beyond what a power loss has left is all that counts", () => {
    const log = recovered(5, (lost) => lost.loseUnflushed(20));
    expect([log.startOffset, log.endOffset, log.all()]).toEqual([5, 5, []]);
  });
});
