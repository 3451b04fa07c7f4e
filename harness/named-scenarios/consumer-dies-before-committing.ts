import type { CommitMode, Schedule, Step } from "../../model/schedule.ts";
import { inTransactions, order, orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

/** c1 is given six orders at once, and dies when it has processed three of them. c2 stands by. */
const steps: readonly Step[] = [
  starts("c1", 0),
  starts("c2", 20),
  ...orders(6, { everyMs: 0, fromMs: 1500 }),
  { id: "dies", after: { processed: "s3" }, do: { kind: "kill-client", client: "c1" } },
  order(7, { played: "dies", ms: 3000 }),
];

const withCommit = (commit: CommitMode): Schedule => scheduleOf({ group: { commit, handlerMs: 100 }, steps });

export const consumerDiesBeforeCommitting: NamedScenario = {
  id: "consumer-dies-before-committing",
  sentence: "A consumer dies after it has processed a record and before it has committed that.",
  ways: [
    {
      id: "at-most-once",
      settings: "commit before processing",
      schedule: withCommit("before-processing"),
      leftToYou:
        "What was committed and not finished is nobody's any more. Good for what may be left out, and for nothing that has to be done.",
    },
    {
      id: "at-least-once",
      settings: "commit after processing",
      schedule: withCommit("after-processing"),
      leftToYou:
        "Whoever takes over begins where the last commit was, and does again what came after it. Processing has to be idempotent: by an id of the order, or by an upsert.",
    },
    {
      id: "exactly-once",
      settings: "commit in the transaction of the output (transactional.id, sendOffsetsToTransaction), read_committed",
      schedule: scheduleOf({
        ...inTransactions,
        group: { ...inTransactions.group, handlerMs: 100 },
        steps,
      }),
      leftToYou:
        "Records are processed again, and what the dead member had written of them does not count for whoever reads with read_committed. That goes for what is written to Kafka and for nothing else: a mail that was sent is sent.",
    },
  ],
};
