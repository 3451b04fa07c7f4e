import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { abortedBegunBy } from "./aborted-records.ts";

test("all transactions that have begun by the end of a batch are looked for, however many begin at once", () => {
  const first = [2, 5, 9].map(offset);
  expect(abortedBegunBy(offset(1), first)).toBe(0);
  expect(abortedBegunBy(offset(5), first)).toBe(2);
  expect(abortedBegunBy(offset(20), first)).toBe(3);
  expect(abortedBegunBy(offset(20), [])).toBe(0);
});
