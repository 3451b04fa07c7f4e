import { describe, expect, test } from "vitest";
import type { Fault } from "../model/fault.ts";
import { brokerId } from "../model/ids.ts";
import type { Operation, Schedule, TrialOptions, SendOperation } from "../model/schedule.ts";
import { checkSchedule } from "./check-schedule.ts";
import { options, scheduleOf, send, step } from "./hand-made-view.ts";

const kill = { kind: "kill-broker", target: "broker 1" } as const;
const withOptions = (changed: Partial<TrialOptions>): Schedule => ({ ...scheduleOf(), options: { ...options, ...changed } });
const [topic] = options.topics;
const [group] = options.groups;
const problemOf = (operation: Operation): string | undefined => checkSchedule(scheduleOf(step("x", 0, operation)));

test("a schedule that uses every kind of anchor, target and operation is fine", () => {
  const schedule = scheduleOf(
    send("s1", 0),
    step("m1", 0, { kind: "start-member", member: "c1" }),
    step("m2", { assigned: "c1" }, { kind: "stop-member", member: "c2" }),
    step("f1", { acked: "s1", ms: 5 }, kill),
    step("f2", { processed: "s1" }, { kind: "cut-link", from: "followerOf(orders-1, 1)", to: "client p1" }),
    step("f3", { played: "f1" }, { kind: "pause-broker", target: "leaderOf(__consumer_offsets-0)" }),
    step("h1", { played: "f1", ms: 100 }, { kind: "heal", fault: "f1" }),
  );
  expect(checkSchedule(schedule)).toBeUndefined();
});

describe("what is wrong with options is told", () => {
  test.each<[string, Partial<TrialOptions>]>([
    ["a trial has 1 to 5 brokers, not 6", { brokers: 6 }],
    ["a trial has 1 to 5 brokers, not 0", { brokers: 0 }],
    ["two clients are called c1", { producers: [{ id: "c1", config: {} }] }],
    ["topic orders needs at least one partition", { topics: [{ ...topic!, partitions: 0 }] }],
    ["topic orders cannot have 4 replicas on 3 brokers", { topics: [{ ...topic!, replicationFactor: 4 }] }],
    ["topic orders cannot have 0 replicas on 3 brokers", { topics: [{ ...topic!, replicationFactor: 0 }] }],
    [
      "group billing needs a metadata.max.age.ms above its fetch.max.wait.ms of 500",
      { groups: [{ ...group!, config: { "metadata.max.age.ms": 500 } }] },
    ],
    ["two topics are called orders", { topics: [topic!, topic!] }],
    ["two groups are called billing", { groups: [group!, { ...group!, members: ["c3"] }] }],
    [
      'producer p1 has the partitioner "by-region", and there are default, round-robin, sticky',
      { producers: [{ id: "p1", config: { "partitioner.class": "by-region" } }] },
    ],
    [
      "group billing subscribes to payments, which is no topic of the trial",
      { groups: [{ ...group!, topics: ["orders", "payments"] }] },
    ],
  ])("%s", (problem, changed) => {
    expect(checkSchedule(withOptions(changed))).toBe(problem);
  });
});

test("a partitioner that was brought along can be named, once, and none under the name of one that there is", () => {
  const own = (id: string) => ({ id, sentence: "The first one.", partition: () => 0 });
  const named = withOptions({ producers: [{ id: "p1", config: { "partitioner.class": "by-region" } }] });
  expect(checkSchedule(named, [], [own("by-region")])).toBeUndefined();
  expect(checkSchedule(named, [], [own("by-region"), own("by-region")])).toBe("two partitioners are called by-region");
  expect(checkSchedule(named, [], [own("sticky")])).toBe("two partitioners are called sticky");
});

