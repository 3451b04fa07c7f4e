import type { Schedule, Step } from "../../model/schedule.ts";
import { order } from "./named-scenario.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { scheduleOf, starts } from "../written-schedule.ts";

/** The shop stands still in the middle of a transaction; another process is started in its place; then the first one goes on. */
const steps: readonly Step[] = [
  starts("c1", 0),
  { id: "stands-by", after: { ms: 100 }, do: { kind: "kill-client", client: "second" } },
  order(1, { ms: 1000 }),
  { id: "stands-still", after: { acked: "s1" }, do: { kind: "pause-client", client: "shop" } },
  { id: "takes-over", after: { played: "stands-still", ms: 500 }, do: { kind: "heal", fault: "stands-by" } },
  {
    ...order(2, { played: "takes-over", ms: 500 }),
    do: { kind: "send", producer: "second", topic: "orders", partition: 0 },
  },
  { id: "second-commits", after: { acked: "s2" }, do: { kind: "end-transaction", producer: "second", outcome: "commit" } },
  { id: "goes-on", after: { played: "second-commits", ms: 500 }, do: { kind: "heal", fault: "stands-still" } },
  {
    id: "first-commits",
    after: { played: "goes-on", ms: 100 },
    do: { kind: "end-transaction", producer: "shop", outcome: "commit" },
  },
];

const group = { members: ["c1"], config: { "isolation.level": "read_committed" } } as const;

/** The second producer is started as this one. */
const withSecond = (id: string): Schedule =>
  scheduleOf({
    producer: { "transactional.id": "shop" },
    secondProducer: { id: "second", config: { "transactional.id": id } },
    group,
    steps,
  });

export const zombieProducer: NamedScenario = {
  id: "zombie-producer",
  sentence: "A producer is taken for dead in the middle of a transaction, another one takes over, and the first goes on.",
  ways: [
    {
      id: "same-transactional-id",
      settings: "both have one transactional.id, read_committed",
      schedule: withSecond("shop"),
      leftToYou:
        "The second producer ends what the first has left open, and from then on the first is fenced: it can write and commit nothing more, and has to close. What it had written does not count.",
    },
    {
      id: "different-ids",
      settings: "each has a transactional.id of its own, read_committed",
      schedule: withSecond("second"),
      leftToYou:
        "Nobody fences the first one, and both count: who does the same work has to have the same transactional.id. Meanwhile readers wait at its open transaction, until transaction.timeout.ms is over.",
    },
  ],
};
