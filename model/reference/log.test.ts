import { describe, expect, test } from "vitest";
import { leaderEpoch, producerId } from "../ids.ts";
import { append, beginsWith, emptyLog, entriesOf, entryAt, lastEpoch, logWithId, sharedPart, upTo } from "./log.ts";
import type { Entry, Log } from "./log.ts";

const root = emptyLog();
const entry = (text: string): Entry => ({ value: text[0]!, epoch: leaderEpoch(Number(text[1])) });
/** A log written as `a0 b0 x1`: a value and its epoch. */
const logOf = (text: string): Log => text.split(" ").filter(Boolean).map(entry).reduce(append, root);

describe("a log", () => {
  test("is the same object as any other with the same records", () => {
    expect(logOf("a0 b0")).toBe(logOf("a0 b0"));
    expect(logOf("a0 b0")).not.toBe(logOf("a0 b1"));
    expect(logOf("a0 b0")).not.toBe(logOf("a0 x0"));
    expect(logWithId(root, logOf("a0 b0").id)).toBe(logOf("a0 b0"));
  });

  test("tells its end, its last epoch, and each of its records", () => {
    const log = logOf("a0 b0 x1");
    expect([log.end, lastEpoch(log), lastEpoch(root)]).toEqual([3, 1, -1]);
    expect(entryAt(log, 1).value).toBe("b");
    expect(entriesOf(log).map(({ value }) => value)).toEqual(["a", "b", "x"]);
  });

  test("is cut at an offset, and stays as it is beyond its end", () => {
    expect(upTo(logOf("a0 b0 x1"), 2)).toBe(logOf("a0 b0"));
    expect(upTo(logOf("a0"), 9)).toBe(logOf("a0"));
  });

  test("agrees with another up to where they part", () => {
    expect(sharedPart(logOf("a0 b0 c0"), logOf("a0 b0 x1 y1"))).toBe(logOf("a0 b0"));
    expect(sharedPart(logOf("a0"), logOf("a0 b0"))).toBe(logOf("a0"));
    expect(sharedPart(logOf("a0"), logOf("x1"))).toBe(root);
    expect(beginsWith(logOf("a0 b0"), logOf("a0"))).toBe(true);
    expect(beginsWith(logOf("a0"), logOf("a0 b0"))).toBe(false);
    expect(beginsWith(logOf("a0 b0"), logOf("x1"))).toBe(false);
  });

  test("remembers the batches of producers, as far as it goes", () => {
    const opens = (id: number) => ({ producerId: producerId(id), producerEpoch: 0, baseSequence: 0, length: 1 });
    const one = append(root, { ...entry("a0"), opens: opens(7) });
    const two = append(one, { ...entry("b0"), opens: opens(8) });
    expect([two.producers.size, upTo(two, 1).producers.size, root.producers.size]).toEqual([2, 1, 0]);
  });
});
