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
export const referenceTrial = (nth: number): Schedule => trialOf(nth, options, [...work, ...faults]);

/** After so many records a producer with transactions commits, every third time it aborts. */
const sendsOfTransaction = 5;

const transactional: TrialOptions = {
  ...options,
  topics: [...options.topics, { ...options.topics[0]!, name: "shipments" }],
  producers: options.producers.map(({ config, id }) => ({ id, config: { ...config, "transactional.id": id } })),
  groups: options.groups.map((group) => ({
    ...group,
    commit: "in-transaction",
    config: { "isolation.level": "read_committed" },
    output: { topic: "shipments", config: {} },
  })),
};

const ends: readonly Step[] = transactional.producers.flatMap(({ id: producer }) =>
  Array.from({ length: sends / 2 / sendsOfTransaction }, (_, at): Step => {
    const outcome = at % 3 === 2 ? "abort" : "commit";
    const ms = (at + 1) * sendsOfTransaction * 2 * sendEveryMs;
    return { id: `e-${producer}-${at + 1}`, after: { ms }, do: { kind: "end-transaction", producer, outcome } };
  }),
);

/**
 * The same with transactions all over: producers end them, consumers read what is committed, and the group writes output in the
 * transactions in which it commits. The third fault is about the first record that one of its members has processed.
 */
export const transactionalTrial = (nth: number): Schedule => trialOf(nth, transactional, [...work, ...ends, ...faults]);

function trialOf(nth: number, of: TrialOptions, steps: readonly Step[]): Schedule {
  const seed = mix(0x7a1e5eed, nth).toString(16).padStart(8, "0");
  return { format: scheduleFormat, options: of, steps, noise: { seed, latencyMs: { min: 0.5, max: 5 } } };
}
