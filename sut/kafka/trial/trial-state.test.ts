import { expect, test } from "vitest";
import type { HistoryEvent } from "../../../model/history.ts";
import { generation, memberId, offset, offsetsTopic, topicPartition } from "../../../model/ids.ts";
import type { ClientId } from "../../../model/ids.ts";
import type { CommitMode } from "../../../model/schedule.ts";
import { fakeCluster, led } from "../../../test/kafka/fake-cluster.ts";
import { trial } from "../../../test/kafka/schedules.ts";
import { TrialNames } from "./trial-names.ts";
import { TrialState } from "./trial-state.ts";

const orders = [0, 1].map((index) => topicPartition("orders", index));

/** A trial whose cluster and clients are at rest: two records in each log, both processed and committed by `c1`. */
async function atRest({ commit = "after-processing" }: { readonly commit?: CommitMode } = {}) {
  const cluster = await fakeCluster();
  const names = new TrialNames("t1-");
  const partitions = [...orders.map((partition) => names.partition(partition)), topicPartition(offsetsTopic, 0)];
  cluster.believe({
    partitions: partitions.map((partition) => led(partition, [1, 2, 3])),
    log: ["s1", "s2"],
    groupState: "Stable",
    members: ["c1"],
    committed: 2,
  });
  const clients = { running: ["c1"] as readonly ClientId[], unfinished: [] as readonly string[] };
  const state = new TrialState({
    options: trial({ group: { commit } }).options,
    names,
    observer: cluster.observer,
    clients: { running: () => clients.running, unfinished: () => clients.unfinished },
  });
  const observe = (event: object): void => state.observe({ evidence: "client", atUs: 0, ...event } as HistoryEvent);
  /** Has a member begin at an offset, and process what comes before another one. */
  const consume = (number: number, from: number, to: number): void => {
    const who = { client: "c1", group: "billing", member: memberId("c1-7"), generation: generation(number) };
    observe({ kind: "assigned", ...who, partitions: orders });
    for (const partition of orders) {
      observe({ kind: "position-set", ...who, partition, offset: offset(from), from: "committed" });
      for (let at = from; at < to; at++) observe({ kind: "processed", ...who, partition, offset: offset(at), value: "" });
    }
  };
  consume(1, 0, 2);
  const dispose = () => cluster[Symbol.asyncDispose]();
  return { cluster, clients, state, observe, consume, [Symbol.asyncDispose]: dispose };
}

test("a trial at rest has nothing left to wait for, and is described in the schedule's words", async () => {
  await using rest = await atRest();
  const { groups, partitions, unsettled } = await rest.state.look();
  expect(unsettled).toEqual([]);
  expect(partitions).toMatchObject([
    { partition: "orders-0", leader: 1, replicas: [1, 2, 3], isr: [1, 2, 3] },
    { partition: "orders-1" },
    { partition: "__consumer_offsets-0" },
  ]);
  const committed = orders.map((partition) => ({ partition, offset: 2 }));
  expect(groups).toEqual([{ group: "billing", state: "Stable", members: ["c1"], running: ["c1"], committed }]);
});

test("clients that have not finished and replicas out of sync are waited for before groups are", async () => {
  await using rest = await atRest();
  rest.clients.unfinished = ["an outcome of s2"];
  rest.cluster.broker(1).belief.partitions = [led(topicPartition("t1-orders", 0), [1, 2])];
  const { unsettled } = await rest.state.look();
  expect(unsettled).toEqual([
    "an outcome of s2",
    "t1-orders-0 to be in sync",
    "t1-orders-1 to be in sync",
    "__consumer_offsets-0 to be in sync",
  ]);
});

test.each([
  ["rebalancing", { groupState: "PreparingRebalance" }],
  ["with a member that does not run", { members: ["c1", "c2"] }],
  ["without a coordinator", { coordinator: undefined }],
])("a group %s has not settled", async (_, belief) => {
  await using rest = await atRest();
  rest.cluster.believe(belief);
  expect((await rest.state.look()).unsettled).toEqual(["group billing to settle"]);
});

test("a group that nobody is in has settled when it is empty, or was never there", async () => {
  await using rest = await atRest();
  rest.clients.running = [];
  for (const groupState of ["Empty", "Dead"]) {
    rest.cluster.believe({ groupState, members: [] });
    const { groups, unsettled } = await rest.state.look();
    expect(unsettled).toEqual([]);
    expect(groups[0]?.state).toBe("Empty");
  }
});

test("records that are in the log and not processed are waited for", async () => {
  await using rest = await atRest();
  rest.cluster.believe({ log: ["s1", "s2", "s3"], committed: 3 });
  expect((await rest.state.look()).unsettled).toEqual(orders.map((partition) => `group billing to catch up with ${partition}`));
});

test("records that are processed and not committed are waited for, where processing is followed by a commit", async () => {
  await using careful = await atRest();
  careful.cluster.believe({ committed: 1 });
  expect((await careful.state.look()).unsettled).toHaveLength(2);
  await using automatic = await atRest({ commit: "auto" });
  automatic.cluster.believe({ committed: 1 });
  expect((await automatic.state.look()).unsettled).toEqual([]);
});

test("a group that begins at the end of a log has nothing to commit", async () => {
  await using rest = await atRest();
  rest.cluster.believe({ committed: undefined });
  rest.consume(2, 2, 2);
  expect((await rest.state.look()).unsettled).toEqual([]);
});

test("with a new assignment a partition's reading begins anew", async () => {
  await using rest = await atRest();
  rest.consume(2, 0, 1);
  expect((await rest.state.look()).unsettled).toHaveLength(2);
  rest.consume(3, 1, 2);
  expect((await rest.state.look()).unsettled).toEqual([]);
});

test("a member of the past that is still busy does not count", async () => {
  await using rest = await atRest();
  rest.consume(2, 0, 0);
  const past = { client: "c2", group: "billing", member: "c2-9", generation: 1, partition: orders[0], offset: 1, value: "" };
  rest.observe({ kind: "position-set", ...past, from: "committed" });
  rest.observe({ kind: "processed", ...past });
  expect((await rest.state.look()).unsettled).toHaveLength(2);
});
