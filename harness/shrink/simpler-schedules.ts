/**
 * Simpler versions of a schedule, the boldest first: without a family of faults, without a fault, without half of the
 * operations, with fewer clients, partitions and brokers, with plain settings, with values of their own length, with rounder delays, without noise.
 */

import { definitionOf } from "../../fault-injection/catalogue.ts";
import { memberApis } from "../../model/fault.ts";
import type { Fault } from "../../model/fault.ts";
import { transactionsTopic } from "../../model/ids.ts";
import type { GroupId } from "../../model/ids.ts";
import { hasTransactions, isFault, transactionalIdsOf } from "../../model/schedule.ts";
import type { GroupOptions, Schedule, Step, TrialOptions } from "../../model/schedule.ts";
import { roughlyDueMs, withoutSteps } from "./without-steps.ts";

/** All candidates of one round. Each is a valid schedule, and none is the given one. */
export function* simplerSchedules(schedule: Schedule): Generator<Schedule> {
  yield* fewerFaults(schedule);
  yield* fewerOperations(schedule);
  yield* fewerParticipants(schedule);
  yield* plainerOptions(schedule);
  yield* smallerDeletions(schedule);
  yield* plainerFaults(schedule);
  yield* shorterFaults(schedule);
  yield* fewerReplicas(schedule);
  yield* smallerValues(schedule);
  yield* rounderDelays(schedule);
  yield* lessNoise(schedule);
}

const familyOf = (fault: Fault): string =>
  fault.kind === "own-fault" ? `own ${fault.fault}` : definitionOf(fault.kind).family;

function* fewerFaults(schedule: Schedule): Generator<Schedule> {
  const faults = schedule.steps.flatMap(({ do: operation }) => (isFault(operation) ? [operation] : []));
  const families = new Set(faults.map(familyOf));
  if (families.size > 1) {
    for (const family of families) {
      yield withoutSteps(schedule, ({ do: operation }) => isFault(operation) && familyOf(operation) === family);
    }
  }
  for (const step of schedule.steps) if (isFault(step.do)) yield withoutSteps(schedule, ({ id }) => id === step.id);
  for (const step of schedule.steps) if (step.do.kind === "heal") yield withoutSteps(schedule, ({ id }) => id === step.id);
}

/** Halves, quarters and so on of the operations that are no faults, as in delta debugging (Zeller and Hildebrandt, 2002). */
function* fewerOperations(schedule: Schedule): Generator<Schedule> {
  const work = schedule.steps.filter(({ do: operation }) => !isFault(operation) && operation.kind !== "heal");
  for (let size = Math.ceil(work.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < work.length; from += size) {
      const gone = new Set(work.slice(from, from + size));
      yield withoutSteps(schedule, (step) => gone.has(step));
    }
  }
}

function* fewerParticipants(schedule: Schedule): Generator<Schedule> {
  const { options } = schedule;
  for (const { id } of options.producers) {
    if (options.producers.length > 1) yield withoutClients(schedule, new Set([id]));
  }
  for (const group of options.groups) yield* withoutGroup(schedule, group);
  for (const { members } of options.groups) {
    for (const member of members) if (members.length > 1) yield withoutClients(schedule, new Set([member]));
  }
  for (const { id, instances } of options.groups) {
    if (instances !== undefined)
      yield withOptions(schedule, {
        groups: options.groups.map((one) =>
          one.id === id
            ? withMembers(
                one,
                () => true,
                () => false,
              )
            : one,
        ),
      });
  }
  for (const { name } of options.topics) if (options.topics.length > 1) yield withoutTopic(schedule, name);
  yield* fewerPartitions(schedule);
  const { brokers } = options;
  const replicas = Math.max(...options.topics.map(({ replicationFactor }) => replicationFactor));
  if (brokers > replicas) {
    const isAboutLast = ({ do: operation }: Step): boolean =>
      Object.values(operation).includes(`broker ${brokers}`) ||
      (operation.kind === "reassign-partition" && operation.replicas.some((broker) => broker === brokers));
    yield withOptions(withoutSteps(schedule, isAboutLast), { brokers: brokers - 1 });
  }
}

