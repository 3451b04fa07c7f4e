import { describe, expect, test } from "vitest";
import type { DeletionBound } from "../../model/fault.ts";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import type { Schedule, TrialOptions } from "../../model/schedule.ts";
import { generateSchedule } from "../generate/generate-schedule.ts";
import { rootOf } from "../seed.ts";
import { groupOf, heal, kill, move, options, scheduleOf, send, step } from "./hand-made-schedule.ts";
import { simplerSchedules } from "./simpler-schedules.ts";

const generated = Array.from({ length: 50 }, (_, nth) => generateSchedule(rootOf(`shrink:${nth}`)));
const candidatesOf = (schedule: Schedule): readonly Schedule[] => [...simplerSchedules(schedule)];

describe("of 50 generated schedules", () => {
  test("every candidate can be played", () => {
    const problems = generated.flatMap(candidatesOf).flatMap((candidate) => checkSchedule(candidate) ?? []);
    expect(problems).toEqual([]);
  });

  test("every candidate differs from its parent, and leaves it as it was", () => {
    for (const schedule of generated) {
      const text = JSON.stringify(schedule);
      for (const candidate of simplerSchedules(schedule)) expect(JSON.stringify(candidate)).not.toBe(text);
      expect(JSON.stringify(schedule)).toBe(text);
    }
  });

  test("the same candidates come in the same order", () => {
    expect(candidatesOf(generated[0]!)).toEqual(candidatesOf(generated[0]!));
  });

  test("always the first candidate, and always the last one, comes to an end", () => {
    for (const which of [0, -1]) {
      for (const schedule of generated.slice(0, 15)) {
        let current: Schedule | undefined = schedule;
        let rounds = 0;
        for (; current !== undefined && rounds < 2000; rounds++) current = candidatesOf(current).at(which);
        expect(rounds).toBeLessThan(2000);
      }
    }
  });
});

test("of the plainest schedule of all nothing is simpler", () => {
  const least: TrialOptions = {
    ...options,
    brokers: 1,
    groups: [],
    topics: [{ name: "orders", partitions: 1, replicationFactor: 1, config: {} }],
  };
  expect(candidatesOf(scheduleOf([], least))).toEqual([]);
});

