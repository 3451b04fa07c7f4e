import { expect, test } from "vitest";
import { drawFrom } from "../random.ts";
import { memberId } from "../ids.ts";
import type { Assignor, AssignorQuestion } from "./assignor.ts";
import { assignRange } from "./range.ts";
import { assignRoundRobin } from "./round-robin.ts";

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
  Object.fromEntries([...assignRoundRobin(asked)].map(([member, held]) => [member, held.join(" ")]));

test("two members and two topics of three partitions, as in Kafka's documentation of the RoundRobinAssignor", () => {
  expect(shares(question({ C0: "t0 t1", C1: "t0 t1" }, { t0: 3, t1: 3 }))).toEqual({
    C0: "t0-0 t0-2 t1-1",
    C1: "t0-1 t1-0 t1-2",
  });
});

test("three members with different subscriptions, as in Kafka's documentation: the deal is not balanced", () => {
  const asked = question({ C0: "t0", C1: "t0 t1", C2: "t0 t1 t2" }, { t0: 1, t1: 2, t2: 3 });
  expect(shares(asked)).toEqual({ C0: "t0-0", C1: "t1-0", C2: "t1-1 t2-0 t2-1 t2-2" });
});

test("the deal goes on from one topic to the next", () => {
  expect(shares(question({ a: "x y", b: "x y" }, { x: 1, y: 1 }))).toEqual({ a: "x-0", b: "y-0" });
});

test("topics that do not exist are nobody's, and members without any still have an entry", () => {
  expect(shares(question({ a: "gone", b: "t" }, { t: 2 }))).toEqual({ a: "", b: "t-0 t-1" });
  expect(shares(question({}, {}))).toEqual({});
});

test.each<[string, Assignor]>([
  ["range", assignRange],
  ["roundrobin", assignRoundRobin],
])("%s gives every wanted partition to one member that wants it", (_name, assign) => {
  for (let nth = 0; nth < 300; nth++) {
    const draw = drawFrom({ high: 1, low: nth }, "question");
    const topics = ["a", "b", "c", "d"];
    const partitions = Object.fromEntries(topics.map((topic) => [topic, draw.integer(1, 6)]));
    const wants = Object.fromEntries(
      Array.from({ length: draw.integer(1, 5) }, (_, at) => [`m${at}`, topics.filter(() => draw.chance(0.6)).join(" ")]),
    );
    const asked = question(wants, partitions);
    const dealt = [...assign(asked)].flatMap(([member, held]) => {
      for (const partition of held) expect(wants[member]).toContain(partition.split("-")[0]);
      return held;
    });
    const wanted = topics.filter((topic) => Object.values(wants).some((list) => list.includes(topic)));
    const expected = wanted.flatMap((topic) => Array.from({ length: partitions[topic]! }, (_, index) => `${topic}-${index}`));
    expect([...dealt].toSorted()).toEqual(expected.toSorted());
  }
});
