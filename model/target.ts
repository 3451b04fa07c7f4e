/**
 * Symbolic targets: `leaderOf(orders-0)` instead of `broker 2`.
 *
 * A target is resolved when its step is played, so one schedule means the same on the in-memory cluster and on real Kafka,
 * and stays valid while it shrinks.
 */

import { brokerId, topicPartition } from "./ids.ts";
import type { BrokerId, ClientId, GroupId, TopicPartition } from "./ids.ts";

/** A broker, named by what it is to the cluster at the moment the step is played. */
export type BrokerTarget =
  | { readonly kind: "broker"; readonly broker: BrokerId }
  | { readonly kind: "controller" }
  | { readonly kind: "leader-of"; readonly partition: TopicPartition }
  | { readonly kind: "follower-of"; readonly partition: TopicPartition; readonly nth: number }
  | { readonly kind: "coordinator-of"; readonly group: GroupId };

/** One end of a network link: a broker or a client. */
export type EndpointTarget = BrokerTarget | { readonly kind: "client"; readonly client: ClientId };

/** A target as it is written in a schedule: `broker 2`, `controller`, `leaderOf(orders-0)`, `followerOf(orders-0, 1)`, … */
export type TargetText = string;

const forms: readonly (readonly [RegExp, (found: readonly string[]) => EndpointTarget])[] = [
  [/^broker (\d+)$/, ([id]) => ({ kind: "broker", broker: brokerId(Number(id)) })],
  [/^controller$/, () => ({ kind: "controller" })],
  [/^leaderOf\((\S+)-(\d+)\)$/, ([topic, index]) => ({ kind: "leader-of", partition: topicPartition(topic!, Number(index)) })],
  [
    /^followerOf\((\S+)-(\d+), ?(\d+)\)$/,
    ([topic, index, nth]) => ({
      kind: "follower-of",
      partition: topicPartition(topic!, Number(index)),
      nth: Number(nth),
    }),
  ],
  [/^coordinatorOf\((\S+)\)$/, ([group]) => ({ kind: "coordinator-of", group: group! })],
  [/^client (\S+)$/, ([client]) => ({ kind: "client", client: client! })],
];

/** Reads an end of a link; `undefined` where the text is none of the known forms. */
export function parseEndpoint(text: TargetText): EndpointTarget | undefined {
  for (const [pattern, make] of forms) {
    const found = pattern.exec(text);
    if (found !== null) return make(found.slice(1));
  }
  return undefined;
}

/** Reads a broker target; `undefined` where the text is not one. */
export function parseBrokerTarget(text: TargetText): BrokerTarget | undefined {
  const target = parseEndpoint(text);
  return target === undefined || target.kind === "client" ? undefined : target;
}

/** The forms a target can have, for messages that refuse one. */
export const targetForms =
  "broker 2, controller, leaderOf(orders-0), followerOf(orders-0, 1), coordinatorOf(billing) or client p1";
