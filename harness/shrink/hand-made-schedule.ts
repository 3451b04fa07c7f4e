/** Test support: short schedules, and trials with more participants than one. */

import { brokerId, topicPartition } from "../../model/ids.ts";
import { scheduleFormat } from "../../model/schedule.ts";
import type { After, GroupOptions, Operation, Schedule, Step, TrialOptions } from "../../model/schedule.ts";

export const groupOf = (id: string, ...members: readonly string[]): GroupOptions => ({
  id,
  topics: ["orders"],
  members,
  commit: "after-processing",
  handlerMs: 0,
  config: {},
});

export const options: TrialOptions = {
  brokers: 3,
  brokerConfig: {},
  topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: {} }],
  producers: [{ id: "p1", config: {} }],
  groups: [groupOf("billing", "c1", "c2")],
};

export const step = (id: string, after: After | number, operation: Operation): Step => ({
  id,
  after: typeof after === "number" ? { ms: after } : after,
  do: operation,
});

export const send = (id: string, after: After | number, partition = 0): Step =>
  step(id, after, { kind: "send", producer: "p1", topic: "orders", partition });

export const kill = (id: string, after: After | number, target = "leaderOf(orders-0)"): Step =>
  step(id, after, { kind: "kill-broker", target });

export const move = (id: string, ...replicas: readonly number[]): Step =>
  step(id, 0, { kind: "reassign-partition", partition: topicPartition("orders", 0), replicas: replicas.map(brokerId) });

export const heal = (id: string, after: After | number, fault: string): Step => step(id, after, { kind: "heal", fault });

export const scheduleOf = (steps: readonly Step[], changed: Partial<TrialOptions> = {}): Schedule => ({
  format: scheduleFormat,
  options: { ...options, ...changed },
  steps,
  noise: { seed: "00000000", latencyMs: { min: 1, max: 1 } },
});
