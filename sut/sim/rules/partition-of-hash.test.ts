import { expect, test } from "vitest";
import { hashOfKey } from "../../../model/partitioners/murmur2.ts";
import { partitionOfHash } from "./partition-of-hash.ts";

test.each([
  ["21", [0, 0, 0, 0]],
  ["foobar", [0, 0, 6, 6]],
])("the negative hash of %j stands for the partition that the Java client chooses", (key, partitions) => {
  expect(hashOfKey(key)).toBeLessThan(0);
  expect([3, 6, 10, 12].map((count) => partitionOfHash(hashOfKey(key), count))).toEqual(partitions);
});

test("the smallest integer and -1 stand for partitions that there are", () => {
  expect(partitionOfHash(-2147483648, 7)).toBe(0);
  expect(partitionOfHash(-1, 10)).toBe(7);
});
