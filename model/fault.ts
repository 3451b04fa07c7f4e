/**
 * What can go wrong in a trial, as data. How each is done to a cluster is told in `fault-injection/faults/`, one file a kind.
 */

import type { BrokerId, ClientId, TopicPartition } from "./ids.ts";
import type { TargetText } from "./target.ts";

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Requests of clients whose response can be lost on purpose, under the names of Kafka's protocol. */
export const losableApis = [
  "Produce",
  "OffsetCommit",
  "JoinGroup",
  "SyncGroup",
  "Fetch",
  "InitProducerId",
  "TxnOffsetCommit",
  "EndTxn",
] as const;
export type LosableApi = (typeof losableApis)[number];

/** Requests that producers send. */
export const producerApis = ["Produce", "InitProducerId", "AddPartitionsToTxn", "EndTxn", "Metadata"] as const;
export type ProducerApi = (typeof producerApis)[number];

/** Requests that members of a group send. */
export const memberApis = [
  "OffsetCommit",
  "OffsetFetch",
  "JoinGroup",
  "SyncGroup",
  "Heartbeat",
  "LeaveGroup",
  "FindCoordinator",
  "Fetch",
  "ListOffsets",
  "Metadata",
] as const;
export type MemberApi = (typeof memberApis)[number];

/** Requests that members send which commit in transactions, besides those of members and producers (KIP-447). */
export const outputApis = ["AddOffsetsToTxn", "TxnOffsetCommit"] as const;
export type OutputApi = (typeof outputApis)[number];

/**
 * Requests that brokers send to one another and, as nodes of the controllers' quorum, to its leader and its voters. A `Fetch` is
 * a follower's on the `broker` listener, and on the `controller` listener that of a node which follows the metadata log.
 */
export const brokerApis = [
  "Fetch",
  "ListOffsets",
  "AlterPartition",
  "AllocateProducerIds",
  "BrokerRegistration",
  "BrokerHeartbeat",
  "Vote",
  "BeginQuorumEpoch",
  "AddPartitionsToTxn",
  "WriteTxnMarkers",
] as const;
export type BrokerApi = (typeof brokerApis)[number];

/** A request of whoever it may be. */
export type RequestApi = ProducerApi | MemberApi | OutputApi | BrokerApi;

/**
 * A node that is both broker and controller listens on two ports: one for clients and followers, and one for whatever is meant
 * for the controller (`controller.listener.names`). A firewall can let one through and not the other.
 */
export type ListenerName = "broker" | "controller";

/** Up to where records are deleted: the first offset that stays. */
export type DeletionBound = number | "high-watermark";

