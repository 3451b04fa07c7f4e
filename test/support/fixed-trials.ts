/** Trials that are what they are whatever the generator makes up: schedules as data, small settings, own properties and faults. */

import type { OwnFault } from "../../fault-injection/own-fault.ts";
import type { GeneratorSettings } from "../../harness/generate/settings.ts";
import { bugById } from "../../harness/named.ts";
import type { TrialSetup } from "../../harness/trial.ts";
import type { Schedule } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import type { Property } from "../../properties/property.ts";

/** One topic of one partition, one producer, a group of two: enough for everything, and quickly played. */
export const smallSettings: GeneratorSettings = {
  brokers: 3,
  topics: [{ name: "orders", partitions: 1, replicationFactor: 3, config: { "min.insync.replicas": 2 } }],
  producers: [{ id: "p1", config: {} }],
  groups: [{ id: "billing", topics: ["orders"], members: ["c1", "c2"], commit: "after-processing", handlerMs: 1, config: {} }],
  faults: ["kill-broker", "stop-broker", "kill-client"],
  permissive: false,
};

/** All properties, and a planted bug if there is to be one. */
export const setupWith = (bug?: string, settings: GeneratorSettings = smallSettings): TrialSetup => ({
  settings,
  properties,
  bug: bug === undefined ? undefined : bugById(bug),
});

/**
 * A record is acknowledged while one of its replicas is down, and then another one goes. With Kafka's own rules everything
 * holds; with R01 the record is lost.
 */
export const stopsTwoBrokers: Schedule = {
  format: "kafka-trial.schedule/1",
  options: {
    brokers: 3,
    brokerConfig: {},
    topics: [{ name: "orders", partitions: 3, replicationFactor: 3, config: {} }],
    producers: [{ id: "p1", config: {} }],
    groups: [],
  },
  steps: [
    { id: "s1", after: { ms: 0 }, do: { kind: "send", producer: "p1", topic: "orders", partition: 1 } },
    { id: "f1", after: { acked: "s1", ms: 0 }, do: { kind: "stop-broker", target: "controller" } },
    { id: "f2", after: { ms: 0 }, do: { kind: "stop-broker", target: "broker 2" } },
  ],
  noise: { seed: "00000000", latencyMs: { min: 1, max: 1 } },
};

/** The same with steps that nobody needs, as it is found. */
export const stopsTwoBrokersAndMore: Schedule = {
  ...stopsTwoBrokers,
  steps: [
    ...stopsTwoBrokers.steps,
    { id: "s2", after: { ms: 1200 }, do: { kind: "send", producer: "p1", topic: "orders", partition: 0 } },
    { id: "s3", after: { ms: 1300 }, do: { kind: "send", producer: "p1", topic: "orders", partition: 2 } },
    { id: "f3", after: { ms: 1400 }, do: { kind: "kill-client", client: "p1" } },
  ],
};

/** An own property, broken by whatever `check` says. */
export const ownProperty = (id: string, check: Property["check"]): Property => ({
  id,
  sentence: "Somebody's own promise is kept.",
  source: "a test",
  expectation: "always",
  evidence: "client",
  blames: "service",
  assumes: "nothing",
  check,
});

/** Broken as soon as anything was sent. */
export const neverSent: Property = ownProperty("never-sent", ({ sends }) => {
  const [first] = sends.values();
  if (first === undefined) return { judged: 0, breaches: [] };
  return { judged: 1, breaches: [{ message: `${first.value} was sent.`, witness: [first.startedAt] }] };
});

/** Holds in every trial. */
export const alwaysHolds: Property = ownProperty("always-holds", () => ({ judged: 1, breaches: [] }));

/** A mistake of whoever wrote it. */
export const throws: Property = ownProperty("throws", () => {
  throw new TypeError("nobody has thought of this");
});

/** Kills another broker each time it is played, which no fault should. */
export function forgetfulFault(): OwnFault {
  let played = 0;
  return {
    id: "forgetful",
    sentence: "A broker is killed, and each time it is another one.",
    generate: () => null,
    inject: (_, { brokers }) => {
      const broker = [...brokers.keys()][played++ % brokers.size]!;
      return {
        kind: "injected",
        commands: [{ kind: "kill-broker", broker }],
        heal: [{ kind: "start-broker", broker }],
        resolved: [`broker ${broker}`],
      };
    },
  };
}

/** `stopsTwoBrokers`, with one of them struck by an own fault instead. */
export const withOwnFault = (fault: string): Schedule => ({
  ...stopsTwoBrokers,
  steps: stopsTwoBrokers.steps.map((step) =>
    step.id === "f2" ? { ...step, do: { kind: "own-fault", fault, parameters: null } } : step,
  ),
});