/** Faults that were aimed at the group's coordinator go with it, or strike one and the same broker instead. */
function* withoutGroup(schedule: Schedule, { id, members }: GroupOptions): Generator<Schedule> {
  const rest = withoutClients(schedule, new Set(members));
  const coordinator = `coordinatorOf(${id})`;
  const isAimed = ({ do: operation }: Step): boolean => Object.values(operation).includes(coordinator);
  yield withoutSteps(rest, isAimed);
  if (!rest.steps.some(isAimed)) return;
  for (let broker = 1; broker <= schedule.options.brokers; broker++) {
    const aim = (value: unknown): unknown => (value === coordinator ? `broker ${broker}` : value);
    yield { ...rest, steps: rest.steps.map((step) => ({ ...step, do: mapped(step.do, aim) })) };
  }
}

function withoutClients(schedule: Schedule, gone: ReadonlySet<string>): Schedule {
  const { groups, producers } = schedule.options;
  const isAbout = ({ after, do: operation }: Step): boolean =>
    ("assigned" in after && gone.has(after.assigned)) ||
    Object.values(operation).some((value) => typeof value === "string" && gone.has(value.replace(/^client /, "")));
  const rest = withOptions(withoutSteps(schedule, isAbout), {
    producers: producers.filter(({ id }) => !gone.has(id)),
    groups: groups
      .map((group) => withMembers(group, (member) => !gone.has(member)))
      .filter(({ members }) => members.length > 0),
  });
  return withoutLostTransactions(rest);
}

/** Those members that stay, and of them the `group.instance.id` of those that stay static. */
function withMembers(
  { instances, ...group }: GroupOptions,
  stays: (member: string) => boolean,
  staysStatic: (member: string) => boolean = stays,
): GroupOptions {
  const members = group.members.filter(stays);
  const kept = Object.entries(instances ?? {}).filter(([member]) => staysStatic(member));
  return { ...group, members, ...(kept.length > 0 && { instances: Object.fromEntries(kept) }) };
}

function withoutTopic(schedule: Schedule, topic: string): Schedule {
  const { topics } = schedule.options;
  const rest = schedule.options.groups
    .filter((group) => group.topics.every((name) => name === topic))
    .reduce((current, group) => withoutGroup(current, group).next().value ?? current, schedule);
  const isAbout = ({ do: operation }: Step): boolean =>
    operation.kind === "send" ? operation.topic === topic : JSON.stringify(operation).includes(`${topic}-`);
  const left = withOptions(withoutSteps(rest, isAbout), {
    topics: topics.filter(({ name }) => name !== topic),
    groups: rest.options.groups.map((group) => ({ ...group, topics: group.topics.filter((name) => name !== topic) })),
  });
  return left.options.groups
    .filter(({ output }) => output?.topic === topic)
    .reduce((current, { id }) => withoutOutput(current, id), left);
}

/** The group commits what it has processed, and writes nothing: requests that it had for that are none any more. */
function withoutOutput(schedule: Schedule, id: GroupId): Schedule {
  const groups = schedule.options.groups.map((group): GroupOptions => {
    if (group.id !== id) return group;
    const { output: _output, ...rest } = group;
    return { ...rest, commit: "after-processing" };
  });
  const members = schedule.options.groups.find((group) => group.id === id)!.members.map((member) => `client ${member}`);
  const isOfOutput = ({ do: operation }: Step): boolean =>
    "api" in operation &&
    "from" in operation &&
    members.includes(operation.from) &&
    !memberApis.some((api) => api === operation.api);
  return withoutLostTransactions(withOptions(withoutSteps(schedule, isOfOutput), { groups }));
}