describe("what is made simpler", () => {
  const has = (schedule: Schedule, is: (candidate: Schedule) => boolean): boolean => candidatesOf(schedule).some(is);

  test("a family of faults goes at once, with its heals, then each fault, then each heal", () => {
    const pause = step("f3", 9, { kind: "pause-broker", target: "broker 1" });
    const schedule = scheduleOf([kill("f1", 0), kill("f2", 0), pause, heal("h1", 5, "f1")], { groups: [] });
    const left = candidatesOf(schedule)
      .slice(0, 6)
      .map(({ steps }) => steps.map(({ id }) => id).join(" "));
    expect(left).toEqual(["f3", "f1 f2 h1", "f2 f3", "f1 f3 h1", "f1 f2 h1", "f1 f2 f3"]);
  });

  test("a cut becomes one of both directions, and one around a single broker", () => {
    const cut = { kind: "isolate-broker", target: "broker 1", from: "brokers" } as const;
    const schedule = scheduleOf([step("f1", 0, { ...cut, with: 1, oneWay: "in" })], { groups: [] });
    expect(has(schedule, ({ steps }) => JSON.stringify(steps[0]?.do) === JSON.stringify({ ...cut, with: 1 }))).toBe(true);
    expect(has(schedule, ({ steps }) => JSON.stringify(steps[0]?.do) === JSON.stringify({ ...cut, oneWay: "in" }))).toBe(true);
  });

  test("operations go by halves, then quarters, then one by one", () => {
    const schedule = scheduleOf(
      ["s1", "s2", "s3", "s4"].map((id) => send(id, 0)),
      { groups: [] },
    );
    const left = candidatesOf(schedule)
      .slice(0, 6)
      .map(({ steps }) => steps.map(({ id }) => id).join(" "));
    expect(left).toEqual(["s3 s4", "s1 s2", "s2 s3 s4", "s1 s3 s4", "s1 s2 s4", "s1 s2 s3"]);
  });

  test("a producer goes with its sends and with the faults that are about it", () => {
    const schedule = scheduleOf(
      [
        send("s1", 0),
        step("f1", 0, { kind: "kill-client", client: "p2" }),
        step("f2", 0, { kind: "cut-link", from: "broker 1", to: "client p2" }),
      ],
      {
        producers: [
          { id: "p1", config: {} },
          { id: "p2", config: {} },
        ],
      },
    );
    expect(
      has(
        schedule,
        ({ options: { producers }, steps }) => producers.length === 1 && producers[0]!.id === "p1" && steps.length === 1,
      ),
    ).toBe(true);
  });

  test("a group goes with all that is about it; a fault aimed at its coordinator goes too, or strikes a broker by number", () => {
    const schedule = scheduleOf([
      step("m1", 0, { kind: "start-member", member: "c1" }),
      kill("f1", { assigned: "c2" }),
      kill("f2", 0, "coordinatorOf(billing)"),
    ]);
    const withoutGroup = candidatesOf(schedule).filter(({ options: { groups } }) => groups.length === 0);
    expect(withoutGroup.map(({ steps }) => steps)).toEqual([
      [],
      ...[1, 2, 3].map((broker) => [kill("f2", 0, `broker ${broker}`)]),
    ]);
    for (const candidate of withoutGroup) expect(checkSchedule(candidate)).toBeUndefined();
  });

  test("a group that loses its only topic goes with its members", () => {
    const topics = ["orders", "payments"].map((name) => ({ ...options.topics[0]!, name }));
    const groups = [{ ...groupOf("audit", "c3"), topics: ["payments"] }];
    const schedule = scheduleOf([step("m1", 0, { kind: "start-member", member: "c3" })], { topics, groups });
    for (const candidate of candidatesOf(schedule)) expect(checkSchedule(candidate)).toBeUndefined();
  });

  test("the last partition goes, and what was about it is about the one before", () => {
    const schedule = scheduleOf([
      send("s1", 0, 1),
      kill("f1", 0, "followerOf(orders-1, 0)"),
      step("f2", 0, { kind: "elect-leader", partition: "orders-1" as never }),
    ]);
    const [found] = candidatesOf(schedule).filter(({ options: { topics } }) => topics[0]!.partitions === 1);
    expect(found!.steps).toEqual([
      send("s1", 0, 0),
      kill("f1", 0, "followerOf(orders-0, 0)"),
      step("f2", 0, { kind: "elect-leader", partition: "orders-0" as never }),
    ]);
  });

  test("the last broker goes while there are more than replicas, with the faults that name it", () => {
    const schedule = scheduleOf([kill("f1", 0, "broker 4"), kill("f2", 0, "broker 3")], { brokers: 4 });
    const found = candidatesOf(schedule).filter(({ options: { brokers } }) => brokers === 3);
    expect(found.map(({ steps }) => steps.map(({ id }) => id))).toEqual([["f2"]]);
    const moved = candidatesOf(scheduleOf([move("f1", 1, 4), move("f2", 1, 3)], { brokers: 4 }));
    const left = moved.filter(({ options: { brokers } }) => brokers === 3);
    expect(left.map(({ steps }) => steps.map(({ id }) => id))).toEqual([["f2"]]);
    expect(has(scheduleOf([]), ({ options: { brokers } }) => brokers < 3)).toBe(false);
  });

  test("each setting goes back to its default, and handlers become quick", () => {
    const schedule = scheduleOf([], {
      brokerConfig: { "min.insync.replicas": 1 },
      topics: [{ ...options.topics[0]!, config: { "min.insync.replicas": 1 } }],
      producers: [{ id: "p1", config: { acks: "1" } }],
      groups: [{ ...groupOf("billing", "c1"), handlerMs: 5, config: { "max.poll.records": 1 } }],
    });
    expect(has(schedule, (one) => Object.keys(one.options.brokerConfig).length === 0)).toBe(true);
    expect(has(schedule, (one) => Object.keys(one.options.topics[0]!.config).length === 0)).toBe(true);
    expect(has(schedule, (one) => Object.keys(one.options.producers[0]!.config).length === 0)).toBe(true);
    expect(
      has(schedule, (one) => one.options.groups.length > 0 && Object.keys(one.options.groups[0]!.config).length === 0),
    ).toBe(true);
    expect(has(schedule, (one) => one.options.groups[0]?.handlerMs === 0)).toBe(true);
  });

  test("values are as long as they are", () => {
    const large = step("s1", 0, { kind: "send", producer: "p1", topic: "orders", valueBytes: 900 });
    const tombstone = step("s1", 0, { kind: "send", producer: "p1", topic: "orders", key: "k", tombstone: true });
    expect(has(scheduleOf([tombstone]), ({ steps }) => steps[0]?.do.kind === "send" && !("tombstone" in steps[0].do))).toBe(
      true,
    );
    expect(has(scheduleOf([large]), ({ steps }) => steps[0]?.do.kind === "send" && !("valueBytes" in steps[0].do))).toBe(true);
  });

  test("fewer records are deleted", () => {
    const boundsFrom = (before: DeletionBound) =>
      candidatesOf(scheduleOf([step("f1", 0, { kind: "delete-records", partition: "orders-0" as never, before })])).flatMap(
        ({ steps }) => steps.flatMap((one) => (one.do.kind === "delete-records" ? [one.do.before] : [])),
      );
    expect(boundsFrom(9)).toEqual(expect.arrayContaining([1, 4, 8]));
    expect(new Set(boundsFrom(1))).toEqual(new Set([1, 0]));
    expect(new Set(boundsFrom("high-watermark"))).toEqual(new Set(["high-watermark"]));
  });

  test("links are cut for all listeners, and it is a process that stands still", () => {
    const faults = [
      { kind: "cut-link", from: "broker 1", to: "controller", listener: "controller" },
      { kind: "pause-broker", target: "broker 1", clock: "jumps" },
    ] as const;
    const schedule = scheduleOf(faults.map((what, at) => step(`f${at}`, 0, what)));
    for (const [at, key] of ["listener", "clock"].entries()) {
      expect(has(schedule, ({ steps }) => steps[at]?.do.kind === faults[at]!.kind && !(key in steps[at].do))).toBe(true);
    }
  });

  test("what a fault makes take long takes less", () => {
    const delaysFrom = (delayMs: number) =>
      candidatesOf(scheduleOf([step("f1", 0, { kind: "delay-request", from: "client p1", api: "Produce", delayMs })])).flatMap(
        ({ steps }) => steps.flatMap((one) => (one.do.kind === "delay-request" ? [one.do.delayMs] : [])),
      );
    expect(delaysFrom(387)).toEqual(expect.arrayContaining([0, 193, 300]));
    expect(new Set(delaysFrom(0))).toEqual(new Set([0]));
    const slow = scheduleOf([step("f1", 0, { kind: "slow-handler", client: "c1", handlerMs: 50 })]);
    expect(has(slow, ({ steps }) => steps[0]?.do.kind === "slow-handler" && steps[0].do.handlerMs === 25)).toBe(true);
  });

  test("replicas are moved to fewer brokers, and to one at least", () => {
    const targetsFrom = (...replicas: readonly number[]) =>
      candidatesOf(scheduleOf([move("f1", ...replicas)])).flatMap(({ steps }) =>
        steps.flatMap(({ do: what }) => (what.kind === "reassign-partition" ? [what.replicas.join()] : [])),
      );
    expect(targetsFrom(3, 1, 2)).toEqual(expect.arrayContaining(["1,2", "3,2", "3,1"]));
    expect(new Set(targetsFrom(2))).toEqual(new Set(["2"]));
  });

  test("delays become nothing, half or round, and anchors become times", () => {
    const afters = candidatesOf(scheduleOf([send("s1", 0), send("s2", { acked: "s1", ms: 387 })], { groups: [] })).map(
      ({ steps }) => steps[1]?.after,
    );
    for (const after of [{ acked: "s1", ms: 0 }, { acked: "s1", ms: 193 }, { acked: "s1", ms: 300 }, { ms: 387 }])
      expect(afters).toContainEqual(after);
  });

  test("noise goes last", () => {
    const noise = { seed: "deadbeef", latencyMs: { min: 1, max: 25 } };
    const last = candidatesOf({ ...scheduleOf([send("s1", 3)]), noise })
      .slice(-2)
      .map((one) => one.noise);
    expect(last).toEqual([
      { seed: "deadbeef", latencyMs: { min: 1, max: 1 } },
      { seed: "00000000", latencyMs: { min: 1, max: 25 } },
    ]);
  });
});

