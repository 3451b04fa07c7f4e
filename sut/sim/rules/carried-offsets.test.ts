import { expect, test } from "vitest";
import { offset, topicPartition } from "../../../model/ids.ts";
import { offsetsCarriedOver } from "./carried-offsets.ts";

const [first, second] = [topicPartition("orders", 0), topicPartition("orders", 1)];
const uncommitted = new Map([
  [first, offset(7)],
  [second, offset(3)],
]);

test("nothing that is uncommitted is kept across a rebalance, not even for a partition that came back", () => {
  expect(offsetsCarriedOver({ uncommitted, assigned: [first], kept: [] }).size).toBe(0);
  expect(offsetsCarriedOver({ uncommitted, assigned: [], kept: [] }).size).toBe(0);
});

test("but for a partition that was never given up", () => {
  const carried = offsetsCarriedOver({ uncommitted, assigned: [first, second], kept: [second] });
  expect([...carried]).toEqual([[second, 3]]);
});
