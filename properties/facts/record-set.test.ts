import { expect, test } from "vitest";
import { offset } from "../../model/ids.ts";
import { partitionOf } from "../hand-made-history.ts";
import { RecordSet } from "./record-set.ts";

const record = (partition: string, at: number, value: string) => ({
  partition: partitionOf(partition),
  offset: offset(at),
  value,
});

test("a record is in the set with its partition, its offset and its value, and not otherwise", () => {
  const records = new RecordSet();
  records.add(record("orders-0", 3, "s1"));
  expect(records.has(record("orders-0", 3, "s1"))).toBe(true);
  expect(records.has(record("orders-1", 3, "s1"))).toBe(false);
  expect(records.has(record("orders-0", 4, "s1"))).toBe(false);
  expect(records.has(record("orders-0", 3, "s2"))).toBe(false);
});

test("one offset can have been seen with several values", () => {
  const records = new RecordSet();
  records.add(record("orders-0", 3, "s1"));
  records.add(record("orders-0", 3, "s2"));
  expect(records.has(record("orders-0", 3, "s1"))).toBe(true);
  expect(records.has(record("orders-0", 3, "s2"))).toBe(true);
});
