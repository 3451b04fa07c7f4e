import { describe, expect, test } from "vitest";
import { leaderEpoch, offset, producerId } from "../ids.ts";
import { calm, copyIn } from "./hand-made-cluster.ts";
import { append } from "./log.ts";
import type { Entry, Log } from "./log.ts";
import { isAborted, lastStableOffset, recordsOfTransaction } from "./read-committed.ts";

const empty = copyIn(calm, 1).log;
/** A record of producer 7 or 8: `open` in a transaction, or the `end` of it; anything else is of none. */
const logOf = (...entries: readonly (readonly [producer: number, transaction?: "open" | "end"])[]): Log =>
  entries.reduce<Log>((log, [id, transaction], at) => {
    const opens = { producerId: producerId(id), producerEpoch: 0, baseSequence: at, length: 1 };
    const entry: Entry = {
      epoch: leaderEpoch(0),
      value: `t${at}${transaction ?? ""}`,
      opens,
      ...(transaction && { transaction }),
    };
    return append(log, entry);
  }, empty);
const stableOf = (log: Log, highWatermark: number): number =>
  lastStableOffset({ ...copyIn(calm, 1), log, highWatermark: offset(highWatermark) });

test("read_committed reads to the watermark where nothing is undecided, and to the first undecided record otherwise", () => {
  expect(stableOf(logOf([7], [8]), 2)).toBe(2);
  expect(stableOf(logOf([7], [8, "open"], [7]), 3)).toBe(1);
  expect(stableOf(logOf([7], [8, "open"], [8, "end"], [7]), 4)).toBe(4);
  expect(stableOf(logOf([7, "open"], [8, "open"], [7, "end"]), 3)).toBe(1);
});

test("a marker above the watermark decides nothing yet", () => {
  expect(stableOf(logOf([7, "open"], [7, "end"]), 1)).toBe(0);
});

describe("what becomes of a record", () => {
  const shop = { producerId: producerId(7), producerEpoch: 0, baseSequence: 0, isTransactional: true as const };
  /** A batch of two records of a transaction, with a marker behind it where an outcome is told. */
  const two = (log: Log, outcome?: "commit" | "abort"): Log => {
    const at = `${log.end}`;
    const part = { epoch: leaderEpoch(0), transaction: "open" as const };
    const open = append(append(log, { ...part, value: `${at}a`, opens: { ...shop, length: 2 } }), { ...part, value: `${at}b` });
    if (outcome === undefined) return open;
    const marker = { outcome, coordinatorEpoch: 0, transactionVersion: 2 as const };
    return append(open, { epoch: leaderEpoch(0), value: `${at}m`, transaction: "end", opens: { ...shop, length: 1, marker } });
  };

  test("is decided by the next marker of its producer, for all records of its batch", () => {
    const log = two(two(two(empty, "abort"), "commit"));
    expect([0, 1, 3, 4, 6].map((at) => isAborted(log, at))).toEqual([true, true, false, false, false]);
    expect(isAborted(two(empty), 0)).toBe(false);
    expect(isAborted(logOf([7]), 0)).toBe(false);
  });

  test("a marker decides on what its producer has written since the one before", () => {
    const log = two(two(empty, "abort"), "commit");
    expect([recordsOfTransaction(log, 2), recordsOfTransaction(log, 5)]).toEqual([
      [0, 1],
      [3, 4],
    ]);
  });
});
