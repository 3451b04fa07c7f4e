/**
 * What a system under test can be told to do: the primitives that faults and workloads come down to. Nothing symbolic is left
 * in them. A system says which kinds it supports; steps that need another one are skipped, and the history says so.
 */

import type { DeletionBound, ListenerName, RequestApi } from "../model/fault.ts";
import type { BrokerId, ClientId, StepId, TopicPartition } from "../model/ids.ts";
import type { SendOperation } from "../model/schedule.ts";

export type Command =
  | { readonly kind: "kill-broker"; readonly broker: BrokerId }
  | { readonly kind: "power-off-broker"; readonly broker: BrokerId }
  | { readonly kind: "stop-broker"; readonly broker: BrokerId }
  | { readonly kind: "start-broker"; readonly broker: BrokerId }
  | { readonly kind: "pause-broker"; readonly broker: BrokerId }
  /** The same, and on resumption whatever has come due is done before anything is read from a connection. */
  | { readonly kind: "suspend-broker"; readonly broker: BrokerId }
  | { readonly kind: "resume-broker"; readonly broker: BrokerId }
  | { readonly kind: "jump-clock"; readonly target: Endpoint; readonly byMs: number }
  /** The next write of a batch to the broker's disk fails, and every one after it. */
  | { readonly kind: "fail-disk"; readonly broker: BrokerId }
  /** The disk works again, and holds what was written to it. A broker that is down because of it is started. */
  | { readonly kind: "replace-disk"; readonly broker: BrokerId }
  /** One way: both ways are two commands. */
  | ({ readonly kind: "cut-link" | "heal-link" } & Link)
  /** The same: each message takes so much longer. */
  | ({ readonly kind: "slow-link" | "quicken-link"; readonly delayMs: number } & Link)
  /** All connections between two ends break, and requests on their way are lost or handled. */
  | {
      readonly kind: "reset-connections";
      readonly from: Endpoint;
      readonly to: Endpoint;
      readonly requests: "lost" | "handled";
    }
  /** The next of these requests is held up for `delayMs`; a duplicate's connection breaks behind it, so that it is sent again. */
  | ({ readonly kind: "delay-request" | "duplicate-request"; readonly delayMs: number } & RequestsOf)
  /** These requests are left alone, those that have not been sent yet. */
  | ({ readonly kind: "pass-requests" } & RequestsOf)
  /** The response to the next of these requests is lost, and the connection with it. */
  | ({ readonly kind: "lose-response" } & RequestsOf)
  /** No response to this end is lost any more. */
  | { readonly kind: "keep-responses"; readonly from: Endpoint }
  | { readonly kind: "elect-leader"; readonly partition: TopicPartition }
  | { readonly kind: "elect-unclean-leader"; readonly partition: TopicPartition }
  | { readonly kind: "reassign-partition"; readonly partition: TopicPartition; readonly replicas: readonly BrokerId[] }
  | { readonly kind: "cancel-reassignment"; readonly partition: TopicPartition }
  | { readonly kind: "delete-records"; readonly partition: TopicPartition; readonly before: DeletionBound }
  | { readonly kind: "start-client"; readonly client: ClientId }
  | { readonly kind: "stop-client"; readonly client: ClientId }
  | { readonly kind: "kill-client"; readonly client: ClientId }
  | { readonly kind: "pause-client"; readonly client: ClientId }
  | { readonly kind: "suspend-client"; readonly client: ClientId }
  | { readonly kind: "resume-client"; readonly client: ClientId }
  /** From now on each record takes the member that long; null for as long as its group's options say. */
  | { readonly kind: "set-handler"; readonly client: ClientId; readonly handlerMs: number | null }
  | { readonly kind: "send"; readonly step: StepId; readonly operation: SendOperation };

/** What goes from one end to another: over connections to one of the listeners that brokers have, or over all. */
export interface Link {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly listener?: ListenerName;
}

/** Requests of one kind that a broker or a client sends, to one of the listeners that brokers have or to any. */
export interface RequestsOf {
  readonly from: Endpoint;
  readonly api: RequestApi;
  readonly listener?: ListenerName;
}

export type CommandKind = Command["kind"];

const kinds: { readonly [Kind in CommandKind]: true } = {
  "kill-broker": true,
  "power-off-broker": true,
  "stop-broker": true,
  "start-broker": true,
  "pause-broker": true,
  "suspend-broker": true,
  "resume-broker": true,
  "jump-clock": true,
  "fail-disk": true,
  "replace-disk": true,
  "cut-link": true,
  "heal-link": true,
  "slow-link": true,
  "quicken-link": true,
  "reset-connections": true,
  "delay-request": true,
  "duplicate-request": true,
  "pass-requests": true,
  "lose-response": true,
  "keep-responses": true,
  "elect-leader": true,
  "elect-unclean-leader": true,
  "reassign-partition": true,
  "cancel-reassignment": true,
  "delete-records": true,
  "start-client": true,
  "stop-client": true,
  "kill-client": true,
  "pause-client": true,
  "suspend-client": true,
  "resume-client": true,
  "set-handler": true,
  send: true,
};

/** All kinds of commands: what a system supports that can do everything. The type checker sees to it that none is missing. */
export const commandKinds: ReadonlySet<CommandKind> = new Set(Object.keys(kinds) as CommandKind[]);

/** One end of a link. */
export type Endpoint =
  | { readonly kind: "broker"; readonly broker: BrokerId }
  | { readonly kind: "client"; readonly client: ClientId };

/** An end of a link in words, as schedules write it. */
export const endpointText = (end: Endpoint): string =>
  end.kind === "broker" ? `broker ${end.broker}` : `client ${end.client}`;
