import { beforeAll, describe, expect, test } from "vitest";
import { playTrial } from "../harness/campaign/play-range.ts";
import type { EventKind, HistoryEvent } from "../model/history.ts";
import { brokerId, leaderEpoch, offset, partitionEpoch, topicPartition } from "../model/ids.ts";
import * as told from "../properties/hand-made-history.ts";
import { actorOf, tellEvent } from "./tell-event.ts";

const setup = { settings: {}, properties: [], bug: undefined };
const trialsMax = 200;
/** Seldom seen in memory. */
const at = { broker: brokerId(1), partition: topicPartition("orders", 0) };
const answered = { controllerEpoch: 1 };
const atFetch = { ...at, requestedEpoch: leaderEpoch(0), fetchOffset: offset(7) };
const handMade = told.historyOf(
  told.limitReached("drain", "billing"),
  told.commitUnclear("c1", 3),
  told.broker({ kind: "disk-failed", broker: brokerId(1) }),
  told.broker({ kind: "log-start-advanced", ...at, logStart: offset(4), why: "delete-records" }),
  told.broker({ kind: "log-start-followed", ...at, logStart: offset(4) }),
  told.broker({ kind: "log-restarted", ...at, logStart: offset(4), why: "out-of-range" }),
  told.broker({ kind: "log-compacted", ...at, removed: [offset(2)] }),
  told.broker({ kind: "delete-horizon-set", ...at, tombstones: [offset(3)], markers: [], deleteHorizonMs: 900 }),
  told.broker({ kind: "markers-removed", ...at, removed: [offset(4)] }),
  told.broker({ kind: "tombstones-removed", ...at, removed: [offset(3)] }),
  told.broker({ kind: "segment-rolled", ...at, baseOffset: offset(7) }),
  told.broker({ kind: "append-settled", ...at, baseOffset: offset(7), endOffset: offset(8), error: "NONE" }),
  told.broker({
    kind: "fetch-refused",
    ...at,
    follower: brokerId(2),
    brokerEpoch: 3,
    requestedEpoch: leaderEpoch(0),
    fetchOffset: offset(7),
    error: "FENCED_LEADER_EPOCH",
  }),
  told.broker({ kind: "consumer-redirected", ...atFetch, replica: brokerId(2) }),
  told.broker({ kind: "consumer-served-by-follower", ...atFetch, endOffset: offset(9) }),
  told.broker({
    kind: "isr-refused",
    ...answered,
    ...at,
    brokerEpoch: 3,
    leaderEpoch: leaderEpoch(0),
    partitionEpoch: partitionEpoch(0),
    isr: [brokerId(1)],
    brokerEpochs: [-1],
    error: "INVALID_UPDATE_VERSION",
  }),
  told.broker({
    kind: "election-refused",
    ...answered,
    partition: at.partition,
    election: "preferred",
    error: "ELECTION_NOT_NEEDED",
  }),
  told.broker({
    kind: "reassignment-refused",
    ...answered,
    partition: at.partition,
    target: null,
    error: "NO_REASSIGNMENT_IN_PROGRESS",
  }),
  told.broker({ kind: "replica-created", ...at, partitionEpoch: partitionEpoch(4) }),
  told.broker({ kind: "replica-deleted", ...at, partitionEpoch: partitionEpoch(5) }),
  told.rewound("c1/1", "orders-0"),
  told.broker({ kind: "registration-refused", ...answered, broker: brokerId(1), error: "DUPLICATE_BROKER_REGISTRATION" }),
  told.broker({ kind: "heartbeat-refused", ...answered, broker: brokerId(1), brokerEpoch: 3, error: "STALE_BROKER_EPOCH" }),
);

/** All of them: the compiler sees to it. */
const kinds: { readonly [Kind in EventKind]: true } = {
  "append-settled": true,
  "consumer-redirected": true,
  "consumer-served-by-follower": true,
  "delete-horizon-set": true,
  "disk-failed": true,
  "election-refused": true,
  "fetch-refused": true,
  "heartbeat-refused": true,
  "isr-refused": true,
  "log-compacted": true,
  "log-restarted": true,
  "log-start-advanced": true,
  "log-start-followed": true,
  "registration-refused": true,
  "reassignment-refused": true,
  "replica-created": true,
  "replica-deleted": true,
  "segment-rolled": true,
  "tombstones-removed": true,
  "marker-read-back": true,
  "markers-removed": true,
  "transaction-ended": true,
  "transaction-ending": true,
  "transaction-stored": true,
  assigned: true,
  "client-fenced": true,
  "member-replaced": true,
  "shared-out": true,
  "became-follower": true,
  "became-leader": true,
  "broker-down": true,
  "broker-fenced": true,
  "broker-registered": true,
  "broker-shutting-down": true,
  "broker-unfenced": true,
  "broker-up": true,
  "client-killed": true,
  "client-started": true,
  "client-stopped": true,
  "cluster-described": true,
  "commit-accepted": true,
  "transactional-offsets-ended": true,
  "commit-acked": true,
  "commit-refused": true,
  "commit-rejected": true,
  "commit-started": true,
  "commit-unknown": true,
  "controller-elected": true,
  delivered: true,
  "duplicate-recognised": true,
  "fault-healed": true,
  "fault-injected": true,
  "fetch-accepted": true,
  "follower-appended": true,
  "group-loaded": true,
  "group-stabilised": true,
  "group-stored": true,
  "group-unloaded": true,
  "high-watermark-advanced": true,
  "high-watermark-followed": true,
  "isr-adopted": true,
  "isr-proposed": true,
  "leader-appended": true,
  "limit-reached": true,
  lost: true,
  "member-joined": true,
  "member-removed": true,
  "offsets-fetched": true,
  "partition-changed": true,
  "phase-started": true,
  "position-set": true,
  rewound: true,
  processed: true,
  "produce-refused": true,
  "read-back": true,
  "read-back-finished": true,
  "rebalance-completed": true,
  "rebalance-started": true,
  "replica-recovered": true,
  revoked: true,
  "send-acked": true,
  "send-failed": true,
  "send-started": true,
  "send-unknown": true,
  "step-played": true,
  "step-skipped": true,
  truncated: true,
};

