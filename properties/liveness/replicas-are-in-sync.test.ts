import { expect, test } from "vitest";
import { described, historyOf, partitionAtEnd, send, told, verdictOn } from "../hand-made-history.ts";
import { replicasAreInSync } from "./replicas-are-in-sync.ts";

const verdict = (...partitions: readonly ReturnType<typeof partitionAtEnd>[]) =>
  verdictOn(replicasAreInSync, historyOf(send("s1"), described({ partitions })));

test("it holds where all replicas are in the ISR, in whichever order", () => {
  expect(told(verdict(partitionAtEnd("orders-0", 2, [3, 2, 1]), partitionAtEnd("orders-1", 1, [1, 2, 3])))).toBe("holds for 2");
});

test("a partition without a leader, or with a replica that stays away, is a violation", () => {
  const found = verdict(
    partitionAtEnd("orders-0", -1, [1]),
    partitionAtEnd("orders-1", 1, [1, 3]),
    partitionAtEnd("orders-2", 1, [1, 2, 3]),
  );
  expect(told(found)).toEqual({
    violated: [
      ["orders-0 has no leader and has ISR 1 of replicas 1, 2, 3.", [1]],
      ["orders-1 is led by broker 1 and has ISR 1, 3 of replicas 1, 2, 3.", [1]],
    ],
  });
  expect(verdict(partitionAtEnd("orders-0", -1, [1, 2, 3])).kind).toBe("violated");
});

test("a trial that did not come to its end says nothing", () => {
  expect(verdictOn(replicasAreInSync, historyOf(send("s1"))).kind).toBe("unknown");
});