test("a compacted topic takes records with a key alone, which chooses the partition", () => {
  const compacted: Partial<TrialOptions> = { topics: [{ ...topic!, config: { "cleanup.policy": "compact" } }] };
  const sending = (how: Omit<SendOperation, "kind" | "producer" | "topic">) =>
    checkSchedule({
      ...withOptions(compacted),
      steps: [step("x", 0, { kind: "send", producer: "p1", topic: "orders", ...how })],
    });
  expect(sending({ key: "k" })).toBeUndefined();
  const wrong = "step x: topic orders is compacted: its records have a key, which chooses the partition";
  expect([sending({}), sending({ key: "k", partition: 0 }), sending({ partition: 0 })]).toEqual([wrong, wrong, wrong]);
  expect(sending({ key: "k", tombstone: true })).toBeUndefined();
});

describe("what is wrong with an operation is told with its step", () => {
  test.each<[string, Operation]>([
    ['there is no producer "p9"', { kind: "send", producer: "p9", topic: "orders" }],
    ['there is no topic "payments"', { kind: "send", producer: "p1", topic: "payments" }],
    ["topic orders has partitions 0 to 1, not 2", { kind: "send", producer: "p1", topic: "orders", partition: 2 }],
    ["topic orders has partitions 0 to 1, not -1", { kind: "send", producer: "p1", topic: "orders", partition: -1 }],
    ["a tombstone deletes a key, and has none", { kind: "send", producer: "p1", topic: "orders", tombstone: true }],
    [
      "a tombstone has no value that could take bytes",
      { kind: "send", producer: "p1", topic: "orders", key: "k", tombstone: true, valueBytes: 9 },
    ],
    ['there is no group member "p1"', { kind: "start-member", member: "p1" }],
    ['there is no group member "c9"', { kind: "stop-member", member: "c9" }],
    ["it heals f9, which is not in the schedule", { kind: "heal", fault: "f9" }],
    ["it heals x, which is no fault", { kind: "heal", fault: "x" }],
  ])("%s", (problem, operation) => {
    expect(problemOf(operation)).toBe(`step x: ${problem}`);
  });
});

