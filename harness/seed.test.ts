import { expect, test } from "vitest";
import { parseSeed, rootOf, trialSeed } from "./seed.ts";

test("the seed of a campaign is a short text", () => {
  expect(parseSeed("5f3a09c2")).toEqual({ campaign: "5f3a09c2", trial: undefined });
  expect(parseSeed("nightly_2026-08.01")).toEqual({ campaign: "nightly_2026-08.01", trial: undefined });
});

test("the seed of a trial is that of its campaign and its number, and is read as it was written", () => {
  expect(trialSeed("5f3a09c2", 131)).toBe("5f3a09c2:131");
  expect(parseSeed(trialSeed("5f3a09c2", 131))).toEqual({ campaign: "5f3a09c2", trial: 131 });
});

test.each(["", ":1", "a:", "a:b", "a:1:2", "a b", "-a", "ä", "a\n", "a/b", "a".repeat(65), `a:${"1".repeat(16)}`])(
  "%j is no seed",
  (text) => {
    expect(parseSeed(text)).toBeUndefined();
  },
);

test("a seed can have 64 characters", () => {
  expect(parseSeed("a".repeat(64))).toBeDefined();
});

test("a seed gives the same root each time, and it is this one in every version", () => {
  expect(rootOf("5f3a09c2:131")).toEqual(rootOf("5f3a09c2:131"));
  expect(rootOf("5f3a09c2:131")).toMatchInlineSnapshot(`
    {
      "high": 4126145773,
      "low": 441815548,
    }
  `);
});

test("neighbouring trials and other campaigns have other roots", () => {
  const seeds = ["a:0", "a:1", "a:2", "b:0", "a0", "a"];
  expect(new Set(seeds.map((seed) => JSON.stringify(rootOf(seed)))).size).toBe(seeds.length);
});

test("both halves of a root are whole numbers of 32 bits", () => {
  for (let trial = 0; trial < 200; trial++) {
    for (const half of Object.values(rootOf(trialSeed("halves", trial)))) {
      expect(half).toBe(half >>> 0);
    }
  }
});
