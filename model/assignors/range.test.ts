import { expect, test } from "vitest";
import { memberId } from "../ids.ts";
import type { AssignorQuestion } from "./assignor.ts";
import { assignRange } from "./range.ts";

/** `{ C0: "t0 t1" }` and `{ t0: 3, t1: 3 }`. */
const question = (
  wants: { readonly [member: string]: string },
  partitions: { readonly [topic: string]: number },
): AssignorQuestion => ({
  subscriptions: new Map(
    Object.entries(wants).map(([member, topics]) => [memberId(member), topics.split(" ").filter(Boolean)]),
  ),
  partitions: new Map(Object.entries(partitions)),
});
const shares = (asked: AssignorQuestion): unknown =>
  Object.fromEntries([...assignRange(asked)].map(([member, held]) => [member, held.join(" ")]));

test("two members and two topics of three partitions, as in Kafka's documentation of the RangeAssignor", () => {
  expect(shares(question({ C0: "t0 t1", C1: "t0 t1" }, { t0: 3, t1: 3 }))).toEqual({
    C0: "t0-0 t0-1 t1-0 t1-1",
    C1: "t0-2 t1-2",
  });
});

test.each([
  [3, { a: "t-0", b: "t-1", c: "t-2" }],
  [7, { a: "t-0 t-1 t-2", b: "t-3 t-4", c: "t-5 t-6" }],
  [8, { a: "t-0 t-1 t-2", b: "t-3 t-4 t-5", c: "t-6 t-7" }],
  [2, { a: "t-0", b: "t-1", c: "" }],
])("%i partitions among three: the first members get one more", (count, expected) => {
  expect(shares(question({ a: "t", b: "t", c: "t" }, { t: count }))).toEqual(expected);
});

test("each topic is shared out among those who want it only", () => {
  const asked = question({ a: "x", b: "x y", c: "y z" }, { x: 2, y: 3, z: 1 });
  expect(shares(asked)).toEqual({ a: "x-0", b: "x-1 y-0 y-1", c: "y-2 z-0" });
});

test("members are counted by id and not by arrival, and topics by name", () => {
  expect(shares(question({ b: "y x", a: "x y" }, { y: 1, x: 1 }))).toEqual({ a: "x-0 y-0", b: "" });
  expect([...assignRange(question({ c10: "t", c2: "t" }, { t: 1 })).get(memberId("c10"))!]).toEqual(["t-0"]);
});

test("topics that do not exist are nobody's, and members without any still have an entry", () => {
  expect(shares(question({ a: "gone", b: "" }, { t: 3 }))).toEqual({ a: "", b: "" });
  expect(shares(question({}, { t: 3 }))).toEqual({});
});
