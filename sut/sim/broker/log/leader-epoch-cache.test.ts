import { describe, expect, test } from "vitest";
import { leaderEpoch, offset } from "../../../../model/ids.ts";
import { LeaderEpochCache } from "./leader-epoch-cache.ts";

type Starts = readonly (readonly [epoch: number, startOffset: number])[];

function cacheOf(starts: Starts): LeaderEpochCache {
  const cache = new LeaderEpochCache();
  for (const [epoch, start] of starts) cache.assign(leaderEpoch(epoch), offset(start));
  return cache;
}

const startsOf = (cache: LeaderEpochCache): Starts => cache.all().map(({ epoch, startOffset }) => [epoch, startOffset]);

describe("an epoch", () => {
  test("is noted once, where it begins", () => {
    expect(
      startsOf(
        cacheOf([
          [0, 0],
          [0, 3],
          [2, 5],
          [2, 7],
        ]),
      ),
    ).toEqual([
      [0, 0],
      [2, 5],
    ]);
  });

  test("that begins where an earlier one does takes its place: that one has no records", () => {
    expect(
      startsOf(
        cacheOf([
          [0, 0],
          [1, 5],
          [2, 5],
        ]),
      ),
    ).toEqual([
      [0, 0],
      [2, 5],
    ]);
  });

  test("that begins before others drives them out", () => {
    expect(
      startsOf(
        cacheOf([
          [0, 0],
          [3, 5],
          [4, 3],
        ]),
      ),
    ).toEqual([
      [0, 0],
      [4, 3],
    ]);
  });

  test("of an empty log is none", () => {
    expect(cacheOf([]).latest).toBe(-1);
    expect(
      cacheOf([
        [0, 0],
        [4, 9],
      ]).latest,
    ).toBe(4);
  });
});

describe("truncation", () => {
  test("forgets epochs that begin at or after the end", () => {
    const cache = cacheOf([
      [0, 0],
      [2, 5],
      [3, 8],
    ]);
    cache.truncate(offset(8));
    expect(startsOf(cache)).toEqual([
      [0, 0],
      [2, 5],
    ]);
    cache.truncate(offset(6));
    expect(startsOf(cache)).toEqual([
      [0, 0],
      [2, 5],
    ]);
  });

  test("also forgets the epoch of a leader that has not written, where the log is no longer than that (KAFKA-10706)", () => {
    const cache = cacheOf([
      [0, 0],
      [3, 10],
    ]);
    cache.truncate(offset(10));
    expect(startsOf(cache)).toEqual([[0, 0]]);
  });
});

describe("the end of", () => {
  const cache = cacheOf([
    [1, 0],
    [3, 5],
    [6, 9],
  ]);
  const endOf = (epoch: number): readonly [number, number] | undefined => {
    const found = cache.endOffsetFor(leaderEpoch(epoch), offset(12));
    return found && [found.epoch, found.endOffset];
  };

  test.each<readonly [string, number, readonly [number, number] | undefined]>([
    ["the latest epoch is the log's end", 6, [6, 12]],
    ["an earlier epoch is the start of the next one", 3, [3, 9]],
    ["an epoch that is not in the log is that of the one before", 5, [3, 9]],
    ["an epoch before all of the log is its start", 0, [0, 0]],
    ["an epoch after all of the log is not known", 7, undefined],
    ["no epoch is where the first one begins", -1, [-1, 0]],
  ])("%s", (_sentence, epoch, expected) => {
    expect(endOf(epoch)).toEqual(expected);
  });

  test("any epoch is not known to an empty log", () => {
    expect(cacheOf([]).endOffsetFor(leaderEpoch(0), offset(0))).toBeUndefined();
    expect(cacheOf([]).endOffsetFor(leaderEpoch(-1), offset(0))).toBeUndefined();
  });
});

describe("when the log start moves", () => {
  const moved = (starts: Starts, logStart: number): Starts => {
    const cache = cacheOf(starts);
    cache.truncateFromStart(offset(logStart));
    return startsOf(cache);
  };
  const three: Starts = [
    [0, 0],
    [2, 4],
    [5, 7],
  ];

  test.each<[string, number, Starts]>([
    ["into an epoch, that one begins there", 2, [[0, 2], ...three.slice(1)]],
    ["to where an epoch begins, those before it are forgotten", 4, three.slice(1)],
    ["beyond epochs, they are forgotten and the next one begins there", 5, [[2, 5], ...three.slice(2)]],
    ["into the last epoch or to its end, only that one is left", 9, [[5, 9]]],
  ])("%s", (_sentence, logStart, expected) => {
    expect(moved(three, logStart)).toEqual(expected);
  });

  test("to before the first epoch, or where none is known, nothing changes", () => {
    expect(moved(three.slice(1), 3)).toEqual(three.slice(1));
    expect(moved([], 3)).toEqual([]);
  });
});

test("what was known before is added: epochs without records, and of others where they began if that was earlier", () => {
  const cache = new LeaderEpochCache();
  for (const [epoch, at] of [
    [0, 2],
    [2, 6],
  ] as const)
    cache.assign(leaderEpoch(epoch), offset(at));
  cache.merge([
    { epoch: leaderEpoch(0), startOffset: offset(3) },
    { epoch: leaderEpoch(1), startOffset: offset(4) },
    { epoch: leaderEpoch(2), startOffset: offset(5) },
  ]);
  expect(cache.all().map(({ epoch, startOffset }) => [epoch, startOffset])).toEqual([
    [0, 2],
    [1, 4],
    [2, 5],
  ]);
});
