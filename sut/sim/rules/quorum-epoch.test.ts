import { expect, test } from "vitest";
import { isOfDeposedController } from "./quorum-epoch.ts";

test("what is said in the name of an earlier term of the controllers is void", () => {
  expect(isOfDeposedController({ said: 5, known: 6 })).toBe(true);
  expect(isOfDeposedController({ said: 6, known: 6 })).toBe(false);
});

test("a term that a node has not heard of yet is not over", () => {
  expect(isOfDeposedController({ said: 7, known: 6 })).toBe(false);
});
