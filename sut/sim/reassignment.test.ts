import { describe, expect, test } from "vitest";
import type { Fault } from "../../model/fault.ts";
import type { History } from "../../model/history.ts";
import { brokerId, topicPartition } from "../../model/ids.ts";
import { acked, allOf, fault, readBack, sends, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
const moveTo = (...replicas: readonly number[]): Fault => {
  return { kind: "reassign-partition", partition: orders, replicas: replicas.map(brokerId) };
};
const laterSends = sends(4, { fromMs: 400 }).map((step) => ({ ...step, id: `late-${step.id}` }));
const changesOf = (history: History) => allOf(history, "partition-changed").filter(({ partition }) => partition === orders);
const ordersAtEnd = (history: History) =>
  allOf(history, "cluster-described")[0]!.partitions.find(({ partition }) => partition === orders);
const brokersOf = (history: History, kind: "replica-created" | "replica-deleted") =>
  allOf(history, kind).map(({ broker }) => broker);

describe("a reassignment", () => {
  const { history } = playInMemory(
    trialOf({ brokers: 4, replicationFactor: 3 }, sends(6), fault("f1", { ms: 100 }, moveTo(4, 2, 3))),
  );

  test("adds the new replica, which catches up from nothing, and only then removes the old one", () => {
    expect(
      changesOf(history).map(({ addingReplicas, isr, removingReplicas, replicas }) => ({
        replicas,
        addingReplicas,
        removingReplicas,
        isr: isr.toSorted((left, right) => left - right),
      })),
    ).toEqual([
      { replicas: [1, 2, 3], addingReplicas: [], removingReplicas: [], isr: [1, 2, 3] },
      { replicas: [4, 2, 3, 1], addingReplicas: [4], removingReplicas: [1], isr: [1, 2, 3] },
      { replicas: [4, 2, 3], addingReplicas: [], removingReplicas: [], isr: [2, 3, 4] },
    ]);
    expect([brokersOf(history, "replica-created"), brokersOf(history, "replica-deleted")]).toEqual([[4], [1]]);
  });

  test("gives the leadership of a removed leader to the first that stays, in a new term, and loses nothing", () => {
    expect(ordersAtEnd(history)?.leader).toBe(4);
    expect(changesOf(history).map(({ leader, leaderEpoch }) => [leader, leaderEpoch])).toEqual([
      [1, 0],
      [1, 0],
      [4, 1],
    ]);
    expect(acked(history)).toHaveLength(6);
    expect(readBack(history)).toEqual(["s1", "s2", "s3", "s4", "s5", "s6"]);
  });
});

test("where a follower is removed the leader stays, and begins a new term all the same", () => {
  const { history } = playInMemory(
    trialOf({ brokers: 4, replicationFactor: 3 }, sends(4), fault("f1", { ms: 100 }, moveTo(1, 2, 4))),
  );
  expect(changesOf(history).at(-1)).toMatchObject({ replicas: [1, 2, 4], leader: 1, leaderEpoch: 1 });
  const led = allOf(history, "became-leader").filter(({ partition }) => partition === orders);
  expect(led.map(({ broker, leaderEpoch }) => [broker, leaderEpoch])).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

test("replicas are only added, or only removed, where that is wanted", () => {
  const more = playInMemory(trialOf({ brokers: 4 }, sends(2), fault("f1", { ms: 100 }, moveTo(1, 2, 3, 4)))).history;
  expect(ordersAtEnd(more)).toMatchObject({ replicas: [1, 2, 3, 4], leader: 1 });
  expect(changesOf(more).at(-1)!.leaderEpoch).toBe(0);
  const fewer = playInMemory(trialOf({}, sends(2), fault("f1", { ms: 100 }, moveTo(3, 2)))).history;
  expect(ordersAtEnd(fewer)).toMatchObject({ replicas: [3, 2], leader: 3 });
  expect(changesOf(fewer)).toHaveLength(2);
});

describe("a reassignment to a broker that is down", () => {
  const down = fault("f0", { ms: 0 }, { kind: "kill-broker", target: "broker 4" }, 6000);

  test("waits for it, and is complete when it has come back", () => {
    const { history } = playInMemory(
      trialOf({ brokers: 4, replicationFactor: 3 }, sends(4), down, fault("f1", { ms: 2000 }, moveTo(4, 2, 3), 9000)),
    );
    expect(ordersAtEnd(history)?.replicas).toEqual([4, 2, 3]);
    expect(changesOf(history).at(-1)!.atUs).toBeGreaterThan(6_000_000);
  });

  test("can be cancelled meanwhile, and then everything is where it was", () => {
    const { history } = playInMemory(
      trialOf({ brokers: 4, replicationFactor: 3 }, sends(4), down, fault("f1", { ms: 2000 }, moveTo(4, 2, 3), 1000)),
    );
    expect(ordersAtEnd(history)).toMatchObject({ replicas: [2, 3, 1], leader: 1 });
    expect(brokersOf(history, "replica-created")).toEqual([]);
    expect(allOf(history, "reassignment-refused")).toEqual([]);
  });
});

test("a broker that was down when its replica went deletes what is left of it as soon as it has read of it", () => {
  const { history } = playInMemory(
    trialOf(
      { brokers: 4, replicationFactor: 3 },
      sends(4),
      fault("f0", { ms: 1000 }, { kind: "kill-broker", target: "broker 1" }, 6000),
      fault("f1", { ms: 4000 }, moveTo(4, 2, 3)),
    ),
  );
  const recovered = allOf(history, "replica-recovered").filter(({ partition }) => partition === orders);
  expect(recovered.map(({ broker, endOffset }) => [broker, endOffset])).toEqual([[1, 4]]);
  expect(brokersOf(history, "replica-deleted")).toEqual([1]);
});

test("a leader that was elected out of sync has recovered with the proposal that completes the move", () => {
  const cutFrom = (other: number): Fault => ({ kind: "cut-link", from: "broker 1", to: `broker ${other}`, listener: "broker" });
  const { history } = playInMemory(
    trialOf(
      { replicationFactor: 1, topic: { "unclean.leader.election.enable": true } },
      fault("f1", { ms: 50 }, cutFrom(2)),
      fault("f2", { ms: 50 }, cutFrom(3)),
      fault("f3", { ms: 100 }, moveTo(2, 3)),
      fault("f4", { ms: 300 }, { kind: "kill-broker", target: "broker 1" }, 6000),
    ),
  );
  const changes = changesOf(history);
  expect(changes.find(({ leader }) => leader === 2)).toMatchObject({ isr: [2], addingReplicas: [2, 3], isRecovering: true });
  expect(changes.find(({ replicas }) => replicas.length === 2)).toMatchObject({ isr: [2, 3], isRecovering: false });
  expect(changes.at(-1)).toMatchObject({ replicas: [2, 3], isRecovering: false });
});

test("to cancel what is complete is refused, and so is a move to where nobody is", () => {
  const steps = fault("f1", { ms: 100 }, moveTo(4, 2, 3), 2000);
  const { history } = playInMemory(trialOf({ brokers: 4, replicationFactor: 3 }, sends(1), steps));
  expect(allOf(history, "reassignment-refused").map(({ error }) => error)).toEqual(["NO_REASSIGNMENT_IN_PROGRESS"]);
  const nowhere = fault("f1", { ms: 100 }, moveTo(9));
  const { history: refused } = playInMemory(trialOf({}, sends(1), nowhere));
  expect(allOf(refused, "reassignment-refused").map(({ error }) => error)[0]).toBe("INVALID_REPLICA_ASSIGNMENT");
});

test("retention looks after a new replica, here the leader that its followers follow, and not any more after one that is gone", () => {
  const topic = { "segment.bytes": 100, "retention.bytes": 100 };
  const { history } = playInMemory(
    trialOf({ brokers: 4, replicationFactor: 3, topic }, sends(2), fault("f1", { ms: 100 }, moveTo(4, 2, 3)), laterSends),
  );
  const gone = allOf(history, "replica-deleted")[0]!.atUs;
  const forgot = allOf(history, "log-start-advanced").filter(({ atUs, why }) => why === "retention.bytes" && atUs > gone);
  expect(new Set(forgot.map(({ broker }) => broker))).toEqual(new Set([4]));
});
