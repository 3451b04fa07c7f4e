import { expect, test } from "vitest";
import { assigned, described, groupAtEnd, historyOf, killed, revoked, told, verdictOn } from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { everyPartitionHasAnOwner } from "./every-partition-has-an-owner.ts";

const end = described({ groups: [groupAtEnd()] });
const verdict = (...history: readonly (Told | readonly Told[])[]): unknown =>
  told(verdictOn(everyPartitionHasAnOwner, historyOf(...history, end)));

test("it holds where each partition has one holder in the end, whoever had it before", () => {
  const moved = [assigned("c1/1", "orders-0", "orders-1"), revoked("c1/1", "orders-0", "orders-1")];
  expect(verdict(moved, assigned("c1/2", "orders-0"), assigned("c2/2", "orders-1"))).toBe("holds for 2");
});

test("a partition that nobody holds, or only somebody who is gone, is a violation", () => {
  expect(verdict(assigned("c1/1", "orders-0"))).toEqual({
    violated: [["orders-1 is held by nobody of billing in the end.", [1]]],
  });
  expect(verdict(assigned("c1/1", "orders-0"), assigned("c2/1", "orders-1"), killed("c2"))).toEqual({
    violated: [["orders-1 is held by nobody of billing in the end.", [3]]],
  });
});

test("so is one that two hold", () => {
  expect(verdict(assigned("c1/1", "orders-0", "orders-1"), assigned("c2/2", "orders-1"))).toEqual({
    violated: [["orders-1 is held by c1 and c2 of billing in the end.", [0, 1, 2]]],
  });
});

test("where nobody runs there is nobody to hold anything, and without an end nothing to judge", () => {
  const nobody = described({ groups: [groupAtEnd({ running: [] })] });
  expect(verdictOn(everyPartitionHasAnOwner, historyOf(nobody)).kind).toBe("unknown");
  expect(verdictOn(everyPartitionHasAnOwner, historyOf(assigned("c1/1"))).kind).toBe("unknown");
});

test("with a static member that died in the middle of a cooperative rebalance a partition may be nobody's, and not two's", () => {
  const config = { "partition.assignment.strategy": "cooperative-sticky" } as const;
  const shape = { group: { instances: { c1: "desk" }, config } };
  const died = [
    assigned("c1/1", "orders-0", "orders-1"),
    revoked("c1/1", "orders-1"),
    assigned("c1/2", "orders-0"),
    killed("c1"),
    assigned("c1/2", "orders-0"),
  ];
  expect(verdictOn(everyPartitionHasAnOwner, historyOf(died, end), shape).kind).toBe("not-promised");
  expect(verdictOn(everyPartitionHasAnOwner, historyOf(died, assigned("c2/2", "orders-0", "orders-1"), end), shape).kind).toBe(
    "violated",
  );
});

test("what happens after the group was described is not its end", () => {
  const settled = [assigned("c1/1", "orders-0", "orders-1"), end, assigned("c2/2", "orders-0", "orders-1")];
  expect(told(verdictOn(everyPartitionHasAnOwner, historyOf(settled)))).toBe("holds for 2");
});
