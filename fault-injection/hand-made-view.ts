/** Test support: a cluster as a driver could see it, and trials for faults to happen in. */

import { brokerId, topicPartition } from "../model/ids.ts";
import { scheduleFormat } from "../model/schedule.ts";
import type { After, Operation, Schedule, Step, TrialOptions } from "../model/schedule.ts";
import type { ClusterView, ProcessState } from "./cluster-view.ts";

/** Three brokers: 1 leads `orders-0`, 2 leads `orders-1` and coordinates `billing`, 3 is the controller. All clients are up. */
export const viewOf = (
  odd: {
    readonly brokers?: { readonly [id: number]: ProcessState };
    readonly clients?: { readonly [id: string]: ProcessState };
    readonly isBlind?: boolean;
  } = {},
): ClusterView => {
  const brokers = { 1: "up", 2: "up", 3: "up", ...odd.brokers } as const;
  const leaders = new Map([
    [topicPartition("orders", 0), brokerId(1)],
    [topicPartition("orders", 1), brokerId(2)],
  ]);
  return {
    brokers: new Map(Object.entries(brokers).map(([id, state]) => [brokerId(Number(id)), state])),
    clients: new Map(Object.entries({ p1: "up", c1: "up", c2: "up", ...odd.clients })),
    producers: new Set(["p1"]),
    controller: odd.isBlind === true ? undefined : brokerId(3),
    leaderOf: (partition) => (odd.isBlind === true ? undefined : leaders.get(partition)),
    replicasOf: (partition) => (odd.isBlind === true || !leaders.has(partition) ? [] : [2, 1, 3].map(brokerId)),
    coordinatorOf: (group) => (odd.isBlind === true || group !== "billing" ? undefined : brokerId(2)),
  };
};

export const options: TrialOptions = {
  brokers: 3,
  brokerConfig: {},
  topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: {} }],
  producers: [{ id: "p1", config: {} }],
  groups: [{ id: "billing", topics: ["orders"], members: ["c1", "c2"], commit: "after-processing", handlerMs: 0, config: {} }],
};

export const step = (id: string, after: After | number, operation: Operation): Step => ({
  id,
  after: typeof after === "number" ? { ms: after } : after,
  do: operation,
});

export const send = (id: string, after: After | number): Step =>
  step(id, after, { kind: "send", producer: "p1", topic: "orders", partition: 0 });

export const scheduleOf = (...steps: readonly Step[]): Schedule => ({
  format: scheduleFormat,
  options,
  steps,
  noise: { seed: "00000000", latencyMs: { min: 1, max: 1 } },
});
