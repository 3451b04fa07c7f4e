import type { Step } from "../../model/schedule.ts";
import { orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf } from "../written-schedule.ts";

/** Its leader has the third order and its followers have fetched it; nobody has been told. */
const steps: readonly Step[] = [
  ...orders(8),
  { id: "dies", after: { played: "s3", ms: 8 }, do: { kind: "kill-broker", target: "leaderOf(orders-0)" } },
  { id: "back", after: { played: "dies", ms: 3000 }, do: { kind: "heal", fault: "dies" } },
];

export const brokerDiesWhileSending: NamedScenario = {
  id: "broker-dies-while-sending",
  sentence: "The broker that leads a partition dies while a producer is sending to it.",
  ways: [
    {
      id: "at-most-once",
      settings: "acks=0, enable.idempotence=false, retries=0",
      schedule: scheduleOf({ producer: { acks: "0", "enable.idempotence": false, retries: 0 }, steps }),
      leftToYou:
        "Nobody tells the producer what was lost: whatever it sends until it has found the new leader is gone. Good for what the next value replaces.",
    },
    {
      id: "at-least-once",
      settings: "acks=all, min.insync.replicas=2, enable.idempotence=false",
      schedule: scheduleOf({ producer: { acks: "all", "enable.idempotence": false }, steps }),
      leftToYou:
        "What was written and not acknowledged is sent again, so a record can be in the log twice. Whoever reads has to recognise it, by an id of the order.",
    },
    {
      id: "exactly-once",
      settings: "acks=all, min.insync.replicas=2, enable.idempotence=true",
      schedule: scheduleOf({ producer: { acks: "all", "enable.idempotence": true }, steps }),
      leftToYou:
        "Brokers recognise what comes again, for as long as the producer lives. What it gave up on (delivery.timeout.ms) may be written all the same, and a new producer is another one: what you send again yourself is a new record.",
    },
  ],
};