describe("what is wrong with a fault is told with its step", () => {
  const forms = "write broker 2, controller, leaderOf(orders-0), followerOf(orders-0, 1), coordinatorOf(billing) or client p1";
  test.each<[string, Fault]>([
    [`"the boss" is not a broker: ${forms}`, { kind: "kill-broker", target: "the boss" }],
    [`"client p1" is not a broker: ${forms}`, { kind: "isolate-broker", target: "client p1", from: "brokers" }],
    [`"moon" is not a broker or a client: ${forms}`, { kind: "cut-link", from: "broker 1", to: "moon" }],
    ['"broker 4" cannot exist: the trial has brokers 1 to 3', { kind: "stop-broker", target: "broker 4" }],
    ['"broker 0" cannot exist: the trial has brokers 1 to 3', { kind: "pause-broker", target: "broker 0" }],
    [
      'there is no partition "orders-2"; there are orders-0, orders-1',
      { kind: "power-off-broker", target: "leaderOf(orders-2)" },
    ],
    [
      'there is no partition "orders-2"; there are orders-0, orders-1',
      { kind: "elect-leader", partition: "orders-2" as never },
    ],
    [
      'there is no partition "orders-2"; there are orders-0, orders-1',
      { kind: "delete-records", partition: "orders-2" as never, before: "high-watermark" },
    ],
    [
      'there is no partition "orders-2"; there are orders-0, orders-1',
      { kind: "reassign-partition", partition: "orders-2" as never, replicas: [1].map(brokerId) },
    ],
    [
      "there is no broker 9 to move orders-0 to",
      { kind: "reassign-partition", partition: "orders-0" as never, replicas: [1, 9].map(brokerId) },
    ],
    ["orders-0 has to be somewhere", { kind: "reassign-partition", partition: "orders-0" as never, replicas: [] }],
    [
      "a broker has one replica of a partition at most",
      { kind: "reassign-partition", partition: "orders-0" as never, replicas: [1, 2, 1].map(brokerId) },
    ],
    [
      'before must be "high-watermark" or an offset, not -1',
      { kind: "delete-records", partition: "orders-0" as never, before: -1 },
    ],
    [
      'before must be "high-watermark" or an offset, not 1.5',
      { kind: "delete-records", partition: "orders-0" as never, before: 1.5 },
    ],
    ['there is no group "audit"; there are billing', { kind: "kill-broker", target: "coordinatorOf(audit)" }],
    ['there is no client "p9"; there are p1, c1, c2', { kind: "kill-client", client: "p9" }],
    ['there is no client "p9"; there are p1, c1, c2', { kind: "cut-link", from: "client p9", to: "broker 1" }],
    ['"broker 9" cannot exist: the trial has brokers 1 to 3', { kind: "jump-clock", target: "broker 9", byMs: 5 }],
    [
      "client p1 does not know the listener of controllers",
      { kind: "cut-link", from: "broker 1", to: "client p1", listener: "controller" },
    ],
    [
      "clients do not know the listener of controllers",
      { kind: "isolate-broker", target: "broker 1", from: "clients", listener: "controller" },
    ],
    [
      '"broker 9" cannot exist: the trial has brokers 1 to 3',
      { kind: "slow-link", from: "broker 9", to: "broker 1", delayMs: 5 },
    ],
    ['"broker 9" cannot exist: the trial has brokers 1 to 3', { kind: "split-clients", target: "broker 9", only: "producers" }],
    [
      '"broker 9" cannot exist: the trial has brokers 1 to 3',
      { kind: "reset-connections", from: "broker 1", to: "broker 9", requests: "lost" },
    ],
    ['"broker 9" cannot exist: the trial has brokers 1 to 3', { kind: "lose-response", target: "broker 9", api: "Vote" }],
    [
      "client p1 sends no OffsetCommit; it sends Produce, InitProducerId, AddPartitionsToTxn, EndTxn, Metadata",
      { kind: "delay-request", from: "client p1", api: "OffsetCommit", delayMs: 1 },
    ],
    [
      "controller sends no Produce; it sends Fetch, ListOffsets, AlterPartition, AllocateProducerIds, BrokerRegistration, BrokerHeartbeat, Vote, BeginQuorumEpoch, AddPartitionsToTxn, WriteTxnMarkers",
      { kind: "duplicate-request", from: "controller", api: "Produce", delayMs: 1 },
    ],
    [
      "client c1 does not know the listener of controllers",
      { kind: "duplicate-request", from: "client c1", api: "Fetch", listener: "controller", delayMs: 1 },
    ],
    [
      "no response to AlterPartition can be lost, but to Produce, OffsetCommit, JoinGroup, SyncGroup, Fetch, InitProducerId, TxnOffsetCommit, EndTxn",
      { kind: "lose-response", client: "p1", api: "AlterPartition" as never },
    ],
    [
      "broker 1 sends no Produce; it sends Fetch, ListOffsets, AlterPartition, AllocateProducerIds, BrokerRegistration, BrokerHeartbeat, Vote, BeginQuorumEpoch, AddPartitionsToTxn, WriteTxnMarkers",
      { kind: "lose-response", target: "broker 1", api: "Produce" as never },
    ],
    ['there is no client "p9"; there are p1, c1, c2', { kind: "lose-response", client: "p9", api: "Produce" }],
    ['client "p1" is in no group', { kind: "slow-handler", client: "p1", handlerMs: 50 }],
    [
      'the fault "flood" is not one of kafka-trial\'s own, and nobody has brought it along',
      { kind: "own-fault", fault: "flood", parameters: null },
    ],
  ])("%s", (problem, fault) => {
    expect(problemOf(fault)).toBe(`step x: ${problem}`);
  });

  test("where there are no groups, that is said", () => {
    const schedule = {
      ...scheduleOf(step("x", 0, { kind: "kill-broker", target: "coordinatorOf(audit)" })),
      options: { ...options, groups: [] },
    };
    expect(checkSchedule(schedule)).toBe('step x: there is no group "audit"; there are none');
  });

  test("a fault that was brought along is fine", () => {
    const schedule = scheduleOf(step("x", 0, { kind: "own-fault", fault: "flood", parameters: null }));
    const flood = { id: "flood", sentence: "", generate: () => null, inject: () => ({ kind: "skipped", reason: "" }) as const };
    expect(checkSchedule(schedule, [flood])).toBeUndefined();
  });
});

