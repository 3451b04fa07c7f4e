import { describe, expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { indexEntryOf, indexSlot, makesIndexEntry } from "./offset-index.ts";

describe("an entry", () => {
  test("is made when more bytes than the interval have gone by", () => {
    expect(makesIndexEntry({ bytesSinceLastEntry: 4096, indexIntervalBytes: 4096 })).toBe(false);
    expect(makesIndexEntry({ bytesSinceLastEntry: 4097, indexIntervalBytes: 4096 })).toBe(true);
  });

  test("says of a batch where it begins, under the offset at which it ends", () => {
    expect(indexEntryOf({ lastOffset: offset(7), position: 1800 })).toEqual({ offset: 7, position: 1800 });
  });
});

describe("a search", () => {
  const entries = [4, 9, 20].map((at) => ({ offset: offset(at), position: at * 100 }));

  test.each([
    ["begins at the segment's start before the first entry", 3, -1],
    ["begins at the entry of the offset itself", 4, 0],
    ["begins at the last entry that is not above the offset", 19, 1],
    ["begins at the last entry for all that is behind it", 500, 2],
  ])("%s", (_sentence, target, slot) => {
    expect(indexSlot(entries, offset(target))).toBe(slot);
  });

  test("in an empty index begins at the segment's start", () => {
    expect(indexSlot([], offset(3))).toBe(-1);
  });
});
