import { expect, test } from "vitest";
import type { After, Schedule, Step } from "../../model/schedule.ts";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import { heal, kill, scheduleOf, send, step } from "./hand-made-schedule.ts";
import { roughlyDueMs, withoutSteps } from "./without-steps.ts";

const without = (schedule: Schedule, ...ids: readonly string[]): Schedule =>
  withoutSteps(schedule, ({ id }) => ids.includes(id));
const afterOf = (schedule: Schedule, id: string): After | undefined => schedule.steps.find((one) => one.id === id)?.after;
const ids = ({ steps }: Schedule): readonly string[] => steps.map(({ id }: Step) => id);

test("steps are taken out, and the others stay as they were and where they were", () => {
  const schedule = scheduleOf([send("s1", 0), send("s2", 5), send("s3", { acked: "s1" })]);
  expect(without(schedule, "s2")).toEqual(scheduleOf([send("s1", 0), send("s3", { acked: "s1" })]));
  expect(without(schedule)).toBe(schedule);
});

test("with a fault goes its heal", () => {
  const schedule = scheduleOf([kill("f1", 0), heal("h1", { played: "f1", ms: 9 }, "f1"), kill("f2", 3), heal("h2", 9, "f2")]);
  expect(ids(without(schedule, "f1"))).toEqual(["f2", "h2"]);
  expect(ids(without(schedule, "h1"))).toEqual(["f1", "f2", "h2"]);
});

test.each(["acked", "processed", "played"] as const)(
  "a step that waited for a send to be %s waits for the send before it to the same partition",
  (how) => {
    const steps = [send("s1", 0), send("s2", 0), send("s3", 0, 1), send("s4", 7), kill("f1", { [how]: "s4", ms: 3 })];
    expect(afterOf(without(scheduleOf(steps), "s4"), "f1")).toEqual({ [how]: "s2", ms: 3 });
    expect(afterOf(without(scheduleOf(steps), "s4", "s2"), "f1")).toEqual({ [how]: "s1", ms: 3 });
    expect(afterOf(without(scheduleOf(steps), "s4", "s2", "s1"), "f1")).toEqual({ ms: 10 });
  },
);

test("a step that waited for a fault waits for the one of its kind before it", () => {
  const pause = step("f2", 4, { kind: "pause-broker", target: "broker 1" });
  const schedule = scheduleOf([kill("f1", 0), pause, kill("f3", 8), send("s1", { played: "f3", ms: 1 })]);
  expect(afterOf(without(schedule, "f3"), "s1")).toEqual({ played: "f1", ms: 1 });
  expect(afterOf(without(schedule, "f1"), "s1")).toEqual({ played: "f3", ms: 1 });
});

test("keyed and unkeyed sends are of different roles", () => {
  const keyed = (id: string, key: string): Step => step(id, 0, { kind: "send", producer: "p1", topic: "orders", key });
  const schedule = scheduleOf([keyed("s1", "a"), keyed("s2", "b"), keyed("s3", "a"), kill("f1", { acked: "s3" })]);
  expect(afterOf(without(schedule, "s3"), "f1")).toEqual({ acked: "s1" });
  expect(afterOf(without(schedule, "s3", "s1"), "f1")).toEqual({ ms: 0 });
});

test("a step that waits for a member's assignment goes on waiting for it", () => {
  const schedule = scheduleOf([send("s1", 0), kill("f1", { assigned: "c1", ms: 2 })]);
  expect(afterOf(without(schedule, "s1"), "f1")).toEqual({ assigned: "c1", ms: 2 });
});

test("what waited for a step that waited itself is due when both would have been", () => {
  const schedule = scheduleOf([send("s1", 10), kill("f1", { acked: "s1", ms: 5 }), send("s2", { played: "f1", ms: 2 })]);
  expect(afterOf(without(schedule, "s1", "f1"), "s2")).toEqual({ ms: 17 });
});

test("when a step is roughly due is the sum of its waits, and steps that wait for one another are no snare", () => {
  const schedule = scheduleOf([
    send("s1", 10),
    send("s2", { acked: "s1" }),
    send("s3", { processed: "s2", ms: 4 }),
    send("s4", { assigned: "c1", ms: 3 }),
  ]);
  expect(["s1", "s2", "s3", "s4", "s9"].map((id) => roughlyDueMs(schedule, id))).toEqual([10, 10, 14, 3, 0]);
  const round = scheduleOf([send("s1", { acked: "s2", ms: 1 }), send("s2", { acked: "s1", ms: 2 })]);
  expect(roughlyDueMs(round, "s1")).toBe(3);
});

test("a step that stands before its anchor never comes to wait for itself", () => {
  const schedule = scheduleOf([kill("f1", { played: "f2" }), kill("f2", 5)]);
  expect(checkSchedule(schedule)).toBeUndefined();
  expect(checkSchedule(without(schedule, "f2"))).toBeUndefined();
});
