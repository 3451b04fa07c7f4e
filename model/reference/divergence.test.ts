import { expect, test } from "vitest";
import { leaderEpoch, offset } from "../ids.ts";
import { compare, truncationOffset } from "./divergence.ts";
import { endOffsetFor, startsBefore, startsFrom, withStart } from "./epoch-starts.ts";
import type { EpochStarts } from "./epoch-starts.ts";
import { allGuards, guardList, guardsWithout } from "./guards.ts";
import { calm, copyIn } from "./hand-made-cluster.ts";

const starts = (...pairs: readonly (readonly [number, number])[]): EpochStarts =>
  pairs.map(([epoch, at]) => ({ epoch: leaderEpoch(epoch), startOffset: offset(at) }));
const leader = { epochs: starts([0, 0], [2, 5], [3, 8]), log: { end: offset(10) }, logStart: offset(0) };
const fetched = (epoch: number, from: number) => ({ lastFetchedEpoch: leaderEpoch(epoch), fetchOffset: offset(from) });

test.each<readonly [string, number, number, unknown]>([
  ["an empty log agrees", -1, 0, { kind: "agrees" }],
  ["a log that is behind agrees", 3, 9, { kind: "agrees" }],
  ["a longer log of the same epoch diverges at the leader's end", 3, 12, { kind: "diverges", at: { epoch: 3, endOffset: 10 } }],
  [
    "an epoch that the leader never saw diverges where the one before it ends",
    1,
    5,
    { kind: "diverges", at: { epoch: 0, endOffset: 5 } },
  ],
  ["an epoch beyond the leader's cannot be told", 4, 9, { kind: "out-of-range" }],
])("compared with the leader's: %s", (_sentence, epoch, from, expected) => {
  expect(compare(leader, fetched(epoch, from), allGuards)).toEqual(expected);
});

test("below the leader's start nothing can be told, whatever the epoch (KAFKA-12996)", () => {
  expect(compare({ ...leader, logStart: offset(4) }, fetched(0, 3), allGuards).kind).toBe("out-of-range");
});

test("without KIP-279 an epoch that the leader never saw goes unnoticed", () => {
  expect(compare(leader, fetched(1, 5), guardsWithout(["compare-epochs"])).kind).toBe("agrees");
});

test("a follower cuts where its own log leaves the epoch, and not beyond the leader's end of it", () => {
  const follower = { ...copyIn(calm, 2), epochs: starts([0, 0], [1, 3]), log: { ...copyIn(calm, 2).log, end: offset(6) } };
  const cut = (epoch: number, end: number, guards = allGuards): number =>
    truncationOffset(follower, { epoch: leaderEpoch(epoch), endOffset: offset(end) }, guards);
  expect([cut(0, 5), cut(0, 2), cut(1, 9)]).toEqual([3, 2, 6]);
  expect(cut(0, 5, guardsWithout(["compare-epochs"]))).toBe(5);
});

test("epoch starts forget what contradicts them, what is cut, and what is deleted", () => {
  expect(withStart(starts([0, 0], [1, 4]), leaderEpoch(2), offset(4))).toEqual(starts([0, 0], [2, 4]));
  expect(withStart(starts([0, 0]), leaderEpoch(0), offset(7))).toEqual(starts([0, 0]));
  expect(startsBefore(starts([0, 0], [1, 4]), 4)).toEqual(starts([0, 0]));
  expect(startsFrom(starts([0, 0], [1, 4], [2, 8]), offset(6))).toEqual(starts([1, 6], [2, 8]));
  expect(endOffsetFor([], leaderEpoch(0), offset(3))).toBeUndefined();
  expect(endOffsetFor(starts([2, 5]), leaderEpoch(1), offset(9))).toEqual({ epoch: 1, endOffset: 5 });
});

test("each guard has an id of its own, a source and a sentence", () => {
  expect(new Set(guardList.map(({ id }) => id)).size).toBe(guardList.length);
  for (const { sentence, source } of guardList) {
    expect(source).toMatch(/KIP-|KAFKA-/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
  expect(guardsWithout(["fetch-epoch"])).toMatchObject({ "fetch-epoch": false, "epoch-start": true, checksOutcomes: false });
});