describe("events of real histories", () => {
  /** One event of each kind, the first one that was met. */
  const seen = new Map<EventKind, HistoryEvent>();
  const wrong: string[] = [];

  beforeAll(() => {
    for (const event of handMade) seen.set(event.kind, event);
    for (let number = 0; number < trialsMax && seen.size < Object.keys(kinds).length; number++) {
      for (const event of playTrial("tell", number, setup).played.history) {
        if (!seen.has(event.kind)) seen.set(event.kind, event);
        const text = `${actorOf(event)} ${tellEvent(event)}`;
        if (/undefined|\[object|NaN|null|function|\s{2}|\s$/.test(text)) wrong.push(`${event.kind}: ${text}`);
      }
    }
  });

  test("are told in words, whatever their kind", () => {
    expect(wrong).toEqual([]);
  });

  test("are met in all kinds", () => {
    expect(Object.keys(kinds).filter((kind) => !seen.has(kind as EventKind))).toEqual([]);
  });

  test("are told by whoever saw them", () => {
    const actors = new Set([...seen.values()].map((event) => actorOf(event).replace(/\d+$/, "…")));
    expect([...actors].toSorted()).toEqual(["broker …", "controller", "c…", "harness", "p…", "reader"]);
  });
});

test("a history reads like this", () => {
  const history = told.historyOf(
    [told.phase("play"), told.started("p1"), told.send("s1"), told.acked("s1", 0), told.send("s2"), told.failed("s2")],
    [told.send("s3"), told.unclear("s3"), told.send("s4"), told.acked("s4", null)],
    [
      told.assigned("c1/1", "orders-0", "orders-1"),
      told.begins("c1/1", "orders-0@0"),
      told.delivered("c1/1", "orders-0@0", "s1"),
    ],
    [
      told.processed("c1/1", "orders-0@0", "s1"),
      told.commits("c1/1", 1, "orders-0@1"),
      told.commitAcked("c1", 1),
      told.commits("c1/1", 2),
    ],
    [
      told.commitRefused("c1", 2),
      told.commitUnclear("c1", 3),
      told.revoked("c1/1", "orders-0"),
      told.lost("c1/1"),
      told.killed("c1"),
    ],
    [told.injected("kill-broker"), told.down(1), told.down(2, "stopped"), told.down(3, "power-lost")],
    [
      told.changed("orders-0", { leader: 2, epoch: 3, isr: [2, 3] }),
      told.changed("orders-0", { leader: -1, epoch: 4, isr: [2] }),
    ],
    [told.truncated(3, "orders-0@4"), told.limitReached("drain", "billing to settle", "orders-0 to have a leader")],
    told.readBack("orders-0", "s1"),
  );
  expect(history.map((event) => `${actorOf(event).padEnd(10)} ${tellEvent(event)}`).join("\n")).toMatchInlineSnapshot(`
    "harness    the schedule begins
    p1         starts
    p1         sends s1 to orders-0
    p1         s1 is acknowledged at offset 0
    p1         sends s2 to orders-0
    p1         s2 has failed: NOT_ENOUGH_REPLICAS
    p1         sends s3 to orders-0
    p1         s3 may or may not be written: REQUEST_TIMED_OUT
    p1         sends s4 to orders-0
    p1         s4 counts as sent
    c1         is assigned orders-0, orders-1 in generation 1 of billing
    c1         begins with orders-0 at offset 0 (earliest)
    c1         is given s1, orders-0 offset 0
    c1         has processed s1, orders-0 offset 0
    c1         commits orders-0 @1 in generation 1 (commit 1)
    c1         commit 1 is accepted
    c1         commits nothing in generation 1 (commit 2)
    c1         commit 2 is refused: ILLEGAL_GENERATION
    c1         commit 3 may or may not count: REQUEST_TIMED_OUT
    c1         gives back orders-0 of generation 1
    c1         loses nothing of generation 1
    c1         is killed
    harness    fault f1: kill-broker
    broker 1   is killed
    broker 2   stops in good order
    broker 3   loses power
    controller orders-0 led by broker 2 with ISR [2, 3], leader epoch 3
    controller orders-0 led by nobody with ISR [2], leader epoch 4
    broker 3   cuts orders-0 back to offset 4
    harness    gives up on drain, still waiting for billing to settle, orders-0 to have a leader
    reader     finds s1 in orders-0 at offset 0
    reader     has read orders-0 from 0 up to 1"
  `);
});

test("a cluster at its end is described in one line", () => {
  const end = told.described({
    partitions: [told.partitionAtEnd("orders-0", 2, [2, 3]), told.partitionAtEnd("orders-1", -1, [])],
    groups: [told.groupAtEnd({ members: ["c1"], committed: ["orders-0@3"] })],
  });
  expect(tellEvent(told.historyOf(end)[0]!)).toMatchInlineSnapshot(
    `"finds orders-0 led by broker 2 with ISR [2, 3]; orders-1 led by nobody with ISR []; group billing Stable with [c1], committed orders-0 @3"`,
  );
});