/** The last partition of a topic goes, and whatever is about it is about the one before. */
function* fewerPartitions(schedule: Schedule): Generator<Schedule> {
  for (const topic of schedule.options.topics) {
    if (topic.partitions === 1) continue;
    const last = `${topic.name}-${topic.partitions - 1}`;
    const before = `${topic.name}-${topic.partitions - 2}`;
    const steps = schedule.steps.map((step): Step => {
      if (step.do.kind !== "send") return { ...step, do: renamed(step.do, last, before) };
      const isThere = step.do.topic === topic.name && step.do.partition === topic.partitions - 1;
      return isThere ? { ...step, do: { ...step.do, partition: topic.partitions - 2 } } : step;
    });
    const topics = schedule.options.topics.map((other) =>
      other === topic ? { ...topic, partitions: topic.partitions - 1 } : other,
    );
    yield withOptions({ ...schedule, steps }, { topics });
  }
}

function renamed<T extends object>(operation: T, from: string, to: string): T {
  const pattern = new RegExp(`${from}(?!\\d)`);
  return mapped(operation, (value) => (typeof value === "string" ? value.replace(pattern, to) : value));
}

const mapped = <T extends object>(operation: T, change: (value: unknown) => unknown): T =>
  Object.fromEntries(Object.entries(operation).map(([key, value]) => [key, change(value)])) as T;

function* plainerOptions(schedule: Schedule): Generator<Schedule> {
  const { brokerConfig, groups, producers, topics } = schedule.options;
  for (const key of Object.keys(brokerConfig)) yield withOptions(schedule, { brokerConfig: without(brokerConfig, key) });
  for (const [at, topic] of topics.entries()) {
    for (const key of Object.keys(topic.config)) {
      yield withOptions(schedule, { topics: topics.with(at, { ...topic, config: without(topic.config, key) }) });
    }
  }
  for (const [at, producer] of producers.entries()) {
    for (const key of Object.keys(producer.config)) {
      const plainer = { producers: producers.with(at, { ...producer, config: without(producer.config, key) }) };
      yield withoutLostTransactions(withOptions(schedule, plainer));
    }
  }
  for (const [at, group] of groups.entries()) {
    for (const key of Object.keys(group.config)) {
      yield withOptions(schedule, { groups: groups.with(at, { ...group, config: without(group.config, key) }) });
    }
    if (group.output !== undefined) {
      yield withoutOutput(schedule, group.id);
      for (const key of Object.keys(group.output.config)) {
        const output = { ...group.output, config: without(group.output.config, key) };
        yield withOptions(schedule, { groups: groups.with(at, { ...group, output }) });
      }
    }
    if (group.handlerMs > 0) yield withOptions(schedule, { groups: groups.with(at, { ...group, handlerMs: 0 }) });
  }
}

/** Without transactions there is none to end, and without any in the trial nobody coordinates them. */
function withoutLostTransactions(schedule: Schedule): Schedule {
  const transactional = schedule.options.producers.filter(hasTransactions);
  const hasNone = transactionalIdsOf(schedule.options).length === 0;
  const isLost = ({ do: operation }: Step): boolean => {
    if (operation.kind === "end-transaction") return transactional.every(({ id }) => id !== operation.producer);
    return hasNone && Object.values(operation).some((value) => String(value).includes(transactionsTopic));
  };
  return schedule.steps.some(isLost) ? withoutSteps(schedule, isLost) : schedule;
}

const without = <T extends object>(settings: T, key: string): T =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => name !== key)) as T;

function* smallerValues(schedule: Schedule): Generator<Schedule> {
  for (const [at, step] of schedule.steps.entries()) {
    if (step.do.kind !== "send") continue;
    for (const name of ["tombstone", "valueBytes"] as const) {
      if (step.do[name] !== undefined) yield withStep(schedule, at, { ...step, do: without(step.do, name) });
    }
  }
}

