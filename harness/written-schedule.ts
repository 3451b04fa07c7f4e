/** Schedules that are written by hand and not drawn: a small cluster with its clients, and what the schedule is about laid over it. */

import { scheduleFormat } from "../model/schedule.ts";
import type { GroupOptions, ProducerOptions, Schedule, Step, TopicOptions, TrialOptions } from "../model/schedule.ts";

/** What written schedules differ in. */
export interface Scene {
  readonly brokerConfig?: TrialOptions["brokerConfig"];
  /** Of the topic `orders`, which has one partition with three replicas, two of which must be in sync. */
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly topic?: TopicOptions["config"];
  /** Topics beside it. */
  readonly topics?: readonly TopicOptions[];
  readonly producer?: ProducerOptions["config"];
  /** Another one beside it, which begins before it. */
  readonly secondProducer?: ProducerOptions;
  readonly group?: Partial<Omit<GroupOptions, "id" | "topics">>;
  readonly steps: readonly Step[];
}

/** Messages take one millisecond each, so that what is told of a schedule is easy to follow. */
const noise = { seed: "00000001", latencyMs: { min: 1, max: 1 } } as const;

/** Three brokers, the topic `orders`, a producer `shop`, and where there is to be one a group `billing` of c1 and c2. */
export function scheduleOf(scene: Scene): Schedule {
  const { brokerConfig = {}, group, producer = {}, secondProducer, steps, topics = [] } = scene;
  const { partitions = 1, replicationFactor = 3, topic } = scene;
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
      brokerConfig,
      topics: [{ ...topicOf("orders", topic), partitions, replicationFactor }, ...topics],
      producers: [...(secondProducer === undefined ? [] : [secondProducer]), { id: "shop", config: producer }],
      groups: group === undefined ? [] : [{ ...billing, ...group }],
    },
    steps,
    noise,
  };
}

/** A topic of one partition with three replicas, two of which must be in sync unless it is told otherwise. */
export const topicOf = (name: string, config: TopicOptions["config"] = { "min.insync.replicas": 2 }): TopicOptions => ({
  name,
  partitions: 1,
  replicationFactor: 3,
  config,
});

/** A member starts, as step `start-c1`. */
export const starts = (member: string, ms: number): Step => ({
  id: `start-${member}`,
  after: { ms },
  do: { kind: "start-member", member },
});
