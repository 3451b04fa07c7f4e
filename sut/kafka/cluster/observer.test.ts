import { expect, test } from "vitest";
import { brokerId, topicPartition } from "../../../model/ids.ts";
import { fakeCluster, led } from "../../../test/kafka/fake-cluster.ts";

const orders0 = topicPartition("orders", 0);
const orders1 = topicPartition("orders", 1);

test("of what brokers say about a partition the highest epoch is believed", async () => {
  await using cluster = await fakeCluster();
  cluster.believe({ partitions: [led(orders0, [2, 3], 5)] });
  cluster.broker(1).belief.partitions = [led(orders0, [1, 2, 3], 4)];
  expect((await cluster.observer.partitions(["orders"])).get(orders0)).toMatchObject({
    leader: 2,
    leaderEpoch: 5,
    isr: [2, 3],
  });
});

test("a broker that was told to be down or paused is not asked, and one that is silent is left out", async () => {
  await using cluster = await fakeCluster();
  cluster.broker(1).state = "down";
  cluster.broker(2).belief.isSilent = true;
  cluster.broker(3).belief.partitions = [led(orders0, [3])];
  expect((await cluster.observer.partitions(["orders"])).get(orders0)?.leader).toBe(3);
  expect(cluster.broker(1).asked).toEqual([]);
});

test("nothing is missing where every broker sees every partition led and in sync", async () => {
  await using cluster = await fakeCluster();
  cluster.believe({ partitions: [led(orders0, [1, 2, 3]), led(orders1, [2, 3, 1])] });
  const { missing, partitions } = await cluster.observer.replication([orders0, orders1]);
  expect(missing).toEqual([]);
  expect([...partitions.keys()]).toEqual([orders0, orders1]);
});

test.each([
  ["one broker sees a smaller ISR", { partitions: [led(orders0, [1, 2])] }, ["orders-0 to be in sync"]],
  ["one broker does not know the partition", { partitions: [] }, ["orders-0 to be in sync"]],
  ["one broker sees no leader", { partitions: [led(orders0, [])] }, ["orders-0 to be in sync"]],
  ["one broker misses another one", { brokers: [2, 3] }, ["all brokers to be in service"]],
  ["one broker does not answer", { isSilent: true }, ["all brokers to answer"]],
])("where %s, something is missing", async (_, belief, missing) => {
  await using cluster = await fakeCluster();
  cluster.believe({ partitions: [led(orders0, [1, 2, 3])] });
  Object.assign(cluster.broker(3).belief, belief);
  expect((await cluster.observer.replication([orders0])).missing).toEqual(missing);
});

test("the controller is whom the newest quorum follows", async () => {
  await using cluster = await fakeCluster();
  cluster.broker(1).belief.quorum = [1, 3];
  cluster.broker(2).belief.quorum = [3, 7];
  cluster.broker(3).belief.quorum = undefined;
  expect(await cluster.observer.controller()).toBe(3);
  cluster.believe({ quorum: undefined });
  expect(await cluster.observer.controller()).toBeUndefined();
});

test("a coordinator that is up is believed before one that is not", async () => {
  await using cluster = await fakeCluster();
  cluster.broker(1).state = "paused";
  cluster.broker(2).belief.coordinator = 1;
  cluster.broker(3).belief.coordinator = 3;
  expect(await cluster.observer.coordinator("billing")).toBe(3);
});

test("the leader is asked, and where it does not answer or there is none, nothing is known", async () => {
  await using cluster = await fakeCluster();
  cluster.believe({ partitions: [led(orders0, [2])] });
  const leader = cluster.broker(2).peer;
  expect(await cluster.observer.askLeader(orders0, (peer) => Promise.resolve(peer === leader))).toBe(true);
  expect(await cluster.observer.askLeader(orders0, () => Promise.reject(new Error("no")))).toBeUndefined();
  expect(await cluster.observer.askLeader(orders1, () => Promise.resolve(true))).toBeUndefined();
});

test("any broker is asked until one answers", async () => {
  await using cluster = await fakeCluster();
  cluster.broker(1).state = "down";
  const asked: unknown[] = [];
  const answer = await cluster.observer.askAny((peer) => {
    asked.push(peer);
    return asked.length === 1 ? Promise.reject(new Error("no")) : Promise.resolve("yes");
  });
  expect(answer).toBe("yes");
  expect(asked).toEqual([2, 3].map((id) => cluster.observer.peer(brokerId(id))));
});
