import type { Step } from "../../model/schedule.ts";
import { order, orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

/** Orders come every 20 ms, and one takes 100 ms: what waits grows for as long as they come. */
const busy = (partitions: number, members: readonly string[]): readonly Step[] => [
  ...members.map((member, at) => starts(member, at * 20)),
  ...orders(30, { everyMs: 20, fromMs: 2000, partitions }),
  order(31, { played: "s30", ms: 1000 }),
];

export const consumerLag: NamedScenario = {
  id: "consumer-lag",
  sentence: "Records come faster than a consumer processes them.",
  ways: [
    {
      id: "one-member",
      settings: "one partition, one member, 100 ms a record",
      schedule: scheduleOf({ group: { members: ["c1"], handlerMs: 100 }, steps: busy(1, ["c1"]) }),
      leftToYou:
        "Nothing is lost and nobody is told: lag is the distance from the committed offset to the end of the log, and somebody has to look at it. Records that wait longer than retention.ms are gone.",
    },
    {
      id: "four-members",
      settings: "four partitions, four members, 100 ms a record",
      schedule: scheduleOf({
        partitions: 4,
        group: { members: ["c1", "c2", "c3", "c4"], handlerMs: 100 },
        steps: busy(4, ["c1", "c2", "c3", "c4"]),
      }),
      leftToYou: "A group is as quick as it has members, up to one for each partition. Order is kept within a partition only.",
    },
  ],
};
