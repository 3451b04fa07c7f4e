import { expect, test } from "vitest";
import type { Schedule, Step, TrialOptions } from "../../../model/schedule.ts";
import { defaultBrokerSettings } from "../../../model/settings.ts";
import { deviationsOf } from "./deviations.ts";

const schedule = (options: Partial<TrialOptions>): Schedule => ({
  format: "kafka-trial.schedule/1",
  options: { brokers: 3, brokerConfig: {}, topics: [], producers: [], groups: [], ...options },
  steps: [],
  noise: { seed: "00000000", latencyMs: { min: 0, max: 1 } },
});

test("a schedule for the cluster that is there has none", () => {
  const brokerConfig = { ...defaultBrokerSettings, "min.insync.replicas": 1, "unclean.leader.election.enable": true };
  const producers = [{ id: "p1", config: { acks: "1" } as const }];
  expect(deviationsOf(schedule({ brokerConfig, producers }), 3)).toEqual([]);
});

test("whatever cannot be had is named", () => {
  const large: Step = { id: "s1", after: { ms: 0 }, do: { kind: "send", producer: "p1", topic: "orders", valueBytes: 900 } };
  const wanted = schedule({
    brokers: 1,
    topics: [{ name: "orders", partitions: 1, replicationFactor: 1, config: { "segment.bytes": 500 } }],
    brokerConfig: {
      "broker.session.timeout.ms": 9000,
      "eligible.leader.replicas.version": 1,
      "broker.rack": ["a", "b"],
      "replica.selector.class": "rack-aware",
    },
    producers: [
      {
        id: "p1",
        config: { "linger.ms": 20, "batch.size": 80, "partitioner.class": "sticky", acks: "0", "enable.idempotence": true },
      },
    ],
    groups: [
      {
        id: "billing",
        topics: ["orders"],
        members: ["c1"],
        commit: "auto",
        handlerMs: 0,
        config: { "partition.assignment.strategy": "cooperative-sticky" },
      },
    ],
  });
  const deviations = deviationsOf({ ...wanted, steps: [large] }, 3);
  expect(deviations).toMatchInlineSnapshot(`
    [
      "the cluster has 3 brokers instead of 1",
      "broker.session.timeout.ms is 1500 instead of 9000: brokers keep their settings from trial to trial",
      "eligible.leader.replicas.version is not set to 1: clusters keep what they came with",
      "broker.rack is not set to a,b: clusters keep what they came with",
      "replica.selector.class is not set to rack-aware: clusters keep what they came with",
      "segment.bytes of orders is 1048576 instead of 500: brokers take no smaller segments",
      "linger.ms of p1 has no effect: kafkajs does not know it",
      "batch.size of p1 bounds no batch, it only decides how long records without a key stay with a partition: each record is sent by itself",
      "p1 changes its partition with each record: with kafkajs each is sent by itself",
      "p1 is not idempotent: that needs acks=all",
      "billing is assigned by range instead of cooperative-sticky: kafkajs has no sticky assignor, and in a rebalance its members give up all they hold",
      "values are as long as the ids of their steps, whatever valueBytes says",
    ]
  `);
});

test("a schedule for more brokers than there are cannot be played", () => {
  expect(() => deviationsOf(schedule({ brokers: 5 }), 3)).toThrow(/for 5 brokers, and this cluster has 3/);
});
