import { expect, test } from "vitest";
import { chosen, historyOf, killed, send, started, told, verdictOn } from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { roundRobinUsesEveryPartition } from "./round-robin-uses-every-partition.ts";

const roundRobin = { producer: { "partitioner.class": "round-robin" } };
const both = [0, 1];

/** One send after the other, to these partitions of `orders`. */
const sendsTo = (indexes: readonly number[], among: readonly number[] = both, first = 1): readonly Told[] =>
  indexes.map((index, at) => chosen(`s${first + at}`, `orders-${index}`, among));

test("it holds where each partition has its turn", () => {
  expect(told(verdictOn(roundRobinUsesEveryPartition, historyOf(sendsTo([0, 1, 0, 1, 0, 1])), roundRobin))).toBe("holds for 1");
});

test("a partition that never has its turn breaks it", () => {
  const verdict = verdictOn(roundRobinUsesEveryPartition, historyOf(sendsTo([1, 1, 1, 1, 1, 1])), roundRobin);
  expect(told(verdict)).toEqual({
    violated: [["p1 sent 6 records by turns to 2 partitions of orders, and none of them to orders-0.", [0, 1, 2, 3, 4, 5]]],
  });
});

test("fewer than three records a partition say nothing", () => {
  expect(told(verdictOn(roundRobinUsesEveryPartition, historyOf(sendsTo([1, 1, 1, 1, 1])), roundRobin))).toBe("unknown");
});

test("a run ends where other partitions have a leader, and where the producer begins another life", () => {
  const withoutLeader = historyOf(sendsTo([1, 1, 1]), sendsTo([1, 1], [1], 4), sendsTo([1, 1, 1], both, 6));
  expect(told(verdictOn(roundRobinUsesEveryPartition, withoutLeader, roundRobin))).toBe("unknown");
  const again = historyOf(started("p1"), sendsTo([1, 1, 1]), killed("p1"), started("p1"), sendsTo([1, 1, 1], both, 4));
  expect(told(verdictOn(roundRobinUsesEveryPartition, again, roundRobin))).toBe("unknown");
});

test("it is not about steps that name the partition, nor about other partitioners", () => {
  const named = historyOf([1, 2, 3, 4, 5, 6].map((nth) => send(`s${nth}`)));
  expect(told(verdictOn(roundRobinUsesEveryPartition, named, roundRobin))).toBe("unknown");
  expect(told(verdictOn(roundRobinUsesEveryPartition, historyOf(sendsTo([1, 1, 1, 1, 1, 1]))))).toBe("unknown");
});
