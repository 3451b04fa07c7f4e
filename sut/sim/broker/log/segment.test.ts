import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offset } from "../../../../model/ids.ts";
import type { RecordBatch } from "../../protocol/record-batch.ts";
import { kafkaRules } from "../../rules/rules.ts";
import { batchOf, batchOfBytes, emptyLog } from "./hand-made-log.ts";
import { LogSegment, sizeOf } from "./segment.ts";

const appendTo = (segment: LogSegment, batch: RecordBatch): void => segment.append(batch, sizeOf(batch), 0);

describe("the sparse index", () => {
  /** After each append: how many entries there are, and the last one. */
  function entriesAfterEach(indexIntervalBytes: number, sizes: readonly number[]) {
    const segment = new LogSegment(offset(0), 0, { rules: kafkaRules, indexIntervalBytes });
    return sizes.map((bytes, at) => {
      appendTo(segment, batchOfBytes(at, bytes));
      const { offsets } = segment.indexes;
      return [offsets.length, offsets.at(-1)?.offset, offsets.at(-1)?.position];
    });
  }

  const none = [0, undefined, undefined];

  test("has no entry for appends of 300, 500, 1000, 2000 and 500 bytes: before the fifth there are 3800 bytes, not 4096", () => {
    expect(entriesAfterEach(4096, [300, 500, 1000, 2000, 500])).toEqual([none, none, none, none, none]);
  });

  test("has its first entry for the sixth append, whatever its size: it begins at 4300", () => {
    expect(entriesAfterEach(4096, [300, 500, 1000, 2000, 500, 1]).at(-1)).toEqual([1, 5, 4300]);
  });

  test("with an interval of 1000 has entries for the fourth and the fifth append, where they begin", () => {
    expect(entriesAfterEach(1000, [300, 500, 1000, 2000, 500])).toEqual([none, none, none, [1, 3, 1800], [2, 4, 3800]]);
  });

  test("counts from the batch of the last entry on, that batch included", () => {
    expect(entriesAfterEach(1000, [1001, 500, 501, 100]).map(([count]) => count)).toEqual([0, 1, 1, 2]);
  });

  test("after a cut has its next entry as late as if there had been none", () => {
    const segment = new LogSegment(offset(0), 0, { rules: kafkaRules, indexIntervalBytes: 1000 });
    for (let at = 0; at < 5; at++) appendTo(segment, batchOfBytes(at, 600));
    expect(segment.indexes.offsets.map(({ offset: at }) => at)).toEqual([2, 4]);
    segment.truncateTo(offset(2));
    expect(segment.indexes.offsets).toEqual([]);
    for (let at = 2; at < 5; at++) appendTo(segment, batchOfBytes(at, 600));
    expect(segment.indexes.offsets).toEqual([{ offset: 4, position: 2400 }]);
  });
});

describe("the time index", () => {
  test("has its entries at the same moments, with the largest timestamp so far, and one more when the segment is finished", () => {
    const segment = new LogSegment(offset(0), 0, { rules: kafkaRules, indexIntervalBytes: 100 });
    for (const [at, madeMs] of [10, 30, 20, 20, 25, 40].entries()) appendTo(segment, batchOf(at, "x", 0, madeMs));
    expect(segment.indexes.offsets.map(({ offset: at }) => at)).toEqual([2, 4]);
    expect(segment.indexes.times).toEqual([{ timestampMs: 30, offset: 1 }]);
    segment.finish();
    expect(segment.indexes.times.at(-1)).toEqual({ timestampMs: 40, offset: 5 });
  });

  test("forgets what is cut", () => {
    const segment = new LogSegment(offset(0), 0, { rules: kafkaRules, indexIntervalBytes: 60 });
    for (const [at, madeMs] of [10, 20, 30].entries()) appendTo(segment, batchOf(at, "x", 0, madeMs));
    segment.truncateTo(offset(2));
    expect(segment.indexes.times).toEqual([{ timestampMs: 20, offset: 1 }]);
    expect(segment.largestTimestampMs).toBe(20);
  });
});

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("append"), records: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("truncate"), back: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash") }) },
);
const settings = fc.record({
  "segment.bytes": fc.integer({ min: 1, max: 600 }),
  "index.interval.bytes": fc.integer({ min: 0, max: 300 }),
});

test("whatever was appended, rolled, cut and recovered: a read gives exactly the batches from the one that holds the offset", () => {
  const check = fc.property(settings, fc.array(step, { maxLength: 60 }), (logSettings, steps) => {
    const log = emptyLog(logSettings);
    let expected: RecordBatch[] = [];
    for (const taken of steps) {
      if ("records" in taken) {
        const batch = batchOf(log.endOffset, "x".repeat(taken.records), 0, log.endOffset);
        log.append(batch, 0);
        expected.push(batch);
      } else if ("back" in taken) {
        const to = Math.max(0, log.endOffset - taken.back);
        log.truncateTo(offset(to));
        expected = expected.filter(({ baseOffset, records }) => baseOffset + records.length <= to);
      } else {
        log.open(log.startOffset);
      }
    }
    expect(log.all()).toEqual(expected);
    for (let from = 0; from < log.endOffset; from++) {
      const holds = expected.findIndex(({ baseOffset, records }) => from < baseOffset + records.length);
      const read = log.read(offset(from), log.endOffset);
      expect(read).toEqual(expected.slice(holds, holds + read.length));
      expect(read.length).toBeGreaterThan(0);
      expect(log.findByTimestamp(from)?.offset).toBe(expected.find(({ baseOffset }) => baseOffset >= from)?.baseOffset);
    }
    expect(log.read(log.endOffset, log.endOffset)).toEqual([]);
  });
  fc.assert(check, { seed: 11, numRuns: 300 });
});
