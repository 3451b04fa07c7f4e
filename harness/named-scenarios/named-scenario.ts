/**
 * Named scenarios: what everyone asks of Kafka in their first week with it, as schedules that can be played, on the in-memory
 * cluster and on real Kafka alike. Each is played once for each way to set clients up, so that the ways can be set side by side.
 */

import type { After, Schedule, Step } from "../../model/schedule.ts";
import { topicOf } from "../written-schedule.ts";
import type { Scene } from "../written-schedule.ts";

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
