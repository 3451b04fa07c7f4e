/**
 * Scenarios: faults in an order that is known to be hard, where faults drawn one by one seldom fall into it.
 *
 * A scenario decides the order and roughly the moments; who, when exactly and in which variant is drawn. It is made of the
 * same faults and anchors as everything else, so that it is stored, shrunk and replayed like everything else.
 */

import type { BuiltInFaultKind } from "../../../fault-injection/catalogue.ts";
import type { Fault } from "../../../model/fault.ts";
import { indexOf, topicOf } from "../../../model/ids.ts";
import type { StepId, TopicPartition } from "../../../model/ids.ts";
import type { Draw } from "../../../model/random.ts";
import { hasTransactions } from "../../../model/schedule.ts";
import type { After, GroupOptions, ProducerOptions, Step, TrialOptions } from "../../../model/schedule.ts";
import { defaultBrokerSettings, defaultConsumerSettings, isCompacted, withDefaults } from "../../../model/settings.ts";

/** What a scenario can build on. */
export interface Scene {
  readonly options: TrialOptions;
  /** How long the clients' work lasts. */
  readonly spanMs: number;
  readonly work: readonly Step[];
}

export interface Scenario {
  readonly id: string;
  readonly sentence: string;
  /** Every kind of fault that can occur in it. */
  readonly kinds: readonly BuiltInFaultKind[];
  /** Drawn apart from the others: in few trials it is possible, and in those it would be drawn too seldom among all. */
  readonly isRare?: true;
  /** Drawn apart from all others, in hardly any trial: it leads to one answer that is never given otherwise, and to little else. */
  readonly isSeldom?: true;
  /** Drawn apart from the others: it is about a group that writes output, and few trials have one. */
  readonly isOfOutput?: true;
  /** Whether there is anything to it in a trial with these options. */
  isPossible(options: TrialOptions): boolean;
  /** Its faults and their heals; what is left unhealed is healed at the end of the trial. */
  generate(draw: Draw, scene: Scene): readonly Step[];
}

/** The `nth` fault of a scenario. */
export const fault = (nth: number, after: After, what: Fault): Step => ({ id: `f${nth}`, after, do: what });

/** The heal of the `nth` fault of a scenario. */
export const heal = (nth: number, after: After): Step => ({ id: `h${nth}`, after, do: { kind: "heal", fault: `f${nth}` } });

/** The `nth` record that a scenario needs beside what clients do anyway. */
export const write = (nth: number, after: After, producer: ProducerOptions, to: TopicPartition): Step => {
  const place = { topic: topicOf(to), partition: indexOf(to) };
  return { id: `w${nth}`, after, do: { kind: "send", producer: producer.id, ...place } };
};

/** The `nth` end of a transaction that a scenario needs beside what clients do anyway. */
export const end = (nth: number, after: After, { id: producer }: ProducerOptions, outcome: "commit" | "abort"): Step => ({
  id: `e${nth}`,
  after,
  do: { kind: "end-transaction", producer, outcome },
});

/** Producers with transactions. */
export const transactionalIn = ({ producers }: TrialOptions): readonly ProducerOptions[] => producers.filter(hasTransactions);

/** Groups that write output, in the transactions in which they commit. */
export const withOutputIn = (groups: readonly GroupOptions[]): readonly GroupOptions[] =>
  groups.filter(({ output }) => output !== undefined);

/** Whether a scenario can have records written wherever it likes: the partition of a compacted topic's record is for its key to choose. */
export const canWrite = ({ producers, topics }: TrialOptions): boolean =>
  producers.length > 0 && !topics.some(({ config }) => isCompacted(config));

export const afterStep = (played: StepId, ms: number): After => ({ played, ms });

/** A time in milliseconds from 1 to 2 to the power of `doublings`, as often short as long. */
export const soonMs = (draw: Draw, doublings: number): number => Math.round(2 ** (draw.fraction() * doublings));

const heartbeatMs = ({ brokerConfig }: TrialOptions): number =>
  withDefaults(defaultBrokerSettings, brokerConfig)["broker.heartbeat.interval.ms"];

/** How long a broker can be silent before the controller fences it. */
export const brokerSessionMs = ({ brokerConfig }: TrialOptions): number =>
  withDefaults(defaultBrokerSettings, brokerConfig)["broker.session.timeout.ms"];

/** A time after which a broker that has been silent is fenced, and its partitions led by others. */
export const pastSessionMs = (draw: Draw, options: TrialOptions): number =>
  brokerSessionMs(options) + draw.pick([100, 300, 600]) + soonMs(draw, 10);

/** A time after which a leader has mostly counted a follower out of the ISR that has not fetched: it looks every half of it. */
export const pastLagMs = (draw: Draw, { brokerConfig }: TrialOptions): number =>
  withDefaults(defaultBrokerSettings, brokerConfig)["replica.lag.time.max.ms"] * draw.pick([1, 1.5, 1.5, 2]) + soonMs(draw, 8);

/** A time after which a broker that was told to stop has mostly handed over what it led: it asks with its next heartbeats. */
export const drawShutdownMs = (draw: Draw, options: TrialOptions): number =>
  draw.pick([0, 1, 1, 2]) * heartbeatMs(options) + soonMs(draw, 8);

/** A time about after which a member that has been silent has been removed from its group. */
export const drawPastMemberSessionMs = (draw: Draw, { config }: GroupOptions): number =>
  withDefaults(defaultConsumerSettings, config)["session.timeout.ms"] + draw.pick([-500, 0, 100]) + soonMs(draw, 10);

export const hasTwoMembers = ({ members }: GroupOptions): boolean => members.length > 1;

/** Whether some topic has at least so many replicas. */
export const hasReplicas = ({ topics }: TrialOptions, least: number): boolean =>
  topics.some(({ replicationFactor }) => replicationFactor >= least);
