/** Draws targets, and checks that a target can exist, for the faults that need one. */

import type { Draw } from "../model/random.ts";
import { offsetsTopic, topicOf, topicPartition, transactionsTopic } from "../model/ids.ts";
import type { ClientId, TopicPartition } from "../model/ids.ts";
import { transactionalIdsOf } from "../model/schedule.ts";
import type { TrialOptions } from "../model/schedule.ts";
import { parseBrokerTarget, parseEndpoint, targetForms } from "../model/target.ts";
import type { BrokerTarget, EndpointTarget, TargetText } from "../model/target.ts";

/** A partition of one of the trial's topics. */
export function drawPartition(draw: Draw, options: TrialOptions): TopicPartition {
  const topic = draw.pick(options.topics);
  return topicPartition(topic.name, draw.integer(0, topic.partitions - 1));
}

/** A broker by what it is to the cluster: roles first, because that is where mistakes show; now and then by number. */
export function drawBrokerTarget(draw: Draw, options: TrialOptions): TargetText {
  const partition = drawPartition(draw, options);
  const replicas = options.topics.find(({ name }) => name === topicOf(partition))!.replicationFactor;
  return draw.weighted<() => TargetText>([
    [8, () => `leaderOf(${partition})`],
    [replicas > 1 ? 4 : 0, () => `followerOf(${partition}, ${draw.integer(0, replicas - 2)})`],
    [3, () => "controller"],
    [options.groups.length > 0 ? 3 : 0, () => `coordinatorOf(${draw.pick(options.groups).id})`],
    [2, () => `broker ${draw.integer(1, options.brokers)}`],
  ])();
}

/** A producer or a group member. */
export const drawClient = (draw: Draw, options: TrialOptions): ClientId =>
  draw.pick([...options.producers.map(({ id }) => id), ...options.groups.flatMap(({ members }) => members)]);

/** Says what is wrong with a broker target that cannot exist in such a trial. */
export function checkBrokerTarget(target: TargetText, options: TrialOptions): string | undefined {
  const parsed = parseBrokerTarget(target);
  if (parsed === undefined) return `"${target}" is not a broker: write ${targetForms}`;
  return checkParsed(target, parsed, options);
}

/** Says what is wrong with an end of a link that cannot exist in such a trial. */
export function checkEndpoint(target: TargetText, options: TrialOptions): string | undefined {
  const parsed = parseEndpoint(target);
  if (parsed === undefined) return `"${target}" is not a broker or a client: write ${targetForms}`;
  return parsed.kind === "client" ? checkClient(parsed.client, options) : checkParsed(target, parsed, options);
}

/** Says what is wrong with the name of a client that is not in the trial. */
export function checkClient(client: ClientId, options: TrialOptions): string | undefined {
  const known = [...options.producers.map(({ id }) => id), ...options.groups.flatMap(({ members }) => members)];
  return known.includes(client) ? undefined : `there is no client "${client}"; there are ${known.join(", ")}`;
}

/** Says what is wrong with a partition that is not in the trial. */
export function checkPartition(partition: TopicPartition, options: TrialOptions): string | undefined {
  const known = options.topics.flatMap(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, index) => topicPartition(name, index)),
  );
  return known.includes(partition) ? undefined : `there is no partition "${partition}"; there are ${known.join(", ")}`;
}

/** Topics that are there without being in the schedule: that of transactions only where there can be any. */
const internalTopicsOf = (options: TrialOptions): readonly string[] =>
  transactionalIdsOf(options).length > 0 ? [offsetsTopic, transactionsTopic] : [offsetsTopic];

function checkParsed(text: TargetText, target: BrokerTarget | EndpointTarget, options: TrialOptions): string | undefined {
  switch (target.kind) {
    case "broker":
      return target.broker >= 1 && target.broker <= options.brokers
        ? undefined
        : `"${text}" cannot exist: the trial has brokers 1 to ${options.brokers}`;
    case "leader-of":
    case "follower-of":
      return internalTopicsOf(options).includes(topicOf(target.partition))
        ? undefined
        : checkPartition(target.partition, options);
    case "coordinator-of":
      return options.groups.some(({ id }) => id === target.group)
        ? undefined
        : `there is no group "${target.group}"; there are ${options.groups.map(({ id }) => id).join(", ") || "none"}`;
    case "controller":
    case "client":
      return undefined;
  }
}
