import { expect, test } from "vitest";
import { failsTransaction, repeatsOutOfOrder } from "./lost-sequence.ts";

test("a batch that is out of order is sent again, unless it is next in line in a transaction", () => {
  const repeats = [true, false].flatMap((isTransactional) =>
    [true, false].map((isNextInLine) => repeatsOutOfOrder({ isTransactional, isNextInLine })),
  );
  expect(repeats).toEqual([false, true, true, true]);
});

test("a batch that came to nothing leaves its transaction to be aborted", () => {
  expect([failsTransaction({ isOutOfOrder: true }), failsTransaction({ isOutOfOrder: false })]).toEqual([true, true]);
});
