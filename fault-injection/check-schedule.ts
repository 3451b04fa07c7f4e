/** Says what is wrong with a schedule that has the right form and still cannot be played. */

import { builtInPartitioners } from "../model/partitioners/create-partitioner.ts";
import type { OwnPartitioner } from "../model/partitioners/own-partitioner.ts";
import type { Operation, ProducerOptions, Schedule, Step, TrialOptions } from "../model/schedule.ts";
import {
  defaultBrokerSettings,
  defaultConsumerSettings,
  internalLogSettings,
  isCompacted,
  withDefaults,
} from "../model/settings.ts";
import { anchorStep, hasTransactions, isFault, waitsFor } from "../model/schedule.ts";
import { checkFault } from "./catalogue.ts";
import type { OwnFault } from "./own-fault.ts";

/** How many brokers a trial can have. */
const brokersMax = 5;

/** The first thing that is wrong, in one sentence that names the step; undefined where nothing is. */
export function checkSchedule(
  schedule: Schedule,
  ownFaults: readonly OwnFault[] = [],
  ownPartitioners: readonly OwnPartitioner[] = [],
): string | undefined {
  const { options, steps } = schedule;
  const problem =
    checkOptions(options) ??
    checkTransactions(options) ??
    checkInstances(options) ??
    checkOutputs(options) ??
    checkReadReplicas(options) ??
    checkPartitioners(options, ownPartitioners);
  if (problem !== undefined) return problem;
  const seen = new Set<string>();
  for (const step of steps) {
    if (seen.has(step.id)) return `two steps are called ${step.id}`;
    seen.add(step.id);
  }
  for (const step of steps) {
    const wrong = checkAfter(step, schedule) ?? checkOperation(step.do, schedule, ownFaults);
    if (wrong !== undefined) return `step ${step.id}: ${wrong}`;
  }
  return undefined;
}

function checkOptions({ brokers, groups, producers, topics }: TrialOptions): string | undefined {
  if (brokers < 1 || brokers > brokersMax) return `a trial has 1 to ${brokersMax} brokers, not ${brokers}`;
  const twice = twiceIn([...producers.map(({ id }) => id), ...groups.flatMap(({ members }) => members)]);
  if (twice !== undefined) return `two clients are called ${twice}`;
  const sameTopic = twiceIn(topics.map(({ name }) => name));
  if (sameTopic !== undefined) return `two topics are called ${sameTopic}`;
  const sameGroup = twiceIn(groups.map(({ id }) => id));
  if (sameGroup !== undefined) return `two groups are called ${sameGroup}`;
  for (const { name, partitions, replicationFactor } of topics) {
    if (partitions < 1) return `topic ${name} needs at least one partition`;
    if (replicationFactor < 1 || replicationFactor > brokers) {
      return `topic ${name} cannot have ${replicationFactor} replicas on ${brokers} brokers`;
    }
  }
  for (const group of groups) {
    const missing = group.topics.find((topic) => !topics.some(({ name }) => name === topic));
    if (missing !== undefined) return `group ${group.id} subscribes to ${missing}, which is no topic of the trial`;
  }
  return undefined;
}

/**
 * A consumer has one fetch at a time under way to a broker. Where it turns its back on a replica before a fetch has been answered
 * there, partitions that wait for their turn may never be asked for.
 */
function checkReadReplicas({ groups }: TrialOptions): string | undefined {
  for (const { config, id } of groups) {
    const settings = withDefaults(defaultConsumerSettings, config);
    const { "fetch.max.wait.ms": waitMs, "metadata.max.age.ms": ageMs } = settings;
    if (ageMs <= waitMs) return `group ${id} needs a metadata.max.age.ms above its fetch.max.wait.ms of ${waitMs}`;
  }
  return undefined;
}

function checkInstances({ groups }: TrialOptions): string | undefined {
  for (const { id, instances = {}, members } of groups) {
    const strange = Object.keys(instances).find((member) => !members.includes(member));
    if (strange !== undefined) return `group ${id} has a group.instance.id for ${strange}, which is not one of its members`;
  }
  return undefined;
}

function checkPartitioners({ producers }: TrialOptions, own: readonly OwnPartitioner[]): string | undefined {
  const known = [...builtInPartitioners, ...own.map(({ id }) => id)];
  const twice = twiceIn(known);
  if (twice !== undefined) return `two partitioners are called ${twice}`;
  for (const { config, id } of producers) {
    const name = config["partitioner.class"];
    if (name === undefined || known.includes(name)) continue;
    return `producer ${id} has the partitioner "${name}", and there are ${known.join(", ")}`;
  }
  return undefined;
}

