/**
 * The reference trial of all benchmarks: 3 brokers, a topic of 2 partitions at replication factor 3, 2 producers with
 * `acks=all`, a group of 2, 40 sends in 0.8 s and 3 faults: a leader is killed, a response is lost, a member is killed. Then
 * everything heals and drains. Trials differ in their noise and in nothing else.
 */

import { mix } from "../model/random.ts";
import { scheduleFormat } from "../model/schedule.ts";
import type { Schedule, Step, TrialOptions } from "../model/schedule.ts";

const sends = 40;
const sendEveryMs = 20;

const options: TrialOptions = {
  brokers: 3,
  brokerConfig: {},
  topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: { "min.insync.replicas": 2 } }],
  producers: [
    { id: "p1", config: { acks: "all" } },
    { id: "p2", config: { acks: "all" } },
  ],
  groups: [{ id: "billing", topics: ["orders"], members: ["c1", "c2"], commit: "after-processing", handlerMs: 1, config: {} }],
};

const work: readonly Step[] = [
  { id: "m1", after: { ms: 0 }, do: { kind: "start-member", member: "c1" } },
  { id: "m2", after: { ms: 20 }, do: { kind: "start-member", member: "c2" } },
  ...Array.from({ length: sends }, (_, at): Step => {
    const producer = at % 2 === 0 ? "p1" : "p2";
    const partition = (at >> 1) % 2;
    return { id: `s${at + 1}`, after: { ms: at * sendEveryMs }, do: { kind: "send", producer, topic: "orders", partition } };
  }),
];

const faults: readonly Step[] = [
  { id: "f1", after: { acked: "s5" }, do: { kind: "kill-broker", target: "leaderOf(orders-0)" } },
  { id: "f2", after: { acked: "s20" }, do: { kind: "lose-response", client: "p2", api: "Produce" } },
  { id: "f3", after: { processed: "s30" }, do: { kind: "kill-client", client: "c2" } },
];

/** The reference trial with the noise of trial `nth`. */
export function referenceTrial(nth: number): Schedule {
  const seed = mix(0x7a1e5eed, nth).toString(16).padStart(8, "0");
  return { format: scheduleFormat, options, steps: [...work, ...faults], noise: { seed, latencyMs: { min: 0.5, max: 5 } } };
}
