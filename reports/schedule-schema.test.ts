import { describe, expect, test } from "vitest";
import { generateSchedule } from "../harness/generate/generate-schedule.ts";
import { rootOf } from "../harness/seed.ts";
import { brokerId } from "../model/ids.ts";
import type { Operation, Schedule } from "../model/schedule.ts";
import { stopsTwoBrokers } from "../test/support/fixed-trials.ts";
import { checkScheduleForm } from "./schedule-schema.ts";

/** What is wrong with a schedule, and where. */
function problemOf(schedule: unknown): string {
  const checked = checkScheduleForm(schedule);
  return checked.kind === "wrong" ? `${checked.path}: ${checked.problem}` : "nothing";
}

const withOptions = (options: object): unknown => ({ ...stopsTwoBrokers, options: { ...stopsTwoBrokers.options, ...options } });
const withStep = (step: object): unknown => ({ ...stopsTwoBrokers, steps: [{ ...stopsTwoBrokers.steps[0], ...step }] });

describe("what is a schedule", () => {
  test("everything that is generated, after a way through JSON as well", () => {
    for (let trial = 0; trial < 100; trial++) {
      const schedule = generateSchedule(rootOf(`schema:${trial}`));
      const read = checkScheduleForm(JSON.parse(JSON.stringify(schedule)));
      expect(read).toEqual({ kind: "schedule", schedule });
    }
  });

  test("every kind of operation", () => {
    const operations: { readonly [Kind in Operation["kind"]]: Extract<Operation, { readonly kind: Kind }> } = {
      send: { kind: "send", producer: "p1", topic: "orders", key: "a key with spaces" },
      "end-transaction": { kind: "end-transaction", producer: "p1", outcome: "abort" },
      "start-member": { kind: "start-member", member: "c1" },
      "stop-member": { kind: "stop-member", member: "c1" },
      heal: { kind: "heal", fault: "f1" },
      "kill-broker": { kind: "kill-broker", target: "controller" },
      "power-off-broker": { kind: "power-off-broker", target: "controller" },
      "stop-broker": { kind: "stop-broker", target: "controller" },
      "pause-broker": { kind: "pause-broker", target: "controller", clock: "jumps" },
      "jump-clock": { kind: "jump-clock", target: "client p1", byMs: 1500 },
      "fail-disk": { kind: "fail-disk", target: "controller" },
      "cut-link": { kind: "cut-link", from: "broker 1", to: "client p1", oneWay: true, listener: "broker" },
      "slow-link": { kind: "slow-link", from: "broker 1", to: "controller", delayMs: 100.5, oneWay: true },
      "isolate-broker": {
        kind: "isolate-broker",
        target: "broker 1",
        from: "everybody",
        with: 1,
        oneWay: "in",
        listener: "controller",
      },
      "split-clients": { kind: "split-clients", target: "broker 1", with: 1, only: "consumers" },
      "reset-connections": { kind: "reset-connections", from: "broker 1", to: "client p1", requests: "handled" },
      "delay-request": { kind: "delay-request", from: "client p1", api: "Produce", delayMs: 12.5 },
      "duplicate-request": { kind: "duplicate-request", from: "broker 1", api: "Fetch", listener: "controller", delayMs: 0 },
      "lose-response": { kind: "lose-response", client: "p1", api: "Produce" },
      "elect-leader": { kind: "elect-leader", partition: "orders-0" as never },
      "unclean-election": { kind: "unclean-election", partition: "orders-0" as never },
      "reassign-partition": { kind: "reassign-partition", partition: "orders-0" as never, replicas: [3, 1].map(brokerId) },
      "delete-records": { kind: "delete-records", partition: "orders-0" as never, before: 4 },
      "kill-client": { kind: "kill-client", client: "p1" },
      "pause-client": { kind: "pause-client", client: "p1", clock: "jumps" },
      "slow-handler": { kind: "slow-handler", client: "c1", handlerMs: 0.5 },
      "own-fault": { kind: "own-fault", fault: "rack-fails", parameters: { racks: [1, null, "a"] } },
    };
    const steps = Object.values(operations).map((operation, at) => ({ id: `x${at}`, after: { ms: 0 }, do: operation }));
    const schedule: Schedule = { ...stopsTwoBrokers, steps };
    expect(checkScheduleForm(schedule)).toEqual({ kind: "schedule", schedule });
  });

  test("a response to a broker that is lost, as well as one to a client", () => {
    const faults = [
      { kind: "lose-response", target: "broker 1", api: "AlterPartition" },
      { kind: "lose-response", target: "broker 1", api: "Fetch", listener: "controller" },
    ];
    for (const fault of faults) expect(problemOf(withStep({ do: fault }))).toBe("nothing");
    const wrong = { kind: "lose-response", api: "Fetch" };
    expect(problemOf(withStep({ do: wrong }))).toBe('steps.0.do: must have a "client" or a "target"');
    expect(problemOf(withStep({ do: { ...wrong, client: "p1", target: "broker 1" } }))).toContain('a "client" or a "target"');
    expect(problemOf(withStep({ do: { ...wrong, client: "p1", listener: "broker" } }))).toContain("has no listener");
    expect(problemOf(withStep({ do: { ...wrong, target: "broker 1", api: "Explode" } }))).toContain("do.api");
  });

  test("settings of a producer's partitioner", () => {
    const config = { "partitioner.class": "by-region", "partitioner.ignore.keys": true, "batch.size": 0 };
    const producers = [{ id: "p1", config }];
    const schedule: Schedule = { ...stopsTwoBrokers, options: { ...stopsTwoBrokers.options, producers } };
    expect(checkScheduleForm(schedule)).toEqual({ kind: "schedule", schedule });
    const wrong = { "partitioner.class": "", "partitioner.ignore.keys": "yes", "batch.size": -1 };
    for (const [key, value] of Object.entries(wrong)) {
      expect(problemOf(withOptions({ producers: [{ id: "p1", config: { [key]: value } }] }))).toContain(key);
    }
  });

  test("no steps and no groups at all", () => {
    expect(problemOf({ ...stopsTwoBrokers, steps: [] })).toBe("nothing");
  });
});

