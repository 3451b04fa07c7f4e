import { expect, test } from "vitest";
import { leaderEpoch, offset, producerId } from "../ids.ts";
import { calm, copyIn } from "./hand-made-cluster.ts";
import { append } from "./log.ts";
import type { Entry, Log } from "./log.ts";
import { lastStableOffset } from "./read-committed.ts";

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
