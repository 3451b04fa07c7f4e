/**
 * A schedule: the options of a trial and what clients do and what goes wrong in it, as plain data.
 *
 * A seed is only the entrance. `generate(seed)` gives a schedule, and from then on the schedule is the test case: it can be
 * shrunk, read, committed, and played on the in-memory cluster and on real Kafka alike.
 */

import type { Fault } from "./fault.ts";
import type { ClientId, GroupId, StepId, TransactionalId } from "./ids.ts";
import { defaultProducerSettings, withDefaults } from "./settings.ts";
import type { BrokerSettings, ConsumerSettings, ProducerSettings, TopicSettings } from "./settings.ts";

/** The format that this version writes; readers accept every older one of the same name. */
export const scheduleFormat = "kafka-trial.schedule/1";

export interface Schedule {
  readonly format: typeof scheduleFormat;
  readonly options: TrialOptions;
  /** In order of their ids' first mention; when a step is due is told by its `after`. */
  readonly steps: readonly Step[];
  readonly noise: Noise;
}

export interface TrialOptions {
  /** How many brokers, 1 to 5; their ids are 1, 2, … */
  readonly brokers: number;
  readonly brokerConfig: Partial<BrokerSettings>;
  readonly topics: readonly TopicOptions[];
  readonly producers: readonly ProducerOptions[];
  readonly groups: readonly GroupOptions[];
}

export interface TopicOptions {
  readonly name: string;
  readonly partitions: number;
  /** At most the number of brokers. */
  readonly replicationFactor: number;
  readonly config: Partial<TopicSettings>;
}

export interface ProducerOptions {
  readonly id: ClientId;
  readonly config: Partial<ProducerSettings>;
}

export interface GroupOptions {
  readonly id: GroupId;
  readonly topics: readonly string[];
  /** Names of the consumers that a schedule may start; each is one member of the group. */
  readonly members: readonly ClientId[];
  /**
   * The `group.instance.id` of members that have one (KIP-345). Two members with the same one are twins: of their processes the last
   * to have joined is the member, and the other one is fenced.
   */
  readonly instances?: Readonly<Record<ClientId, string>>;
  readonly commit: CommitMode;
  /** How long the application takes for one record. */
  readonly handlerMs: number;
  readonly config: Partial<ConsumerSettings>;
  /** What members write, in the transactions in which they commit; left out of groups that commit otherwise. */
  readonly output?: OutputOptions;
}

/** Each member writes one record for each that it has processed, with a producer of its own (KIP-447). */
export interface OutputOptions {
  readonly topic: string;
  /** Settings of the producers, but for their `transactional.id`, which is made of the group's name and the member's. */
  readonly config: Partial<ProducerSettings>;
}

/** Whether a producer has transactions: it has a `transactional.id`. */
export const hasTransactions = ({ config }: ProducerOptions): boolean => (config["transactional.id"] ?? "") !== "";

/** The ids under which there can be transactions in a trial, each once: of producers, and of members that write. */
export function transactionalIdsOf({ groups, producers }: TrialOptions): readonly TransactionalId[] {
  const ofProducers = producers.filter(hasTransactions).map(({ config }) => config["transactional.id"]!);
  const ofMembers = groups.flatMap((group) =>
    group.output === undefined ? [] : group.members.map((member) => outputIdOf(group, member)),
  );
  return [...new Set([...ofProducers, ...ofMembers])];
}

const outputIdOf = ({ id }: GroupOptions, member: ClientId): TransactionalId => `${id}-${member}`;

/** The settings of a producer, or of the one that a member writes with; undefined for whoever sends nothing. */
export function producerSettingsOf({ groups, producers }: TrialOptions, client: ClientId): ProducerSettings | undefined {
  const producer = producers.find(({ id }) => id === client);
  if (producer !== undefined) return withDefaults(defaultProducerSettings, producer.config);
  const group = groups.find(({ members }) => members.includes(client));
  if (group?.output === undefined) return undefined;
  return { ...withDefaults(defaultProducerSettings, group.output.config), "transactional.id": outputIdOf(group, client) };
}

