/** Schedules for tests on real Kafka: a small trial, and what goes wrong in it. */

import type { Fault } from "../../model/fault.ts";
import type { GroupOptions, Operation, ProducerOptions, Schedule, Step } from "../../model/schedule.ts";

/** What is different from the trial below. */
export interface TrialShape {
  readonly sends?: number;
  readonly producers?: readonly ProducerOptions[];
  readonly group?: Partial<GroupOptions>;
  readonly faults?: readonly Step[];
}

/** Two producers send by turns to the two partitions of a topic, which a group of two reads. */
export function trial({ faults = [], group, producers, sends = 40 }: TrialShape = {}): Schedule {
  const everyMs = 40;
  const sendSteps = Array.from({ length: sends }, (_, at): Step => {
    const send = { kind: "send", producer: at % 2 === 0 ? "p1" : "p2", topic: "orders", partition: (at >> 1) % 2 } as const;
    return step(`s${at + 1}`, 100 + at * everyMs, send);
  });
  return {
    format: "kafka-trial.schedule/1",
    options: {
      brokers: 3,
      brokerConfig: {},
      topics: [{ name: "orders", partitions: 2, replicationFactor: 3, config: {} }],
      producers: producers ?? ["p1", "p2"].map((id) => ({ id, config: {} })),
      groups: [
        {
          id: "billing",
          topics: ["orders"],
          members: ["c1", "c2"],
          commit: "after-processing",
          handlerMs: 0,
          config: {},
          ...group,
        },
      ],
    },
    steps: [
      step("m1", 0, { kind: "start-member", member: "c1" }),
      step("m2", 50, { kind: "start-member", member: "c2" }),
      ...sendSteps,
      ...faults,
    ],
    noise: { seed: "00000000", latencyMs: { min: 0, max: 1 } },
  };
}

/** A step that is due so many milliseconds after the trial began. */
export const step = (id: string, ms: number, operation: Operation): Step => ({ id, after: { ms }, do: operation });

/** The fault `f1` in the midst of the sends, healed after a while. */
export const faultAndHeal = (fault: Fault, healAfterMs: number): readonly Step[] => [
  step("f1", 600, fault),
  { id: "h1", after: { played: "f1", ms: healAfterMs }, do: { kind: "heal", fault: "f1" } },
];