export type Fault =
  /** SIGKILL: memory is lost, what reached the page cache is kept. */
  | { readonly kind: "kill-broker"; readonly target: TargetText }
  /** The machine loses power: what was not flushed to disk is lost as well. */
  | { readonly kind: "power-off-broker"; readonly target: TargetText }
  /** SIGTERM: controlled shutdown, leaderships are handed over first. */
  | { readonly kind: "stop-broker"; readonly target: TargetText }
  /**
   * SIGSTOP: the process stands still, its sockets stay open. With `clock` its whole machine stood still: when it goes on the
   * clock jumps, and whatever has come due meanwhile happens before it reads anything that was sent to it.
   */
  | { readonly kind: "pause-broker"; readonly target: TargetText; readonly clock?: "jumps" }
  /**
   * The clock of a broker's or a client's machine goes on by `byMs` at once, as when it is set: whatever the process waits for
   * comes due so much earlier, sessions and timeouts of others among it. Kafka measures some times by the clock on the wall and
   * some by one that is never set; here all of them jump. Its disk is written and its records are retained by real time.
   */
  | { readonly kind: "jump-clock"; readonly target: TargetText; readonly byMs: number }
  /** The next append fails with an I/O error, and the broker halts, as one does whose only log directory is offline. */
  | { readonly kind: "fail-disk"; readonly target: TargetText }
  /**
   * Nothing passes between two ends; with `oneWay` only what goes from `from` to `to` is held back. With `listener` only
   * connections to that listener are cut: a broker can lose its controller and still be fetched from, or the reverse.
   */
  | {
      readonly kind: "cut-link";
      readonly from: TargetText;
      readonly to: TargetText;
      readonly oneWay?: true;
      readonly listener?: ListenerName;
    }
  /** Each message between two ends takes `delayMs` longer; with `oneWay` only what goes from `from` to `to`. */
  | {
      readonly kind: "slow-link";
      readonly from: TargetText;
      readonly to: TargetText;
      readonly delayMs: number;
      readonly oneWay?: true;
    }
  /**
   * All connections between two ends break at once, as when a firewall between them forgets them. Requests on their way are
   * `lost`, or had reached their server just before and are `handled`; in neither case do their senders get an answer.
   */
  | {
      readonly kind: "reset-connections";
      readonly from: TargetText;
      readonly to: TargetText;
      readonly requests: "lost" | "handled";
    }
  /**
   * A broker can reach no other broker (and so no controller), or no client, or nobody at all. With `with` that many other
   * brokers, the next ones by number, are on its side of the cut; with `oneWay` only what goes in, or only what goes out, is
   * held back; with `listener` only connections to that listener are cut.
   */
  | {
      readonly kind: "isolate-broker";
      readonly target: TargetText;
      readonly from: "brokers" | "clients" | "everybody";
      readonly with?: number;
      readonly oneWay?: "in" | "out";
      readonly listener?: ListenerName;
    }
  /**
   * A broker, and as many others as `with` says, can be reached by `only` these clients, and all other brokers only by the
   * rest: what one kind of client sees the other does not. Brokers reach one another.
   */
  | {
      readonly kind: "split-clients";
      readonly target: TargetText;
      readonly with?: number;
      readonly only: "producers" | "consumers";
    }
  /**
   * The next request of this kind that `from` sends takes `delayMs` longer, and so does whatever follows it on its connection,
   * because TCP keeps the order. A sender that has waited long enough gives the connection up and sends again over another
   * one, and the request that was held up is handled when it arrives, long after its sender, or the process that its sender
   * was, has gone on. A broker that was started again meanwhile knows nothing of the connection, and refuses it.
   */
  | {
      readonly kind: "delay-request";
      readonly from: TargetText;
      readonly api: RequestApi;
      readonly listener?: ListenerName;
      readonly delayMs: number;
    }
  /**
   * The next request of this kind that `from` sends is handled twice, if it is sent again. TCP delivers nothing twice, and
   * neither does a broker: what makes a duplicate is a connection that breaks, as seen by its client, with a request on its
   * way. The client connects and sends again what it still wants, at once; the first request arrives `delayMs` later than it
   * would have, before the second or after it.
   */
  | {
      readonly kind: "duplicate-request";
      readonly from: TargetText;
      readonly api: RequestApi;
      readonly listener?: ListenerName;
      readonly delayMs: number;
    }
  /** The next response to a request of this kind is lost after the broker has done what was asked; the connection is reset. */
  | { readonly kind: "lose-response"; readonly client: ClientId; readonly api: LosableApi }
  /** The same between brokers: it is a broker that asked. */
  | {
      readonly kind: "lose-response";
      readonly target: TargetText;
      readonly api: BrokerApi;
      readonly listener?: ListenerName;
    }
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
  /** SIGSTOP of a producer or a group member, or of its whole machine as with `pause-broker`. */
  | { readonly kind: "pause-client"; readonly client: ClientId; readonly clock?: "jumps" }
  /** Every record takes this group member `handlerMs` to process. */
  | { readonly kind: "slow-handler"; readonly client: ClientId; readonly handlerMs: number }
  /** A fault that the user brought along; `fault` is its id, `parameters` what its `generate` returned. */
  | { readonly kind: "own-fault"; readonly fault: string; readonly parameters: Json };

export type FaultKind = Fault["kind"];
