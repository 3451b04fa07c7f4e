import { expect, test } from "vitest";
import { offset, topicPartition } from "../../../model/ids.ts";
import { offsetsCarriedOver } from "./carried-offsets.ts";

test("nothing that is uncommitted is kept across a rebalance, not even for a partition that came back", () => {
  const kept = topicPartition("orders", 0);
  const uncommitted = new Map([[kept, offset(7)]]);
  expect(offsetsCarriedOver({ uncommitted, assigned: [kept] }).size).toBe(0);
  expect(offsetsCarriedOver({ uncommitted, assigned: [] }).size).toBe(0);
});