/** Fewer records are deleted. */
function* smallerDeletions(schedule: Schedule): Generator<Schedule> {
  for (const [at, step] of schedule.steps.entries()) {
    if (step.do.kind !== "delete-records" || step.do.before === "high-watermark" || step.do.before === 0) continue;
    for (const before of new Set([1, Math.floor(step.do.before / 2), step.do.before - 1])) {
      if (before < step.do.before) yield withStep(schedule, at, { ...step, do: { ...step.do, before } });
    }
  }
}

/** Replicas are moved to fewer brokers. */
function* fewerReplicas(schedule: Schedule): Generator<Schedule> {
  for (const [at, step] of schedule.steps.entries()) {
    if (step.do.kind !== "reassign-partition" || step.do.replicas.length === 1) continue;
    for (const gone of step.do.replicas) {
      const replicas = step.do.replicas.filter((broker) => broker !== gone);
      yield withStep(schedule, at, { ...step, do: { ...step.do, replicas } });
    }
  }
}

/**
 * A link in both directions rather than in one and of all listeners, a cut around one broker rather than around several, a
 * process that stood still rather than its machine.
 */
function* plainerFaults(schedule: Schedule): Generator<Schedule> {
  for (const [at, step] of schedule.steps.entries()) {
    const { do: operation } = step;
    for (const key of ["oneWay", "with", "listener", "clock"]) {
      if (key in operation) yield withStep(schedule, at, { ...step, do: without(operation, key) });
    }
  }
}

/** How long a fault makes something take, where that is a number of its own. */
const lengthKeys = ["delayMs", "handlerMs", "byMs"] as const;

/** A request that is held up for a shorter time, a handler that is less slow. */
function* shorterFaults(schedule: Schedule): Generator<Schedule> {
  for (const [at, step] of schedule.steps.entries()) {
    const lengths = new Map<string, unknown>(Object.entries(step.do));
    for (const key of lengthKeys) {
      const lengthMs = lengths.get(key);
      for (const shorter of typeof lengthMs === "number" ? rounderMs(lengthMs) : []) {
        yield withStep(schedule, at, { ...step, do: { ...step.do, [key]: shorter } });
      }
    }
  }
}

function* rounderDelays(schedule: Schedule): Generator<Schedule> {
  for (const [at, step] of schedule.steps.entries()) {
    const { after } = step;
    for (const ms of rounderMs(after.ms ?? 0)) yield withStep(schedule, at, { ...step, after: { ...after, ms } });
    if ("assigned" in after || "processed" in after || "acked" in after) {
      yield withStep(schedule, at, { ...step, after: { ms: roughlyDueMs(schedule, step.id) } });
    }
  }
}

/** Shorter times, the shortest first. */
const rounderMs = (ms: number): readonly number[] =>
  ms > 0 ? [...new Set([0, Math.floor(ms / 2), roundDown(ms)])].filter((rounder) => rounder < ms) : [];

/** One significant digit: 3 871 becomes 3 000. */
function roundDown(ms: number): number {
  const scale = 10 ** Math.floor(Math.log10(ms));
  return Math.floor(ms / scale) * scale;
}

function* lessNoise(schedule: Schedule): Generator<Schedule> {
  const { latencyMs, seed } = schedule.noise;
  if (latencyMs.min !== 1 || latencyMs.max !== 1) yield { ...schedule, noise: { seed, latencyMs: { min: 1, max: 1 } } };
  if (seed !== "00000000") yield { ...schedule, noise: { seed: "00000000", latencyMs } };
}

const withStep = (schedule: Schedule, at: number, step: Step): Schedule => ({
  ...schedule,
  steps: schedule.steps.with(at, step),
});

const withOptions = (schedule: Schedule, options: Partial<TrialOptions>): Schedule => ({
  ...schedule,
  options: { ...schedule.options, ...options },
});
