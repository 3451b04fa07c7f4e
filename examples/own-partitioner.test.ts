/** An own partitioner: a plain object, which producers name in `partitioner.class`. */

import { assertTrials, checkTrials } from "kafka-trial";
import type { OwnPartitioner, Property, Workload } from "kafka-trial";
import { expect, test } from "vitest";

/** Orders of large customers have a partition of their own; all others share the rest by the length of their names. */
const byCustomer: OwnPartitioner = {
  id: "by-customer",
  sentence: "Large customers have the last partition to themselves.",
  partition: ({ key, partitions }) => {
    if (key?.startsWith("large") === true) return partitions - 1;
    return (key?.length ?? 0) % (partitions - 1);
  },
};

const customers: Workload = {
  id: "customers",
  sentence: "Orders of four customers, one of them large.",
  generate: (draw, { producers, topics }) =>
    Array.from({ length: 12 }, () => ({
      after: { ms: draw.integer(0, 800) },
      do: {
        kind: "send",
        producer: draw.pick(producers).id,
        topic: topics[0]!.name,
        key: draw.pick(["large-a", "small-a", "small-b", "small-c"]),
      } as const,
    })),
};

/** What the partitioner is for: whoever reads the last partition sees large customers only. */
const largeAreAlone: Property = {
  id: "large-are-alone",
  sentence: "Only orders of large customers are in the last partition.",
  source: "our own design",
  expectation: "always",
  evidence: "client",
  blames: "service",
  assumes: "nothing",
  check: ({ logs, sends }) => {
    const last = [...logs.values()].find(({ partition }) => partition.endsWith("-2"));
    const records = last?.records ?? [];
    const strangers = records.filter(({ value }) => sends.get(value)?.key?.startsWith("large") !== true);
    return {
      judged: records.length,
      breaches: strangers.map(({ at, value }) => ({ message: `${value} is among the large ones.`, witness: [at] })),
    };
  },
};

const options = {
  cluster: { brokers: 3, topics: [{ name: "orders", partitions: 3, replicationFactor: 3, config: {} }] },
  clients: {
    producers: [{ id: "shop", config: { "partitioner.class": "by-customer" } }],
    groups: [],
    partitioners: [byCustomer],
  },
  properties: [largeAreAlone, "no-lost-acked-record"],
  workload: customers,
  runs: 60,
  seed: "customers",
} as const;

test("large customers stay by themselves, whatever happens to brokers", async () => {
  const { tally } = await assertTrials(options);
  expect(tally.verdicts["large-are-alone"]?.holds).toBeGreaterThan(30);
});

test("with Kafka's own partitioner they do not", async () => {
  const clients = { ...options.clients, producers: [{ id: "shop", config: {} }] };
  const { findings, outcome } = await checkTrials({ ...options, clients, regressions: false });
  expect(outcome).toBe("violated");
  expect(findings[0]?.story).toContain("is among the large ones.");
});

test("a partition that there is not ends the campaign, and the partitioner is named", async () => {
  const partitioners = [{ ...byCustomer, partition: () => 3 }];
  const campaign = checkTrials({ ...options, clients: { ...options.clients, partitioners }, regressions: false });
  await expect(campaign).rejects.toThrow('the partitioner "by-customer" chose partition 3, and topic orders has 0 to 2');
});

test("a producer cannot name a partitioner that nobody has brought", async () => {
  const campaign = checkTrials({ ...options, clients: { ...options.clients, partitioners: [] }, regressions: false });
  await expect(campaign).rejects.toThrow('producer shop has the partitioner "by-customer", and there are default, round-robin');
});