/**
 * When a group's application commits: it decides between at-least-once and at-most-once. With `in-transaction` offsets and output
 * are committed together, which makes it exactly-once.
 */
export type CommitMode = "after-processing" | "before-processing" | "auto" | "in-transaction";

export interface Step {
  readonly id: StepId;
  readonly after: After;
  readonly do: Operation;
}

/**
 * When a step is due: a number of milliseconds after the trial began, or after something happened in it.
 *
 * `acked` waits for the acknowledgement of a send step, `processed` for the first time a group has processed its record,
 * `assigned` for a member's next assignment, `played` for a step to have been played.
 */
export type After =
  | { readonly ms: number }
  | { readonly acked: StepId; readonly ms?: number }
  | { readonly processed: StepId; readonly ms?: number }
  | { readonly assigned: ClientId; readonly ms?: number }
  | { readonly played: StepId; readonly ms?: number };

/** The step that an anchor is about, where it is about one. */
export const anchorStep = (after: After): StepId | undefined =>
  "acked" in after ? after.acked : "processed" in after ? after.processed : "played" in after ? after.played : undefined;

/** Whether `from` is the step `id`, or is played only after it. */
export function waitsFor(steps: readonly Step[], from: StepId, id: StepId): boolean {
  const seen = new Set<StepId>();
  let at: StepId | undefined = from;
  while (at !== undefined && at !== id && !seen.has(at)) {
    seen.add(at);
    const after: After | undefined = steps.find((step) => step.id === at)?.after;
    at = after === undefined ? undefined : anchorStep(after);
  }
  return at === id;
}

export type Operation =
  /**
   * Send one record whose value is the step's id, to a named partition or to one that the producer's partitioner chooses. A
   * tombstone has no value, and the step's id in a header.
   */
  | SendOperation
  | EndTransactionOperation
  | { readonly kind: "start-member"; readonly member: ClientId }
  /** The member leaves its group in good order. */
  | { readonly kind: "stop-member"; readonly member: ClientId }
  /** Undo the fault of an earlier step. */
  | { readonly kind: "heal"; readonly fault: StepId }
  | Fault;

export interface SendOperation {
  readonly kind: "send";
  readonly producer: ClientId;
  readonly topic: string;
  /** Left out where the producer's `partitioner.class` is to choose. */
  readonly partition?: number;
  readonly key?: string;
  /** How many bytes the record's value counts for in a log; left out where it is as long as the step's id. */
  readonly valueBytes?: number;
  /** Its value is null: whoever reads the log as a table deletes the key. */
  readonly tombstone?: true;
}

/**
 * A producer with a transactional id ends the transaction of what it has sent since the last one ended: the first send after that
 * has opened it. Where nothing was sent there is nothing to end.
 */
export interface EndTransactionOperation {
  readonly kind: "end-transaction";
  readonly producer: ClientId;
  readonly outcome: "commit" | "abort";
}

export type OperationKind = Operation["kind"];

/** The residual delays of a trial. Each is a function of the seed, the link and the message's number on it. */
export interface Noise {
  /** Eight hexadecimal digits. */
  readonly seed: string;
  /** One-way delay of a message between two hosts, in milliseconds. */
  readonly latencyMs: { readonly min: number; readonly max: number };
}

/** Kinds of operation that are the workload; every other one is a fault or the healing of one. */
const workloadKinds: ReadonlySet<OperationKind> = new Set(["send", "end-transaction", "start-member", "stop-member"]);

/** Whether the operation disturbs the cluster or a client, rather than being work, or the healing of an earlier fault. */
export function isFault(operation: Operation): operation is Fault {
  return operation.kind !== "heal" && !workloadKinds.has(operation.kind);
}
