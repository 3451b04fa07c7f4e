import type { CommitMode, Schedule, Step } from "../../model/schedule.ts";
import { inTransactions, orders } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

/** c1 works on one order for longer than max.poll.interval.ms: its group goes on without it, and c1 does not know. */
const steps: readonly Step[] = [
  starts("c1", 0),
  starts("c2", 20),
  ...orders(6, { everyMs: 100, fromMs: 1500 }),
  { id: "slow", after: { processed: "s2", ms: 0 }, do: { kind: "slow-handler", client: "c1", handlerMs: 3000 } },
  { id: "quick", after: { played: "slow", ms: 2500 }, do: { kind: "heal", fault: "slow" } },
];

const slowly = { handlerMs: 20, config: { "max.poll.interval.ms": 1000 } };

const withCommit = (commit: CommitMode): Schedule => scheduleOf({ group: { commit, ...slowly }, steps });

export const rebalanceWhileProcessing: NamedScenario = {
  id: "rebalance-while-processing",
  sentence: "A group rebalances while a member is processing: it takes longer than max.poll.interval.ms.",
  ways: [
    {
      id: "at-most-once",
      settings: "commit before processing",
      schedule: withCommit("before-processing"),
      leftToYou:
        "The slow member goes on with a record that counts as done, while others go on behind it: nothing is done twice.",
    },
    {
      id: "at-least-once",
      settings: "commit after processing",
      schedule: withCommit("after-processing"),
      leftToYou:
        "Two members work on the same record at the same time, and the commit of the slow one is refused (it is no member any more). Do not hold locks by who owns the partition; make max.poll.interval.ms longer than the slowest record, or max.poll.records smaller.",
    },
    {
      id: "exactly-once",
      settings: "commit in the transaction of the output (transactional.id, sendOffsetsToTransaction), read_committed",
      schedule: scheduleOf({
        ...inTransactions,
        group: { ...inTransactions.group, ...slowly, config: { ...inTransactions.group?.config, ...slowly.config } },
        steps,
      }),
      leftToYou:
        "The slow member cannot commit what it has made: its generation is over, its transaction is aborted, and its output does not count. It goes back to the committed offsets.",
    },
  ],
};
