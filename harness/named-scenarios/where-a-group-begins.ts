import type { Step } from "../../model/schedule.ts";
import { order, orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

/** Five orders are there before anybody reads, three come afterwards. */
const steps: readonly Step[] = [
  ...orders(5),
  starts("c1", 1500),
  ...[6, 7, 8].map((nth) => order(nth, { assigned: "c1", ms: 100 * nth })),
];

export const whereAGroupBegins: NamedScenario = {
  id: "where-a-group-begins",
  sentence: "A group that has never committed anything begins to read a topic that has records already.",
  ways: [
    {
      id: "from-offset-0",
      settings: "auto.offset.reset=earliest",
      schedule: scheduleOf({ group: { config: { "auto.offset.reset": "earliest" } }, steps }),
      leftToYou:
        "It reads everything that is still there: the log is not used up by reading. A new group can replay it at any time, and has to bear with records that are old.",
    },
    {
      id: "from-the-latest",
      settings: "auto.offset.reset=latest",
      schedule: scheduleOf({ group: { config: { "auto.offset.reset": "latest" } }, steps }),
      leftToYou:
        "It begins with what comes next. What was there before it began is skipped, and so is whatever comes between its assignment and its first position.",
    },
  ],
};