describe("what is wrong with an anchor is told with its step", () => {
  test("two steps of one name", () => {
    expect(checkSchedule(scheduleOf(send("s1", 0), send("s1", 1)))).toBe("two steps are called s1");
  });

  test("a step that is not there", () => {
    for (const after of [{ acked: "s9" }, { processed: "s9" }, { played: "s9" }]) {
      expect(checkSchedule(scheduleOf(send("s1", after)))).toBe("step s1: it waits for step s9, which is not in the schedule");
    }
  });

  test("a step that nothing can come of", () => {
    const wait = (after: { acked: string } | { processed: string }) =>
      checkSchedule(scheduleOf(step("f1", 0, kill), send("s1", after)));
    expect(wait({ acked: "f1" })).toBe("step s1: it waits for f1, which sends nothing");
    expect(wait({ processed: "f1" })).toBe("step s1: it waits for f1, which sends nothing");
  });

  test("a member that is not there", () => {
    expect(checkSchedule(scheduleOf(send("s1", { assigned: "p1" })))).toBe('step s1: there is no group member "p1"');
  });

  test("steps that wait for one another, which would wait for ever", () => {
    expect(checkSchedule(scheduleOf(send("s1", { played: "s1" })))).toBe("step s1: it waits for itself");
    const round = scheduleOf(
      send("s0", 0),
      send("s1", { acked: "s3" }),
      send("s2", { played: "s1" }),
      send("s3", { processed: "s2" }),
    );
    expect(checkSchedule(round)).toBe("step s1: it waits for itself");
    expect(checkSchedule(scheduleOf(send("s1", { acked: "s2" }), send("s2", 0)))).toBeUndefined();
  });
});

describe("a group that writes output", () => {
  const shipments = { ...topic!, name: "shipments" };
  const writes = (output: NonNullable<typeof group>["output"], more: Partial<TrialOptions> = {}): Schedule =>
    withOptions({
      topics: [topic!, shipments],
      groups: [{ ...group!, commit: "in-transaction", ...(output !== undefined && { output }) }],
      ...more,
    });
  const output = { topic: "shipments", config: {} };

  test("is fine where it commits in transactions, and its members' requests can be struck", () => {
    const schedule = writes(output);
    expect(checkSchedule(schedule)).toBeUndefined();
    const late = { kind: "delay-request", from: "client c1", api: "TxnOffsetCommit", delayMs: 5 } as const;
    expect(checkSchedule({ ...schedule, steps: [step("f1", 0, late)] })).toBeUndefined();
    expect(problemOf(late)).toMatch(/^step x: client c1 sends no TxnOffsetCommit/);
    const kills = step("f1", 0, { kind: "kill-broker", target: "leaderOf(__transaction_state-0)" });
    expect(checkSchedule({ ...schedule, steps: [kills] })).toBeUndefined();
  });

  test.each<[string, Schedule]>([
    ['group billing needs both commit "in-transaction" and an output, or neither', writes(undefined)],
    [
      'group billing needs both commit "in-transaction" and an output, or neither',
      withOptions({ topics: [topic!, shipments], groups: [{ ...group!, output }] }),
    ],
    ["group billing writes to parcels, which is no topic of the trial", writes({ ...output, topic: "parcels" })],
    ["group billing would make output of the output of billing", writes({ ...output, topic: "orders" })],
    [
      "the output of billing is written in transactions, and so it needs acks=all",
      writes({ ...output, config: { acks: "1" } }),
    ],
    [
      "the output of billing is written in transactions, and so it needs no transactional.id of its own",
      writes({ ...output, config: { "transactional.id": "shop" } }),
    ],
    [
      "group billing writes records without keys, and shipments is compacted",
      writes(output, { topics: [topic!, { ...shipments, config: { "cleanup.policy": "compact" } }] }),
    ],
    [
      "__consumer_offsets is cleaned, and so no group can have output here: see docs/NOT-MODELLED.md",
      writes(output, { brokerConfig: { "offsets.topic.segment.bytes": 400 } }),
    ],
  ])("is told: %s", (problem, schedule) => {
    expect(checkSchedule(schedule)).toBe(problem);
  });
});
