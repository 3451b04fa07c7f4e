import { expect, test } from "vitest";
import type { Schedule } from "../../model/schedule.ts";
import { generateSchedule } from "../generate/generate-schedule.ts";
import { rootOf } from "../seed.ts";
import { groupOf, heal, kill, scheduleOf, send, step } from "./hand-made-schedule.ts";
import { shrinkSchedule } from "./shrink-schedule.ts";
import type { ShrinkProgress } from "./shrink-schedule.ts";
import { simplerSchedules } from "./simpler-schedules.ts";

const kindsOf = ({ steps }: Schedule): readonly string[] => steps.map((one) => one.do.kind);
const needsKillAndSend = (schedule: Schedule): boolean =>
  kindsOf(schedule).includes("kill-broker") && kindsOf(schedule).includes("send");

const long = scheduleOf(
  [
    ...Array.from({ length: 20 }, (_, at) => send(`s${at + 1}`, at * 37, at % 2)),
    step("m1", 3, { kind: "start-member", member: "c1" }),
    kill("f1", { acked: "s9", ms: 41 }),
    heal("h1", { played: "f1", ms: 777 }, "f1"),
    step("f2", 100, { kind: "pause-broker", target: "controller" }),
  ],
  { brokers: 5, groups: [groupOf("billing", "c1", "c2")] },
);

test("it comes down to the steps that are needed, on the smallest trial, at round times, without noise", () => {
  const { isMinimal, plays, schedule, steps } = shrinkSchedule(
    { ...long, noise: { seed: "12345678", latencyMs: { min: 1, max: 25 } } },
    { failsAlike: needsKillAndSend, playsMax: 5000 },
  );
  expect([isMinimal, steps]).toEqual([true, 2]);
  expect(plays).toBeLessThan(300);
  expect(schedule).toMatchInlineSnapshot(`
    {
      "format": "kafka-trial.schedule/1",
      "noise": {
        "latencyMs": {
          "max": 1,
          "min": 1,
        },
        "seed": "00000000",
      },
      "options": {
        "brokerConfig": {},
        "brokers": 3,
        "groups": [],
        "producers": [
          {
            "config": {},
            "id": "p1",
          },
        ],
        "topics": [
          {
            "config": {},
            "name": "orders",
            "partitions": 1,
            "replicationFactor": 3,
          },
        ],
      },
      "steps": [
        {
          "after": {
            "ms": 0,
          },
          "do": {
            "kind": "send",
            "partition": 0,
            "producer": "p1",
            "topic": "orders",
          },
          "id": "s20",
        },
        {
          "after": {
            "ms": 0,
          },
          "do": {
            "kind": "kill-broker",
            "target": "leaderOf(orders-0)",
          },
          "id": "f1",
        },
      ],
    }
  `);
});

test("what it ends with is minimal: no simpler candidate fails alike", () => {
  const { schedule } = shrinkSchedule(long, { failsAlike: needsKillAndSend, playsMax: 5000 });
  expect([...simplerSchedules(schedule)].filter(needsKillAndSend)).toEqual([]);
});

test("where every candidate fails alike, next to nothing is left", () => {
  const shrunk = shrinkSchedule(generateSchedule(rootOf("shrink:1")), { failsAlike: () => true, playsMax: 5000 });
  expect(shrunk).toMatchObject({ isMinimal: true, steps: 0 });
});

test("where no candidate fails alike, the schedule stays, and each candidate was tried once", () => {
  const tried: Schedule[] = [];
  const failsAlike = (candidate: Schedule): boolean => {
    tried.push(candidate);
    return false;
  };
  const shrunk = shrinkSchedule(long, { failsAlike, playsMax: 5000 });
  expect(shrunk.schedule).toBe(long);
  expect(shrunk.isMinimal).toBe(true);
  expect(shrunk.plays).toBe([...simplerSchedules(long)].length);
  expect(tried).toHaveLength(shrunk.plays);
});

test.each([0, 1, 7, 15])("a budget of %i plays is kept to, and said to have ended early", (playsMax) => {
  let plays = 0;
  const failsAlike = (candidate: Schedule): boolean => {
    plays++;
    return needsKillAndSend(candidate);
  };
  const shrunk = shrinkSchedule(long, { failsAlike, playsMax });
  expect(shrunk).toMatchObject({ isMinimal: false, plays: playsMax });
  expect(plays).toBe(playsMax);
  expect(needsKillAndSend(shrunk.schedule)).toBe(true);
});

test("progress is told after each candidate", () => {
  const told: ShrinkProgress[] = [];
  const shrunk = shrinkSchedule(long, {
    failsAlike: needsKillAndSend,
    playsMax: 5000,
    onProgress: (progress) => told.push(progress),
  });
  expect(told.map(({ plays }) => plays)).toEqual(Array.from({ length: shrunk.plays }, (_, at) => at + 1));
  expect(told.map(({ steps }) => steps)).toEqual(told.map(({ steps }) => steps).toSorted((left, right) => right - left));
});

test("an order of two steps that matters is kept", () => {
  const isKilledAfterThirdSend = ({ steps }: Schedule): boolean => {
    const third = steps.filter((one) => one.do.kind === "send")[2];
    return (
      third !== undefined &&
      steps.some(({ after, do: { kind } }) => kind === "kill-broker" && "acked" in after && after.acked === third.id)
    );
  };
  const shrunk = shrinkSchedule(scheduleOf([...long.steps.slice(0, 20), kill("f1", { acked: "s3", ms: 5 })]), {
    failsAlike: isKilledAfterThirdSend,
    playsMax: 5000,
  });
  expect(kindsOf(shrunk.schedule)).toEqual(["send", "send", "send", "kill-broker"]);
  expect(shrunk.isMinimal).toBe(true);
});
