/**
 * What is searched: a cluster of the reference model with one partition, what is still on its way, and how much of what is
 * bounded has been used up.
 */

import { brokerId, leaderEpoch, noLeader, partitionEpoch, topicPartition } from "../ids.ts";
import type { BrokerId, LeaderEpoch, Offset, PartitionEpoch, TopicPartition } from "../ids.ts";
import { step } from "../reference/actions.ts";
import type { Action } from "../reference/actions.ts";
import { noBrokers, setOf } from "../reference/broker-set.ts";
import type { BrokerSet } from "../reference/broker-set.ts";
import type { Decision } from "../reference/decision.ts";
import { emptyCluster } from "../reference/state.ts";
import type { ClusterState, PartitionState } from "../reference/state.ts";
import type { Scope } from "./scope.ts";

export interface World {
  readonly cluster: ClusterState;
  readonly used: Used;
  readonly late: readonly LateFetch[];
  /** What a controller that was replaced takes for the state of the partition. */
  readonly deposed: DeposedView | undefined;
}

export interface Used {
  readonly records: number;
  readonly crashes: number;
  readonly powerLosses: number;
  readonly deletions: number;
}

/** A fetch that its follower does not wait for any more. */
export interface LateFetch {
  readonly follower: BrokerId;
  readonly to: BrokerId;
  readonly brokerEpoch: number;
  readonly epoch: LeaderEpoch;
  readonly fetchOffset: Offset;
  readonly lastFetchedEpoch: LeaderEpoch;
}

export interface DeposedView {
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly isr: BrokerSet;
  readonly partitionEpoch: PartitionEpoch;
}

/** The partition that everything is about. */
export const thePartition: TopicPartition = topicPartition("orders", 0);

export const partitionOf = ({ cluster }: World): PartitionState => cluster.partitions.get(thePartition)!;

/** All brokers are in service, broker 1 leads, everybody follows and is in sync, and nothing has been written. */
export function firstWorld(scope: Scope): World {
  const ids = Array.from({ length: scope.brokers }, (_, at) => brokerId(at + 1));
  const [leader = noLeader] = ids;
  const isr = setOf(ids);
  const decided: Decision = {
    controllerEpoch: 0,
    partition: thePartition,
    replicas: ids,
    adding: noBrokers,
    removing: noBrokers,
    leader,
    leaderEpoch: leaderEpoch(0),
    isr,
    elr: noBrokers,
    lastKnownLeader: noLeader,
    isRecovering: false,
    partitionEpoch: partitionEpoch(0),
  };
  const registrations = ids.map((broker): Action => {
    return { kind: "register-broker", broker, brokerEpoch: 1, isFenced: false, isUnclean: false, controllerEpoch: 0 };
  });
  const create: Action = {
    kind: "create-partition",
    ...decided,
    minInsyncReplicas: scope.minInsyncReplicas,
    isUncleanAllowed: false,
    cleanup: { isCompacted: false, isDeleted: true, deleteRetentionMs: 0 },
    hasElr: scope.elr,
  };
  const roles = ids.map((broker): Action => {
    const at = { broker, partition: thePartition, epoch: leaderEpoch(0) };
    if (broker === leader) return { kind: "become-leader", ...at, isr, partitionEpoch: partitionEpoch(0) };
    return { kind: "become-follower", ...at, leader };
  });
  const controller: Action = { kind: "elect-controller", epoch: 0 };
  let cluster = emptyCluster;
  for (const action of [controller, ...registrations, create, ...roles]) {
    const next = step(cluster, action);
    if (next.kind === "refused") throw new Error(`the first state cannot be reached: ${next.because()}`);
    cluster = next.state;
  }
  return { cluster, used: { records: 0, crashes: 0, powerLosses: 0, deletions: 0 }, late: [], deposed: undefined };
}