describe("what is none, and what is said of it", () => {
  test("something is missing or of another type", () => {
    const { noise, ...silent } = stopsTwoBrokers;
    expect(problemOf(silent)).toBe("noise: it is missing");
    expect([
      problemOf({ ...stopsTwoBrokers, steps: {} }),
      problemOf({ ...stopsTwoBrokers, format: "kafka-trial.schedule/0" }),
      problemOf(withOptions({ brokers: "3" })),
      problemOf(withOptions({ brokers: 1.5 })),
      problemOf(withOptions({ topics: [] })),
      problemOf(withStep({ after: { ms: -1 } })),
      problemOf(withStep({ after: { acked: "s1", played: "s1" } })),
      problemOf(withStep({ do: { kind: "explode" } })),
      problemOf(withStep({ do: { kind: "kill-broker" } })),
      problemOf({ ...stopsTwoBrokers, noise: { ...noise, seed: "0" } }),
      problemOf({ ...stopsTwoBrokers, noise: { ...noise, latencyMs: { min: 2, max: 1 } } }),
      problemOf(null),
    ]).toMatchInlineSnapshot(`
      [
        "steps: Invalid type: Expected Array but received Object",
        "format: Invalid type: Expected "kafka-trial.schedule/1" but received "kafka-trial.schedule/0"",
        "options.brokers: Invalid type: Expected number but received "3"",
        "options.brokers: Invalid integer: Received 1.5",
        "options.topics: Invalid length: Expected >=1 but received 0",
        "steps.0.after: must be { "ms": 5 }, or { "acked": "s1" }, with processed, assigned or played in its place and ms beside it as you like",
        "steps.0.after: must be { "ms": 5 }, or { "acked": "s1" }, with processed, assigned or played in its place and ms beside it as you like",
        "steps.0.do.kind: Invalid type: Expected ("send" | "end-transaction" | "start-member" | "stop-member" | "heal" | "kill-broker" | "power-off-broker" | "stop-broker" | "pause-broker" | "jump-clock" | "fail-disk" | "cut-link" | "slow-link" | "isolate-broker" | "split-clients" | "reset-connections" | "delay-request" | "duplicate-request" | "lose-response" | "elect-leader" | "unclean-election" | "reassign-partition" | "delete-records" | "kill-client" | "pause-client" | "slow-handler" | "own-fault") but received "explode"",
        "steps.0.do.target: it is missing",
        "noise.seed: must be eight hexadecimal digits",
        "noise.latencyMs: min must not be above max",
        "the schedule: Invalid type: Expected Object but received null",
      ]
    `);
  });

  test("a field that nobody knows, wherever it is", () => {
    const [topic] = stopsTwoBrokers.options.topics;
    expect([
      problemOf({ ...stopsTwoBrokers, comment: "" }),
      problemOf(withOptions({ brokerConfig: { "min.insync.replica": 2 } })),
      problemOf(withOptions({ topics: [{ ...topic, config: { retries: 1 } }] })),
      problemOf(withOptions({ producers: [{ id: "p1", config: { ack: "all" } }] })),
      problemOf(withStep({ note: "" })),
      problemOf(withStep({ do: { kind: "kill-broker", target: "controller", hard: true } })),
      problemOf({ ...stopsTwoBrokers, noise: { ...stopsTwoBrokers.noise, jitter: 1 } }),
    ]).toMatchInlineSnapshot(`
      [
        "comment: there is no such field",
        "options.brokerConfig.min.insync.replica: there is no such field",
        "options.topics.0.config.retries: there is no such field",
        "options.producers.0.config.ack: there is no such field",
        "steps.0.note: there is no such field",
        "steps.0.do.hard: there is no such field",
        "noise.jitter: there is no such field",
      ]
    `);
  });

  test.each(["", "a b", "../x", "a\u001b", "x".repeat(101)])("%j is no name", (id) => {
    expect(problemOf(withStep({ id }))).toMatch(/^steps\.0\.id: must be letters/);
  });
});
