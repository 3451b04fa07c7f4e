import type { Step } from "../../model/schedule.ts";
import { orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

const members = ["c1", "c2", "c3"];

/** A deployment restarts one member after the other, each before the group has come to rest. */
const steps: readonly Step[] = [
  ...members.map((member, at) => starts(member, at * 20)),
  ...orders(20, { everyMs: 250, fromMs: 1000, partitions: 3 }),
  ...members.flatMap((member, at): readonly Step[] => [
    { id: `stop-${member}`, after: { ms: 2500 + at * 600 }, do: { kind: "stop-member", member } },
    { id: `again-${member}`, after: { played: `stop-${member}`, ms: 300 }, do: { kind: "start-member", member } },
  ]),
];

export const rebalanceStorm: NamedScenario = {
  id: "rebalance-storm",
  sentence: "All members of a group are restarted one after the other, each while the group still rebalances.",
  ways: [
    {
      id: "everybody-stops",
      settings: "three members, partition.assignment.strategy=range",
      schedule: scheduleOf({ partitions: 3, group: { members }, steps }),
      leftToYou:
        "Each restart is two rebalances, and in each of them everybody gives everything back: lag grows meanwhile. Restart slowly, or use static membership or cooperative rebalances.",
    },
  ],
};