describe("a group that writes output", () => {
  const topics = [...options.topics, { name: "shipments", partitions: 1, replicationFactor: 3, config: {} }];
  const billing = {
    ...groupOf("billing", "c1", "c2"),
    commit: "in-transaction" as const,
    output: { topic: "shipments", config: { "linger.ms": 5 } },
  };
  const steps = [
    send("s1", 0),
    step("f1", 0, { kind: "delay-request", from: "client c1", api: "EndTxn", delayMs: 10 }),
    step("f2", 0, { kind: "delay-request", from: "client c1", api: "JoinGroup", delayMs: 10 }),
    kill("f3", 0, "leaderOf(__transaction_state-0)"),
  ];
  const schedule = scheduleOf(steps, { topics, groups: [billing] });

  test("comes to write nothing, and then has no such requests, and nobody coordinates transactions", () => {
    const plain = candidatesOf(schedule).filter((one) => one.options.groups[0]?.output === undefined);
    const left = plain.find((one) => one.options.topics.length === 2 && one.options.groups.length === 1);
    expect(left?.options.groups[0]?.commit).toBe("after-processing");
    expect(left?.steps.map(({ id }) => id)).toEqual(["s1", "f2"]);
  });

  test("loses its output with the output's topic, and settings of its producers one by one", () => {
    const single = candidatesOf(schedule).find((one) => one.options.topics.every(({ name }) => name === "orders"));
    expect(single?.options.groups[0]).toMatchObject({ commit: "after-processing", topics: ["orders"] });
    expect(candidatesOf(schedule).some((one) => one.options.groups[0]?.output?.config["linger.ms"] === undefined)).toBe(true);
  });

  test("each candidate can be played", () => {
    expect(candidatesOf(schedule).flatMap((one) => checkSchedule(one) ?? [])).toEqual([]);
  });
});
