import { expect, test } from "vitest";
import { asksPartitionerAgain } from "./partitioner-call.ts";

test("a batch that has to be begun is another question to the sticky partitioner, and to no other", () => {
  expect(asksPartitionerAgain({ partitioner: "sticky" })).toBe(true);
  for (const partitioner of ["default", "round-robin", "by-region"]) expect(asksPartitionerAgain({ partitioner })).toBe(false);
});
