import { describe, expect, test } from "vitest";
import { offset } from "../../../../model/ids.ts";
import { batchOf, emptyLog, valuesOf } from "./hand-made-log.ts";
import { passOf } from "./hand-made-pass.ts";
import type { PartitionLog } from "./partition-log.ts";

/** Batches `abc`, `d`, `ef` at offsets 0, 3 and 4, appended at 10, 20 and 30 µs. */
function logOfThree(): PartitionLog {
  const log = emptyLog();
  log.append(batchOf(0, "abc"), 10);
  log.append(batchOf(3, "d"), 20);
  log.append(batchOf(4, "ef", 2), 30);
  return log;
}

test("a log ends after its last record", () => {
  expect(emptyLog().endOffset).toBe(0);
  expect(logOfThree().endOffset).toBe(6);
});

test("a batch that does not begin at the log's end is a mistake of the caller", () => {
  expect(() => logOfThree().append(batchOf(5, "x"), 40)).toThrow("the caller must check");
});

describe("what a log tells of producers", () => {
  const told = (log: PartitionLog): string => valuesOf(log.producerBatches());

  test("stays when records are deleted, for as long as anything can be read behind them", () => {
    const log = logOfThree();
    log.advanceStartTo(offset(4));
    expect(told(log)).toBe("abc d ef");
    log.truncateTo(offset(5));
    expect(told(log)).toBe("abc d");
  });

  test("is gone when the log is cut at its start or before it, whatever lies there", () => {
    const log = logOfThree();
    log.advanceStartTo(offset(4));
    log.truncateTo(offset(4));
    log.append(batchOf(4, "x"), 40);
    expect([valuesOf(log.all()), told(log)]).toEqual(["abc d x", "x"]);
    log.truncateTo(offset(3));
    expect([valuesOf(log.all()), told(log)]).toEqual(["abc", ""]);
  });

  test("is what the disk has after a power loss, wherever the log began before", () => {
    const log = logOfThree();
    log.advanceStartTo(offset(4));
    log.loseUnflushed(15);
    log.open(offset(0));
    expect(told(log)).toBe("abc");
  });

  test("is gone when the log is loaded with nothing to be read", () => {
    const log = logOfThree();
    log.close();
    log.open(offset(5));
    expect(told(log)).toBe("abc d ef");
    log.open(offset(6));
    expect(told(log)).toBe("");
  });
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
    const log = emptyLog();
    for (let at = 0; at < 300; at++) log.append(batchOf(at, "x"), at);
    for (let at = 0; at < 300; at++) expect(log.read(offset(at), offset(at + 1))).toEqual([batchOf(at, "x")]);
  });

  test("gives no more than fifty batches at a time", () => {
    const log = emptyLog();
    for (let at = 0; at < 60; at++) log.append(batchOf(at, "x"), at);
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
    log.close();
    log.loseUnflushed(0);
    expect(log.endOffset).toBe(6);
  });
});

