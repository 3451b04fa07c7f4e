/**
 * Named scenarios: what everyone asks of Kafka in their first week with it, as schedules that can be played, on the in-memory
 * cluster and on real Kafka alike. Each is played once for each way to set clients up, so that the ways can be set side by side.
 */

import { scheduleFormat } from "../../model/schedule.ts";
import type { After, GroupOptions, ProducerOptions, Schedule, Step, TopicOptions } from "../../model/schedule.ts";

export interface NamedScenario {
  readonly id: string;
  /** What happens in it, as a sentence. */
  readonly sentence: string;
  readonly ways: readonly Way[];
}

/** One way to set clients up, and what comes of it. */
export interface Way {
  /** `at-most-once`, or what else tells it from the other ways. */
  readonly id: string;
  /** The settings that make it, as people write them. */
  readonly settings: string;
  readonly schedule: Schedule;
  /** What Kafka leaves to the application, set up like this. */
  readonly leftToYou: string;
}

/** What the schedules of named scenarios differ in. */
export interface Scene {
  /** Of the topic `orders`, which has three replicas, two of which must be in sync. */
  readonly partitions?: number;
  readonly producer?: ProducerOptions["config"];
  /** Another one beside it, which begins before it. */
  readonly secondProducer?: ProducerOptions;
  readonly group?: Partial<Omit<GroupOptions, "id" | "topics">>;
  /** Topics beside `orders`. */
  readonly topics?: readonly TopicOptions[];
  readonly steps: readonly Step[];
}

/** Messages take one millisecond each, so that what is told of a scenario is easy to follow. */
const noise = { seed: "00000001", latencyMs: { min: 1, max: 1 } } as const;

/** Three brokers, the topic `orders`, a producer `shop`, and where there is to be one a group `billing`. */
export function scheduleOf({ group, partitions = 1, producer = {}, secondProducer, steps, topics = [] }: Scene): Schedule {
  const billing: GroupOptions = {
    id: "billing",
    topics: ["orders"],
    members: ["c1", "c2"],
    commit: "after-processing",
    handlerMs: 1,
    config: {},
  };
  return {
    format: scheduleFormat,
    options: {
      brokers: 3,
      brokerConfig: {},
      topics: [topicOf("orders", partitions), ...topics],
      producers: [...(secondProducer === undefined ? [] : [secondProducer]), { id: "shop", config: producer }],
      groups: group === undefined ? [] : [{ ...billing, ...group }],
    },
    steps,
    noise,
  };
}

/** A topic as the scenarios have them: three replicas, two of which must be in sync. */
const topicOf = (name: string, partitions = 1): TopicOptions => ({
  name,
  partitions,
  replicationFactor: 3,
  config: { "min.insync.replicas": 2 },
});

/** What a group needs to process exactly once: it writes receipts, in the transactions in which it commits. */
export const inTransactions: Pick<Scene, "group" | "topics"> = {
  group: {
    commit: "in-transaction",
    output: { topic: "receipts", config: {} },
    config: { "isolation.level": "read_committed" },
  },
  topics: [topicOf("receipts")],
};

/** Orders `s1`, `s2`, … of the shop, one after the other from `fromMs` on; to the partitions in turns. */
export const orders = (count: number, { everyMs = 50, fromMs = 100, partitions = 1 }: Pace = {}): readonly Step[] =>
  Array.from({ length: count }, (_, at) => order(at + 1, { ms: fromMs + at * everyMs }, at % partitions));

interface Pace {
  readonly everyMs?: number;
  readonly fromMs?: number;
  readonly partitions?: number;
}

/** The `nth` order of the shop. */
export const order = (nth: number, after: After, partition = 0): Step => ({
  id: `s${nth}`,
  after,
  do: { kind: "send", producer: "shop", topic: "orders", partition },
});

/** A member starts, as step `start-c1`. */
export const starts = (member: string, ms: number): Step => ({
  id: `start-${member}`,
  after: { ms },
  do: { kind: "start-member", member },
});
