/** Draws and checks requests of one kind, for the faults that strike single requests. */

import { brokerApis, memberApis, outputApis, producerApis } from "../model/fault.ts";
import type { BrokerApi, ListenerName, MemberApi, ProducerApi, RequestApi } from "../model/fault.ts";
import type { ClientId } from "../model/ids.ts";
import type { Draw } from "../model/random.ts";
import type { TrialOptions } from "../model/schedule.ts";
import { parseEndpoint } from "../model/target.ts";
import type { TargetText } from "../model/target.ts";
import { checkEndpoint, drawBrokerTarget, drawClient, drawPartition } from "./draw-target.ts";

/** The next request of a kind that somebody sends, as a fault names it. */
export interface RequestsFrom {
  readonly from: TargetText;
  readonly api: RequestApi;
  readonly listener?: ListenerName;
}

/** What matters most comes more often than once. */
const likelyOfProducer: readonly ProducerApi[] = ["Produce", "Produce", "Produce", "InitProducerId"];
const likelyOfMember: readonly MemberApi[] = ["OffsetCommit", "OffsetCommit", ...memberApis.slice(1)];

/** Of a member that commits with its output. */
const likelyOfOutput: readonly RequestApi[] = [
  "TxnOffsetCommit",
  "TxnOffsetCommit",
  "EndTxn",
  "EndTxn",
  "Produce",
  "AddOffsetsToTxn",
  "OffsetFetch",
  "JoinGroup",
  "SyncGroup",
  "Heartbeat",
];

/** Requests of clients, and of brokers about as often. */
export function drawRequests(draw: Draw, options: TrialOptions): RequestsFrom {
  const hasClients = options.producers.length > 0 || options.groups.length > 0;
  if (!hasClients || (options.brokers > 1 && draw.chance(0.55))) return drawRequestsOfBroker(draw, options);
  const client = drawClient(draw, options);
  return { from: `client ${client}`, api: draw.pick<RequestApi>(likelyOf(client, options)) };
}

/** Requests of brokers, each of the role in which they send them. */
export function drawRequestsOfBroker(draw: Draw, options: TrialOptions): RequestsOfBroker {
  const partition = drawPartition(draw, options);
  const anyone = drawBrokerTarget(draw, options);
  const hasFollower = options.topics.some(
    ({ name, replicationFactor }) => replicationFactor > 1 && partition.startsWith(`${name}-`),
  );
  const follower = hasFollower ? `followerOf(${partition}, 0)` : anyone;
  return draw.weighted<RequestsOfBroker>([
    [5, { from: follower, api: "Fetch", listener: "broker" }],
    [5, { from: `leaderOf(${partition})`, api: "AlterPartition" }],
    [2, { from: anyone, api: "BrokerHeartbeat" }],
    [2, { from: anyone, api: "BrokerRegistration" }],
    [2, { from: anyone, api: "Fetch", listener: "controller" }],
    [1, { from: anyone, api: "Vote" }],
    [1, { from: "controller", api: "BeginQuorumEpoch" }],
    [1, { from: `leaderOf(${partition})`, api: "AllocateProducerIds" }],
    [1, { from: follower, api: "ListOffsets" }],
  ]);
}

export interface RequestsOfBroker extends RequestsFrom {
  readonly api: BrokerApi;
}

/** Says what is wrong with requests that nobody sends in such a trial. */
export function checkRequests({ api, from, listener }: RequestsFrom, options: TrialOptions): string | undefined {
  const wrong = checkEndpoint(from, options);
  if (wrong !== undefined) return wrong;
  const end = parseEndpoint(from)!;
  const isClient = end.kind === "client";
  const apis = isClient ? apisOf(end.client, options) : brokerApis;
  if (!apis.includes(api)) return `${from} sends no ${api}; it sends ${apis.join(", ")}`;
  return isClient && listener === "controller" ? `${from} does not know the listener of controllers` : undefined;
}

function apisOf(client: ClientId, { groups, producers }: TrialOptions): readonly RequestApi[] {
  if (producers.some(({ id }) => id === client)) return producerApis;
  const group = groups.find(({ members }) => members.includes(client));
  return group?.output === undefined ? memberApis : [...memberApis, ...producerApis, ...outputApis];
}

function likelyOf(client: ClientId, { groups, producers }: TrialOptions): readonly RequestApi[] {
  if (producers.some(({ id }) => id === client)) return likelyOfProducer;
  const group = groups.find(({ members }) => members.includes(client));
  return group?.output === undefined ? likelyOfMember : likelyOfOutput;
}
