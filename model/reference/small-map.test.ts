import { expect, test } from "vitest";
import { SmallMap } from "./small-map.ts";

const before = new SmallMap<string, number>([
  ["a", 1],
  ["b", 2],
]);

test("a replaced entry keeps its place, a new one comes last, and the map it was made from stays as it was", () => {
  expect([...before.put("a", 3).put("c", 4)]).toEqual([
    ["a", 3],
    ["b", 2],
    ["c", 4],
  ]);
  expect([...before]).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test("it answers what any map does", () => {
  expect([...before.entries()]).toEqual([...before]);
  expect(new Map(before)).toEqual(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  expect([before.size, before.has("b"), before.has("c"), before.get("b"), before.get("c")]).toEqual([
    2,
    true,
    false,
    2,
    undefined,
  ]);
  expect([...before.keys()]).toEqual(["a", "b"]);
  expect([...before.values()]).toEqual([1, 2]);
});
