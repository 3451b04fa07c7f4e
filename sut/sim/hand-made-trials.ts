/** Test support: small schedules, of which a test tells only what it is about, and questions to what came of them. */

import type { Fault } from "../../model/fault.ts";
import type { EventKind, EventOf, History } from "../../model/history.ts";
import { scheduleFormat } from "../../model/schedule.ts";
import type { After, Schedule, Step, TrialOptions } from "../../model/schedule.ts";
import type { BrokerSettings, ConsumerSettings, ProducerSettings, TopicSettings } from "../../model/settings.ts";
import type { GroupOptions } from "../../model/schedule.ts";

export interface TrialOf {
  readonly brokers?: number;
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly topic?: Partial<TopicSettings>;
  readonly producer?: Partial<ProducerSettings>;
  readonly group?: Partial<Pick<GroupOptions, "members" | "commit" | "handlerMs" | "instances">>;
  readonly consumer?: Partial<ConsumerSettings>;
  readonly broker?: Partial<BrokerSettings>;
  readonly noiseSeed?: string;
}

/** A trial of `orders`, of one partition on all of three brokers, with producer `p1` and, where it is told, group `billing`. */
export function trialOf(trial: TrialOf, ...steps: readonly (Step | readonly Step[])[]): Schedule {
  const { brokers = 3, noiseSeed = "00000007", partitions = 1 } = trial;
  const replicationFactor = trial.replicationFactor ?? Math.min(3, brokers);
  const members = trial.group?.members ?? ["c1"];
  const group: GroupOptions = {
    id: "billing",
    topics: ["orders"],
    commit: "after-processing",
    handlerMs: 1,
    config: trial.consumer ?? {},
    ...trial.group,
    members,
  };
  const options: TrialOptions = {
    brokers,
    brokerConfig: trial.broker ?? {},
    topics: [{ name: "orders", partitions, replicationFactor, config: trial.topic ?? {} }],
    producers: [{ id: "p1", config: trial.producer ?? {} }],
    groups: trial.group === undefined ? [] : [group],
  };
  return { format: scheduleFormat, options, steps: steps.flat(), noise: { seed: noiseSeed, latencyMs: { min: 0.5, max: 2 } } };
}

interface Pace {
  readonly everyMs?: number;
  readonly fromMs?: number;
  readonly partitions?: number;
}

/** `p1` sends `s1`, `s2`, … to the partitions in turn, beginning at `fromMs`. */
export function sends(count: number, pace: Pace = {}): readonly Step[] {
  const { everyMs = 20, fromMs = 50, partitions = 1 } = pace;
  return Array.from({ length: count }, (_, at): Step => {
    const after = { ms: fromMs + at * everyMs };
    return { id: `s${at + 1}`, after, do: { kind: "send", producer: "p1", topic: "orders", partition: at % partitions } };
  });
}

export const starts = (...members: readonly string[]): readonly Step[] =>
  members.map((member, at) => ({ id: `m-${member}`, after: { ms: at * 5 }, do: { kind: "start-member", member } }));

/** A fault that is healed when the schedule has been played, or after `healMs`. */
export function fault(id: string, after: After, what: Fault, healMs?: number): readonly Step[] {
  const step: Step = { id, after, do: what };
  return healMs === undefined
    ? [step]
    : [step, { id: `heal-${id}`, after: { played: id, ms: healMs }, do: { kind: "heal", fault: id } }];
}

/** All events of one kind, in order. */
export const allOf = <Kind extends EventKind>(history: History, kind: Kind): readonly EventOf<Kind>[] =>
  history.filter((event): event is EventOf<Kind> => event.kind === kind);

/** Where in the history the first event is that `isIt`; -1 where there is none. */
export const placeOf = <Kind extends EventKind>(
  history: History,
  kind: Kind,
  isIt: (event: EventOf<Kind>) => boolean = () => true,
): number => history.findIndex((event) => event.kind === kind && isIt(event as EventOf<Kind>));

/** The values that were read back from `orders`, partition by partition. */
export const readBack = (history: History): readonly string[] => allOf(history, "read-back").map(({ value }) => value);

export const acked = (history: History): readonly string[] => allOf(history, "send-acked").map(({ step }) => step);
