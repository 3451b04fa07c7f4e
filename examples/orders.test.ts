/** A campaign in a test file: cluster, clients, faults and properties in a few lines. */

import { assertTrials } from "kafka-trial";
import { expect, test } from "vitest";

test("no acknowledged order is lost, and each is billed at least once, whatever dies", async () => {
  const { tally } = await assertTrials({
    cluster: {
      brokers: 3,
      topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: { "min.insync.replicas": 2 } }],
    },
    clients: {
      producers: [{ id: "shop", config: { acks: "all", "enable.idempotence": true } }],
      groups: [
        { id: "billing", topics: ["orders"], members: ["c1", "c2"], commit: "after-processing", handlerMs: 5, config: {} },
      ],
    },
    faults: ["kill-broker", "pause-broker", "cut-link", "kill-client", "elect-leader"],
    properties: ["no-lost-acked-record", "producer-order", "at-least-once-processing", "records-are-delivered"],
    runs: 100,
    seed: "orders",
  });
  expect(tally.trials).toBe(100);
});