/** A group with output commits in transactions, and its output is nothing that a group makes output of. */
function checkOutputs({ brokerConfig, groups, topics }: TrialOptions): string | undefined {
  const isCleaned = isCompacted(internalLogSettings("offsets.topic", withDefaults(defaultBrokerSettings, brokerConfig)));
  if (isCleaned && groups.some(({ output }) => output !== undefined)) {
    return "__consumer_offsets is cleaned, and so no group can have output here: see docs/NOT-MODELLED.md";
  }
  for (const { commit, id, output } of groups) {
    if ((commit === "in-transaction") !== (output !== undefined)) {
      return `group ${id} needs both commit "in-transaction" and an output, or neither`;
    }
    if (output === undefined) continue;
    const { config, topic } = output;
    const known = topics.find(({ name }) => name === topic);
    if (known === undefined) return `group ${id} writes to ${topic}, which is no topic of the trial`;
    if (isCompacted(known.config)) return `group ${id} writes records without keys, and ${topic} is compacted`;
    const reader = groups.find((other) => other.output !== undefined && other.topics.includes(topic));
    if (reader !== undefined) return `group ${reader.id} would make output of the output of ${id}`;
    const wrong = config["transactional.id"] !== undefined ? "no transactional.id of its own" : wrongOfTransactional(config);
    if (wrong !== undefined) return `the output of ${id} is written in transactions, and so it needs ${wrong}`;
  }
  return undefined;
}

const twiceIn = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at);

function checkAfter({ after, id }: Step, { options, steps }: Schedule): string | undefined {
  if ("assigned" in after) return checkMember(after.assigned, options);
  const anchor = anchorStep(after);
  if (anchor === undefined) return undefined;
  const found = steps.find(({ id }) => id === anchor);
  if (found === undefined) return `it waits for step ${anchor}, which is not in the schedule`;
  const needsSend = !("played" in after);
  if (needsSend && found.do.kind !== "send") return `it waits for ${anchor}, which sends nothing`;
  return waitsFor(steps, anchor, id) ? "it waits for itself" : undefined;
}

function checkOperation(operation: Operation, schedule: Schedule, ownFaults: readonly OwnFault[]): string | undefined {
  const { options, steps } = schedule;
  if (isFault(operation)) return checkFault(operation, options, ownFaults);
  switch (operation.kind) {
    case "heal":
      return checkHealed(
        steps.find(({ id }) => id === operation.fault),
        operation.fault,
      );
    case "start-member":
    case "stop-member":
      return checkMember(operation.member, options);
    case "end-transaction":
      return checkTransactional(operation.producer, options);
    case "send": {
      const { key, partition, producer, tombstone, topic, valueBytes } = operation;
      const known = options.topics.find(({ name }) => name === topic);
      if (!options.producers.some(({ id }) => id === producer)) return `there is no producer "${producer}"`;
      if (known === undefined) return `there is no topic "${topic}"`;
      if (isCompacted(known.config) && (key === undefined || partition !== undefined)) {
        return `topic ${topic} is compacted: its records have a key, which chooses the partition`;
      }
      if (tombstone && key === undefined) return "a tombstone deletes a key, and has none";
      if (tombstone && valueBytes !== undefined) return "a tombstone has no value that could take bytes";
      const isThere = partition === undefined || (partition >= 0 && partition < known.partitions);
      return isThere ? undefined : `topic ${topic} has partitions 0 to ${known.partitions - 1}, not ${partition}`;
    }
  }
}

function checkTransactional(producer: string, { producers }: TrialOptions): string | undefined {
  const found = producers.find(({ id }) => id === producer);
  if (found === undefined) return `there is no producer "${producer}"`;
  return hasTransactions(found) ? undefined : `producer ${producer} has no transactional.id`;
}

/** As the Java client does: transactions take idempotence, and acknowledgements of all in-sync replicas. */
function checkTransactions({ producers }: TrialOptions): string | undefined {
  for (const { config, id } of producers.filter(hasTransactions)) {
    const wrong = wrongOfTransactional(config);
    if (wrong !== undefined) return `producer ${id} has a transactional.id, and so it needs ${wrong}`;
  }
  return undefined;
}

function wrongOfTransactional(config: ProducerOptions["config"]): string | undefined {
  if ((config.acks ?? "all") !== "all") return "acks=all";
  return config["enable.idempotence"] === false ? "enable.idempotence=true" : undefined;
}

function checkHealed(step: Step | undefined, id: string): string | undefined {
  if (step === undefined) return `it heals ${id}, which is not in the schedule`;
  return isFault(step.do) ? undefined : `it heals ${id}, which is no fault`;
}

const checkMember = (member: string, { groups }: TrialOptions): string | undefined =>
  groups.some(({ members }) => members.includes(member)) ? undefined : `there is no group member "${member}"`;