describe("segments", () => {
  /** A batch of one record takes 69 bytes: two of them fit into 150, and three do not. */
  function logOfSegments(...timestamps: readonly (number | undefined)[]): { log: PartitionLog; rolledAt: readonly number[] } {
    const log = emptyLog({ "segment.bytes": timestamps.length > 0 ? 1000 : 150, "segment.ms": 50 });
    const times = timestamps.length > 0 ? timestamps : Array.from({ length: 5 }, () => 0);
    const rolledAt = times.flatMap((timestampMs, at) =>
      log.append(batchOf(at, "x", at, timestampMs), at * 20_000) ? [at] : [],
    );
    return { log, rolledAt };
  }

  const basesOf = ({ segments }: PartitionLog): readonly number[] => segments.map(({ baseOffset }) => baseOffset);

  test("a new one begins when the old one is full", () => {
    const { log, rolledAt } = logOfSegments();
    expect(rolledAt).toEqual([2, 4]);
    expect(basesOf(log)).toEqual([0, 2, 4]);
    expect(log.segments.map(({ sizeInBytes }) => sizeInBytes)).toEqual([138, 138, 69]);
  });

  test("a new one begins when the batch is younger than the old one's first by more than segment.ms", () => {
    expect(logOfSegments(100, 120, 150, 151, 190, 202).rolledAt).toEqual([3, 5]);
  });

  test("the old one's newest record is entered into its time index", () => {
    const { log } = logOfSegments(100, 120, 151, 152);
    expect(log.segments.map(({ indexes }) => indexes.times)).toEqual([[{ timestampMs: 120, offset: 1 }], []]);
  });

  test("without timestamps the broker's clock counts", () => {
    expect(logOfSegments(undefined, undefined, undefined, undefined, undefined).rolledAt).toEqual([3]);
  });

  test("a read ends with its segment, and goes on with the next", () => {
    const { log } = logOfSegments();
    expect(log.read(offset(0), offset(5)).map(({ baseOffset }) => baseOffset)).toEqual([0, 1]);
    expect(log.read(offset(3), offset(5)).map(({ baseOffset }) => baseOffset)).toEqual([3]);
    expect(log.all()).toHaveLength(5);
  });

  test("that begin beyond the cut are removed whole, the one that holds it is cut", () => {
    const { log } = logOfSegments();
    log.truncateTo(offset(3));
    expect(basesOf(log)).toEqual([0, 2]);
    expect([log.endOffset, log.segments.at(-1)!.sizeInBytes, log.epochs.latest]).toEqual([3, 69, 2]);
    log.truncateTo(offset(2));
    expect(basesOf(log)).toEqual([0, 2]);
    expect([log.endOffset, log.segments.at(-1)!.sizeInBytes]).toEqual([2, 0]);
    log.truncateTo(offset(1));
    expect(basesOf(log)).toEqual([0]);
    expect(log.endOffset).toBe(1);
  });

  test("a power loss takes whole segments, and a part of the one before", () => {
    const { log } = logOfSegments();
    log.loseUnflushed(40_000);
    expect([log.endOffset, basesOf(log)]).toEqual([3, [0, 2]]);
  });
});

describe("a process that begins to work with the log", () => {
  const epochsOf = ({ epochs }: PartitionLog): readonly (readonly number[])[] =>
    epochs.all().map(({ epoch, startOffset }) => [epoch, startOffset]);

  /** Entries are due for every second batch, and were made later after a cut. Its epochs have been forgotten. */
  function damaged(): PartitionLog {
    const log = emptyLog({ "index.interval.bytes": 100 });
    for (const [at, epoch] of [0, 0, 2, 2].entries()) log.append(batchOf(at, "x", epoch, at * 10), 0);
    log.truncateTo(offset(2));
    for (const [at, epoch] of [2, 2, 2, 5, 5].entries()) log.append(batchOf(2 + at, "x", epoch, at * 10), 0);
    log.epochs.clear();
    return log;
  }

  const entriesOf = ({ segments }: PartitionLog): readonly number[] =>
    segments.flatMap(({ indexes }) => indexes.offsets.map(({ offset: at }) => at));

  test("after an unclean shutdown makes indexes and epochs anew from the batches", () => {
    const log = damaged();
    log.open(offset(0));
    log.epochs.clear();
    expect(entriesOf(log)).toEqual([4, 6]);
    log.open(offset(0));
    expect(entriesOf(log)).toEqual([2, 4, 6]);
    expect(epochsOf(log)).toEqual([
      [0, 0],
      [2, 2],
      [5, 5],
    ]);
  });

  test("after a clean shutdown takes both as they are", () => {
    const log = damaged();
    log.close();
    log.open(offset(0));
    expect(entriesOf(log)).toEqual([4, 6]);
    expect(epochsOf(log)).toEqual([]);
  });

  test("knows nothing of an epoch in which nothing was written at the end of the log", () => {
    const log = logOfThree();
    log.epochs.assign(7 as never, log.endOffset);
    log.close();
    log.open(offset(0));
    expect(log.epochs.latest).toBe(2);
  });
});

