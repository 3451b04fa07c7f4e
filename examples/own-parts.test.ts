/** An own property, an own fault and an own workload: plain objects of the same shape as those that come with kafka-trial. */

import { assertTrials, checkTrials } from "kafka-trial";
import type { OwnFault, Property, Workload } from "kafka-trial";
import { expect, test } from "vitest";

/** Records are handled soon after they have been acknowledged, unless something was done to the cluster. */
const isHandledInTime: Property = {
  id: "handled-in-time",
  sentence: "Every acknowledged order is processed by somebody before the trial is over.",
  source: "our own service level",
  expectation: "eventually",
  evidence: "client",
  blames: "service",
  assumes: "nothing",
  check: ({ options: { groups }, processed, sends }) => {
    if (groups.length === 0) return { judged: 0, breaches: [] };
    const handled = new Set(processed.map(({ event }) => event.value));
    const acked = [...sends.values()].filter(({ outcome }) => outcome.kind === "acked");
    const late = acked.filter(({ value }) => !handled.has(value));
    return {
      judged: acked.length,
      breaches: late.map(({ startedAt, value }) => ({ message: `${value} was never processed.`, witness: [startedAt] })),
    };
  },
};

/** The whole rack of a broker goes: it, and the one after it, both killed and both back when the fault is healed. */
const rackFails: OwnFault = {
  id: "rack-fails",
  sentence: "Two brokers are killed at once.",
  generate: (draw) => draw.integer(1, 2),
  inject: (first, view) => {
    const brokers = [...view.brokers.keys()].slice(Number(first) - 1, Number(first) + 1);
    if (brokers.some((broker) => view.brokers.get(broker) !== "up")) return { kind: "skipped", reason: "a broker is down" };
    return {
      kind: "injected",
      commands: brokers.map((broker) => ({ kind: "kill-broker", broker })),
      heal: brokers.map((broker) => ({ kind: "start-broker", broker })),
      resolved: brokers.map((broker) => `broker ${broker}`),
    };
  },
};

/** Everybody comes at once: all members start, then all orders are sent within a tenth of a second. */
const rushHour: Workload = {
  id: "rush-hour",
  sentence: "All orders are sent within a tenth of a second.",
  generate: (draw, { groups, producers, topics }) => [
    ...groups.flatMap(({ members }) =>
      members.map((member) => ({ after: { ms: 0 }, do: { kind: "start-member", member } as const })),
    ),
    ...Array.from({ length: 20 }, () => ({
      after: { ms: draw.integer(500, 600) },
      do: {
        kind: "send",
        producer: draw.pick(producers).id,
        topic: topics[0]!.name,
        key: `customer-${draw.integer(1, 4)}`,
      } as const,
    })),
  ],
};

const options = {
  cluster: {
    brokers: 3,
    topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: { "min.insync.replicas": 2 } }],
  },
  clients: {
    producers: [{ id: "shop", config: {} }],
    groups: [{ id: "billing", topics: ["orders"], members: ["c1"], commit: "after-processing", handlerMs: 1, config: {} }],
  },
  faults: [rackFails, "kill-client"],
  properties: [isHandledInTime, "no-lost-acked-record"],
  workload: rushHour,
  runs: 60,
  seed: "rush",
} as const;

test("orders of the rush hour are handled, although racks fail", async () => {
  const { tally } = await assertTrials(options);
  expect(tally.faults["rack-fails"]).toBeGreaterThan(0);
});

test("an own property is violated where it does not hold, and says so in its own words", async () => {
  const isNever: Property = {
    ...isHandledInTime,
    id: "never-sent",
    check: ({ sends }) => {
      const [first] = sends.values();
      return first === undefined
        ? { judged: 0, breaches: [] }
        : { judged: 1, breaches: [{ message: "Something was sent.", witness: [first.startedAt] }] };
    },
  };
  const { findings, outcome } = await checkTrials({ ...options, properties: [isNever], regressions: false });
  expect(outcome).toBe("violated");
  expect(findings[0]?.story).toContain("Something was sent.");
  expect(findings[0]?.class).toBe("service-bug");
  // One send shows it, and nothing else is needed.
  expect(findings[0]?.schedule.steps).toHaveLength(1);
});
