import { order, orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

export const moreMembersThanPartitions: NamedScenario = {
  id: "more-members-than-partitions",
  sentence: "A group has three members, and its topic two partitions.",
  ways: [
    {
      id: "one-idle",
      settings: "2 partitions, 3 members",
      schedule: scheduleOf({
        partitions: 2,
        group: { members: ["c1", "c2", "c3"] },
        steps: [starts("c1", 0), starts("c2", 20), starts("c3", 40), ...orders(6, { fromMs: 2000, partitions: 2 })],
      }),
      leftToYou:
        "A partition has one reader in a group, so one member has nothing to do. Partitions are what a group can be divided by: make enough of them, because adding some later moves keys.",
    },
    {
      id: "idle-takes-over",
      settings: "2 partitions, 3 members, and one of those that have a partition dies",
      schedule: scheduleOf({
        partitions: 2,
        group: { members: ["c1", "c2", "c3"] },
        steps: [
          starts("c1", 0),
          starts("c2", 20),
          starts("c3", 40),
          ...orders(6, { everyMs: 200, fromMs: 2000, partitions: 2 }),
          { id: "dies", after: { processed: "s2" }, do: { kind: "kill-client", client: "c1" } },
          order(7, { played: "dies", ms: 3000 }, 0),
          order(8, { played: "dies", ms: 3100 }, 1),
        ],
      }),
      leftToYou:
        "Not before the session of the dead one is over (session.timeout.ms) does the idle member get a partition. Which one is for the assignor to say: range moves the other member as well, a sticky one does not.",
    },
  ],
};
