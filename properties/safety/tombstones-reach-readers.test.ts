import { expect, test } from "vitest";
import {
  acked,
  assigned,
  begins,
  changed,
  chosen,
  deleting,
  delivered,
  historyOf,
  readBack,
  told,
  unclear,
  verdictOn,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { tombstonesReachReaders } from "./tombstones-reach-readers.ts";

const sent = (step: string, at: number, key: string): readonly Told[] => [chosen(step, "orders-0", [0], key), acked(step, at)];
/** `k` has a value at offset 0 and is deleted at offset 1; `j` comes after that. */
const written = [...sent("s1", 0, "k"), deleting("s2", "orders-0", "k"), acked("s2", 1), ...sent("s3", 2, "j")];
const begun = [assigned("c1", "orders-0"), begins("c1", "orders-0@0")];
const given = (...values: readonly (readonly [number, string])[]): readonly Told[] =>
  values.map(([at, value]) => delivered("c1", `orders-0@${at}`, value));
const verdict = (retentionMs: number, ...events: readonly (Told | readonly Told[])[]) =>
  verdictOn(tombstonesReachReaders, historyOf(...events, readBack("orders-0")), {
    topic: { "cleanup.policy": "compact", "delete.retention.ms": retentionMs },
  });

test("it holds for a member that was given the value, and then the tombstone", () => {
  expect(told(verdict(100, written, begun, given([0, "s1"], [1, "s2"], [2, "s3"])))).toBe("holds for 1");
});

test("it is violated where the member was given the value, and soon after that what follows the tombstone", () => {
  expect(told(verdict(100, written, begun, given([0, "s1"], [2, "s3"])))).toEqual({
    violated: [["c1 was given s1 of key k, which s2 deleted at orders-0 offset 1, and then s3 at offset 2.", [2, 8, 9]]],
  });
});

test("it is permitted where the member took longer than delete.retention.ms", () => {
  expect(verdict(2, written, begun, given([0, "s1"], [2, "s3"])).kind).toBe("not-promised");
});

test("it is permitted where another replica may have led by then, which had been cleaned before, and the tombstone is that old", () => {
  const elections = [1, 2].map((leader) => changed("orders-0", { leader, epoch: leader, isr: [1, 2, 3] }));
  expect(verdict(5, elections, written, begun, given([0, "s1"], [2, "s3"])).kind).toBe("not-promised");
  expect(verdict(5, written, begun, given([0, "s1"], [2, "s3"])).kind).toBe("violated");
  expect(verdict(100, elections, written, begun, given([0, "s1"], [2, "s3"])).kind).toBe("violated");
});

test("there is nothing to judge where the member had no value of the key, or where a later record may have replaced the tombstone", () => {
  expect(verdict(100, written, begun, given([2, "s3"])).kind).toBe("unknown");
  expect(verdict(100, written, begun, given([0, "s1"])).kind).toBe("unknown");
  expect(verdict(100, written, sent("s4", 3, "k"), begun, given([0, "s1"], [2, "s3"])).kind).toBe("unknown");
  const unknown = [chosen("s4", "orders-0", [0], "k"), unclear("s4")];
  expect(verdict(100, written, unknown, begun, given([0, "s1"], [2, "s3"])).kind).toBe("unknown");
});

test("who begins again somewhere else begins with nothing", () => {
  expect(verdict(100, written, begun, given([0, "s1"]), begins("c1", "orders-0@1"), given([2, "s3"])).kind).toBe("unknown");
});