describe("a search by time", () => {
  test.each([
    ["gives the first record that is as new", 20, 3],
    ["gives the first one that is newer where none is as new", 11, 3],
    ["looks for the first record, although later ones are older", 30, 4],
    ["gives the first record for a time before all of them", 0, 0],
    ["gives nothing for a time after all of them", 41, undefined],
  ])("%s", (_sentence, timestampMs, expected) => {
    const log = emptyLog({ "segment.bytes": 250, "index.interval.bytes": 60 });
    for (const [at, madeMs] of [10, 5, 10, 20, 30, 15, 30, 40].entries()) log.append(batchOf(at, "x", 0, madeMs), at);
    expect(log.segments.length).toBe(3);
    expect(log.findByTimestamp(timestampMs)?.offset).toBe(expected);
  });

  test("looks into batches", () => {
    const log = emptyLog();
    const { records, ...rest } = batchOf(0, "abc");
    log.append({ ...rest, records: records.map((record, at) => ({ ...record, timestampMs: at * 10 })) }, 0);
    expect(log.findByTimestamp(5)).toEqual({ timestampMs: 10, offset: 1 });
  });
});

describe("the log start", () => {
  const epochsOf = (log: PartitionLog) => log.epochs.all().map(({ epoch, startOffset }) => [epoch, startOffset]);

  /** As a process finds it that starts after a crash with this log start in its checkpoint. */
  const recovered = (checkpoint: number, change: (log: PartitionLog) => void = () => undefined): PartitionLog => {
    const log = logOfThree();
    log.open(offset(0));
    log.advanceStartTo(offset(5));
    change(log);
    log.open(offset(checkpoint));
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
    log.append(batchOf(6, "g", 3), 40);
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

  test("that was set back knows nothing of the epoch of a leader that had not written yet", () => {
    const log = recovered(3, ({ epochs }) => epochs.assign(7 as never, offset(6)));
    expect(epochsOf(log)).toEqual([
      [0, 3],
      [2, 4],
    ]);
  });

  test("that is beyond what a power loss has left is all that counts", () => {
    const log = recovered(5, (lost) => lost.loseUnflushed(20));
    expect([log.startOffset, log.endOffset, log.all()]).toEqual([5, 5, []]);
  });
});

/** It has one record, which ends at 1, and ends at 2. */
function cutBehindHole(): PartitionLog {
  const log = emptyLog({ "cleanup.policy": "compact", "segment.bytes": 260 });
  for (const [at, key] of ["k", "j", "j", "m"].entries()) {
    const { records, ...batch } = batchOf(at, key);
    log.append({ ...batch, records: records.map((record) => ({ ...record, key })) }, 10);
  }
  const last = new Map([
    ["k", offset(0)],
    ["j", offset(2)],
  ]);
  const pass = passOf({ last, endOffset: offset(3) });
  log.clean(1, pass);
  expect([log.segments.map(({ baseOffset }) => baseOffset), pass.replaced]).toEqual([[0, 3], [1]]);
  log.truncateTo(offset(2));
  expect([log.endOffset, valuesOf(log.all())]).toEqual([2, "k"]);
  return log;
}

test("a log that is cut ends where it was cut, also where a cleaner has left nothing before", () => {
  const log = cutBehindHole();
  log.append(batchOf(2, "n"), 20);
  expect([log.endOffset, valuesOf(log.all())]).toEqual([3, "k n"]);
});

test("a log that was cut behind a hole ends with its last batch when it is opened again, and is cleaned from its start", () => {
  for (const isClean of [true, false]) {
    const log = cutBehindHole();
    expect(log.cleanedUpTo).toBe(2);
    if (isClean) log.close();
    log.open(offset(0));
    expect([log.endOffset, log.cleanedUpTo, valuesOf(log.all())]).toEqual([1, 0, "k"]);
  }
});

test("a power loss leaves a log that ends with the last batch on the disk, also where the lost ones began later", () => {
  const log = emptyLog({ "cleanup.policy": "compact" });
  log.append(batchOf(1, "b"), 30);
  log.loseUnflushed(20);
  expect([log.endOffset, log.all()]).toEqual([0, []]);
  log.append(batchOf(0, "a"), 30);
  log.append(batchOf(4, "e"), 50);
  log.loseUnflushed(40);
  expect([log.endOffset, valuesOf(log.all())]).toEqual([1, "a"]);
});
