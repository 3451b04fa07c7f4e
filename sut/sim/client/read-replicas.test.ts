import { expect, test } from "vitest";
import { brokerId, leaderEpoch, topicPartition } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import { ReadReplicas } from "./read-replicas.ts";

const orders = topicPartition("orders", 0);
const under = (epoch: number) => ({ leader: brokerId(1), epoch: leaderEpoch(epoch) });

/** Broker 1 leads in epoch 0 and has named broker 3, for 200 ms. */
function scene() {
  const clock = { nowUs: 0 };
  const online = new Set<BrokerId>([brokerId(1), brokerId(3)]);
  const asked: string[] = [];
  const metadata = {
    isOnline: (_partition: string, broker: BrokerId) => online.has(broker),
    leaderOf: () => under(0),
    refresh: () => void asked.push("metadata"),
  };
  const replicas = new ReadReplicas(clock, metadata, 200);
  replicas.prefer(orders, brokerId(3));
  return { clock, online, asked, replicas };
}

test("the replica that the leader has named is read from until its time is over", () => {
  const { clock, replicas } = scene();
  clock.nowUs = 200_000;
  expect(replicas.brokerFor(orders, under(0))).toBe(3);
  expect(replicas.brokerFor(topicPartition("orders", 1), under(0))).toBe(1);
  clock.nowUs = 200_001;
  expect(replicas.brokerFor(orders, under(0))).toBe(1);
});

test("what one leader has named does not count under the next, nor under the first again", () => {
  const { replicas } = scene();
  expect(replicas.brokerFor(orders, under(1))).toBe(1);
  expect(replicas.brokerFor(orders, under(0))).toBe(1);
});

test("a replica that is out of service is given up, and metadata asked for", () => {
  const { asked, online, replicas } = scene();
  online.delete(brokerId(3));
  expect(replicas.brokerFor(orders, under(0))).toBe(1);
  expect(asked).toEqual(["metadata"]);
  online.add(brokerId(3));
  expect(replicas.brokerFor(orders, under(0))).toBe(1);
});

test("it goes back to the leader when it is told to", () => {
  const { replicas } = scene();
  replicas.forget(orders);
  expect(replicas.brokerFor(orders, under(0))).toBe(1);
});
