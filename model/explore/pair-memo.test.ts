import { expect, test } from "vitest";
import { PairMemo } from "./pair-memo.ts";

test("what a pair comes to is worked out once, however many pairs there are", () => {
  let worked = 0;
  const memo = new PairMemo((change, id) => {
    worked++;
    return change * 1000 + id;
  });
  const all = (): number[] => Array.from({ length: 20_000 }, (_, nth) => memo.get(1 + (nth % 7), nth));
  expect(all()).toEqual(all());
  expect([worked, memo.get(3, 2), memo.get(2, 3)]).toEqual([20_000, 3002, 2003]);
});
