import { expect, test } from "vitest";
import { topicPartition } from "../../model/ids.ts";
import type { Operation } from "../../model/schedule.ts";
import { fakeCluster, led } from "../../test/kafka/fake-cluster.ts";
import { trial } from "../../test/kafka/schedules.ts";
import { lookAtCluster } from "./cluster-view.ts";
import { TrialNames } from "./trial/trial-names.ts";

const orders0 = topicPartition("orders", 0);
const names = new TrialNames("t1-");
const { options } = trial();
const metadata = 3;
const findCoordinator = 10;
const describeQuorum = 55;

async function look(next: Operation) {
  await using cluster = await fakeCluster();
  cluster.believe({ partitions: [led(topicPartition("t1-orders", 0), [2, 3])], quorum: [3, 1], coordinator: 2 });
  cluster.broker(1).state = "paused";
  const { brokers, observer } = cluster;
  const view = await lookAtCluster({ brokers, observer, names, options }, new Map([["p1", "up"]]), next);
  return { view, asked: new Set(cluster.broker(2).asked) };
}

test("states are known without asking", async () => {
  const { asked, view } = await look({ kind: "kill-broker", target: "broker 1" });
  expect([...view.brokers]).toEqual([
    [1, "paused"],
    [2, "up"],
    [3, "up"],
  ]);
  expect([...view.clients]).toEqual([["p1", "up"]]);
  expect(view.controller).toBeUndefined();
  expect(asked).toEqual(new Set());
});

test.each([
  [{ kind: "kill-broker", target: "leaderOf(orders-0)" }, [metadata]],
  [{ kind: "pause-broker", target: "controller" }, [describeQuorum]],
  [{ kind: "stop-broker", target: "coordinatorOf(billing)" }, [findCoordinator]],
  [{ kind: "elect-leader", partition: orders0 }, [metadata]],
  [{ kind: "cut-link", from: "controller", to: "leaderOf(orders-0)" }, [metadata, describeQuorum]],
  [{ kind: "own-fault", fault: "mine", parameters: null }, [metadata, findCoordinator, describeQuorum]],
  [{ kind: "heal", fault: "f1" }, []],
] as const)("before %j brokers are only asked what it needs", async (next, questions) => {
  expect((await look(next)).asked).toEqual(new Set(questions));
});

test("leaders, replicas and coordinators go by the schedule's names; what nobody can say is undefined", async () => {
  const { view } = await look({ kind: "own-fault", fault: "mine", parameters: null });
  expect(view.leaderOf(orders0)).toBe(2);
  expect(view.replicasOf(orders0)).toEqual([1, 2, 3]);
  expect(view.coordinatorOf("billing")).toBe(2);
  expect(view.controller).toBe(3);
  expect(view.leaderOf(topicPartition("orders", 1))).toBeUndefined();
  expect(view.coordinatorOf("nobody")).toBeUndefined();
});
