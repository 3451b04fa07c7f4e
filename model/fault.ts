/**
 * What can go wrong in a trial, as data. How each is done to a cluster is told in `fault-injection/faults/`, one file a kind.
 */

import type { BrokerId, ClientId, TopicPartition } from "./ids.ts";
import type { TargetText } from "./target.ts";

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Requests whose response can be lost on purpose, under the names of Kafka's protocol. */
export type LosableApi = "Produce" | "OffsetCommit" | "JoinGroup" | "SyncGroup" | "Fetch" | "InitProducerId";

/** Up to where records are deleted: the first offset that stays. */
export type DeletionBound = number | "high-watermark";

export type Fault =
  /** SIGKILL: memory is lost, what reached the page cache is kept. */
  | { readonly kind: "kill-broker"; readonly target: TargetText }
  /** The machine loses power: what was not flushed to disk is lost as well. */
  | { readonly kind: "power-off-broker"; readonly target: TargetText }
  /** SIGTERM: controlled shutdown, leaderships are handed over first. */
  | { readonly kind: "stop-broker"; readonly target: TargetText }
  /** SIGSTOP: the process stands still, its sockets stay open. */
  | { readonly kind: "pause-broker"; readonly target: TargetText }
  /** The next append fails with an I/O error, and the broker halts, as one does whose only log directory is offline. */
  | { readonly kind: "fail-disk"; readonly target: TargetText }
  /** Nothing passes between two ends; with `oneWay` only what goes from `from` to `to` is held back. */
  | { readonly kind: "cut-link"; readonly from: TargetText; readonly to: TargetText; readonly oneWay?: true }
  /**
   * A broker can reach no other broker (and so no controller), or no client, or nobody at all. With `with` that many other
   * brokers, the next ones by number, are on its side of the cut; with `oneWay` only what goes in, or only what goes out, is
   * held back.
   */
  | {
      readonly kind: "isolate-broker";
      readonly target: TargetText;
      readonly from: "brokers" | "clients" | "everybody";
      readonly with?: number;
      readonly oneWay?: "in" | "out";
    }
  /** The next response to a request of this kind is lost after the broker has done what was asked; the connection is reset. */
  | { readonly kind: "lose-response"; readonly client: ClientId; readonly api: LosableApi }
  /** An administrator asks for a preferred leader election (`ElectLeaders`). */
  | { readonly kind: "elect-leader"; readonly partition: TopicPartition }
  /** An administrator has any live replica lead a partition that nobody leads (`ElectLeaders`, election type UNCLEAN). */
  | { readonly kind: "unclean-election"; readonly partition: TopicPartition }
  /**
   * An administrator wants a partition's replicas on these brokers, the preferred one first (`AlterPartitionReassignments`). To
   * heal it is to cancel what has not been completed.
   */
  | { readonly kind: "reassign-partition"; readonly partition: TopicPartition; readonly replicas: readonly BrokerId[] }
  /** An administrator has a partition's first records deleted (`DeleteRecords`): those before an offset, or all committed ones. */
  | { readonly kind: "delete-records"; readonly partition: TopicPartition; readonly before: DeletionBound }
  /** SIGKILL of a producer or a group member. */
  | { readonly kind: "kill-client"; readonly client: ClientId }
  /** SIGSTOP of a producer or a group member. */
  | { readonly kind: "pause-client"; readonly client: ClientId }
  /** Every record takes this group member `handlerMs` to process. */
  | { readonly kind: "slow-handler"; readonly client: ClientId; readonly handlerMs: number }
  /** A fault that the user brought along; `fault` is its id, `parameters` what its `generate` returned. */
  | { readonly kind: "own-fault"; readonly fault: string; readonly parameters: Json };

export type FaultKind = Fault["kind"];
