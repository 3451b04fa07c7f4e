import { describe, expect, test } from "vitest";
import { drawFrom, hashText, mix } from "./random.ts";
import type { Draw } from "./random.ts";

const root = { high: 0x12345678, low: 0x9abcdef0 };
const numbers = (draw: Draw, count = 20): readonly number[] => Array.from({ length: count }, () => draw.fraction());

describe("keyed draws", () => {
  test("the same root and key make the same choices, other roots and keys make others", () => {
    expect(numbers(drawFrom(root, "a"))).toEqual(numbers(drawFrom(root, "a")));
    const others = [
      drawFrom(root, "b"),
      drawFrom({ ...root, high: 1 }, "a"),
      drawFrom({ ...root, low: 1 }, "a"),
      drawFrom(root, "a/"),
    ];
    const all = [drawFrom(root, "a"), ...others].map((draw) => numbers(draw).join());
    expect(new Set(all).size).toBe(5);
  });

  test("a fork does not advance its source, and does not depend on how far that has come", () => {
    const untouched = numbers(drawFrom(root, "a"));
    const draw = drawFrom(root, "a");
    const early = numbers(draw.fork("x"));
    expect(numbers(draw, 10)).toEqual(untouched.slice(0, 10));
    expect(numbers(draw.fork("x"))).toEqual(early);
    expect(numbers(draw, 10)).toEqual(untouched.slice(10));
  });

  test("forks of different keys, of different sources and of forks differ", () => {
    const draw = drawFrom(root, "a");
    const all = [
      draw.fork("x"),
      draw.fork("y"),
      draw.fork("x").fork("y"),
      draw.fork("y").fork("x"),
      drawFrom(root, "b").fork("x"),
    ];
    expect(new Set(all.map((one) => numbers(one).join())).size).toBe(5);
  });

  test("choices stay the same from version to version, or stored seeds would mean something else", () => {
    const draw = drawFrom(root, "golden");
    expect([
      draw.integer(0, 999),
      draw.integer(0, 999),
      draw.pick(["a", "b", "c"]),
      draw.chance(0.5),
      draw.fork("x").integer(0, 999),
    ]).toMatchInlineSnapshot(`
      [
        306,
        227,
        "b",
        false,
        627,
      ]
    `);
  });
});

describe("choices", () => {
  const draw = drawFrom(root, "choices");
  const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

  test("a fraction is at least 0 and less than 1, and spreads evenly", () => {
    const all = times(10_000, () => draw.fraction());
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(1);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const one of all) tenths[Math.floor(one * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test("an integer comes to both ends, and a range of one has one", () => {
    expect(new Set(times(500, () => draw.integer(-2, 2)))).toEqual(new Set([-2, -1, 0, 1, 2]));
    expect(draw.integer(7, 7)).toBe(7);
  });

  test("a chance of 0 never comes, a chance of 1 always", () => {
    expect(times(500, () => draw.chance(0)).includes(true)).toBe(false);
    expect(times(500, () => draw.chance(1)).includes(false)).toBe(false);
  });

  test("a weight of 0 is never drawn, wherever it stands, and the others in proportion", () => {
    const counts = new Map<string, number>();
    for (const one of times(8000, () =>
      draw.weighted([
        [0, "first"],
        [1, "one"],
        [0, "middle"],
        [3, "three"],
        [0, "last"],
      ] as const),
    )) {
      counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(["one", "three"]);
    expect(counts.get("three")! / counts.get("one")!).toBeCloseTo(3, 0);
  });

  test("each of several things is picked now and then", () => {
    expect(new Set(times(200, () => draw.pick(["a", "b", "c"])))).toEqual(new Set(["a", "b", "c"]));
  });
});

test("each bit that goes into a mix reaches about half of the bits that come out", () => {
  const bitsOf = (value: number): number => value.toString(2).replaceAll("0", "").length;
  for (let bit = 0; bit < 32; bit++) {
    let flipped = 0;
    for (let nth = 0; nth < 100; nth++) {
      const left = mix(nth, 17);
      const right = mix(nth, 23);
      flipped += bitsOf((mix(left, right) ^ mix((left ^ (1 << bit)) >>> 0, right)) >>> 0);
      flipped += bitsOf((mix(left, right) ^ mix(left, (right ^ (1 << bit)) >>> 0)) >>> 0);
    }
    expect(flipped / 200).toBeGreaterThan(13);
    expect(flipped / 200).toBeLessThan(19);
  }
});

test("texts that differ have different hashes", () => {
  const texts = Array.from({ length: 5000 }, (_, nth) => `s${nth}`);
  expect(new Set(texts.map(hashText)).size).toBeGreaterThan(4998);
  expect(hashText("ab")).not.toBe(hashText("ba"));
  expect(Number.isInteger(hashText("")) && hashText("") >= 0).toBe(true);
});
