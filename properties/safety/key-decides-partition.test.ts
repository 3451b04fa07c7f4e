import { expect, test } from "vitest";
import { chosen, historyOf, readBack, send, told, verdictOn } from "../hand-made-history.ts";
import { keyDecidesPartition } from "./key-decides-partition.ts";

/** Of two partitions murmur2 names the first for "21", and the second for "abc". */
const history = (where: "orders-0" | "orders-1") =>
  historyOf(chosen("s1", where, [0, 1], "21"), chosen("s2", "orders-1", [0, 1], "abc"), [
    ...readBack("orders-0", ...(where === "orders-0" ? ["s1"] : [])),
    ...readBack("orders-1", "s2", ...(where === "orders-1" ? ["s1"] : [])),
  ]);

test("it holds where each record is in the partition of its key", () => {
  expect(told(verdictOn(keyDecidesPartition, history("orders-0")))).toBe("holds for 2");
});

test("a record elsewhere breaks it, and no setting of brokers permits that", () => {
  expect(told(verdictOn(keyDecidesPartition, history("orders-1"), { producer: { acks: "0" } }))).toEqual({
    violated: [['s1 has the key "21", which belongs to orders-0 of 2, and is at orders-1 offset 1.', [0, 4]]],
  });
});

test("the number of partitions is that of the choice: foobar goes to the first of 3, of 6, and to the seventh of 10", () => {
  for (const [count, partition] of [
    [3, "orders-0"],
    [6, "orders-0"],
    [10, "orders-6"],
  ] as const) {
    const among = Array.from({ length: count }, (_, index) => index);
    const right = historyOf(chosen("s1", partition, among, "foobar"), readBack(partition, "s1"));
    expect(told(verdictOn(keyDecidesPartition, right))).toBe("holds for 1");
  }
});

test("it says nothing of records without a key, of named partitions, of other partitioners, and of what was not written", () => {
  const others = historyOf(send("s1", "orders-1"), chosen("s2", "orders-1", [0, 1]), readBack("orders-1", "s1", "s2"));
  expect(told(verdictOn(keyDecidesPartition, others))).toBe("unknown");
  const elsewhere = history("orders-1");
  expect(told(verdictOn(keyDecidesPartition, elsewhere, { producer: { "partitioner.class": "sticky" } }))).toBe("unknown");
  expect(told(verdictOn(keyDecidesPartition, elsewhere, { producer: { "partitioner.ignore.keys": true } }))).toBe("unknown");
  expect(told(verdictOn(keyDecidesPartition, historyOf(chosen("s1", "orders-1", [0, 1], "21"))))).toBe("unknown");
});
