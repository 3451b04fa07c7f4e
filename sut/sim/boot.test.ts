import { expect, test } from "vitest";
import type { TrialOptions } from "../../model/schedule.ts";
import { allOf, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

/** Each partition of the trial as the controllers have it from the start, its replicas in order of preference. */
function placed({ brokers, topics }: Pick<TrialOptions, "brokers" | "topics">): Readonly<Record<string, readonly number[]>> {
  const schedule = trialOf({ brokers });
  const { history } = playInMemory({ ...schedule, options: { ...schedule.options, topics } });
  const changes = allOf(history, "partition-changed").filter(({ partitionEpoch }) => partitionEpoch === 0);
  for (const { isr, leader, replicas } of changes) expect([leader, isr]).toEqual([replicas[0], replicas]);
  return Object.fromEntries(changes.map(({ partition, replicas }) => [partition, replicas]));
}

const topic = (name: string, partitions: number, replicationFactor: number) => ({
  name,
  partitions,
  replicationFactor,
  config: {},
});

test("leaders are spread over brokers: one broker further for each partition, and for each topic", () => {
  expect(placed({ brokers: 3, topics: [topic("orders", 3, 3), topic("payments", 2, 2)] })).toEqual({
    "orders-0": [1, 2, 3],
    "orders-1": [2, 3, 1],
    "orders-2": [3, 1, 2],
    "payments-0": [2, 3],
    "payments-1": [3, 1],
    "__consumer_offsets-0": [3, 1, 2],
  });
});

test("on more brokers than partitions each partition has another leader, and no broker is a replica twice", () => {
  const { "__consumer_offsets-0": offsets, ...orders } = placed({ brokers: 5, topics: [topic("orders", 5, 3)] });
  expect(new Set(Object.values(orders).map(([leader]) => leader)).size).toBe(5);
  for (const replicas of Object.values(orders)) expect(new Set(replicas).size).toBe(3);
  expect(offsets).toEqual([2, 3, 4]);
});
