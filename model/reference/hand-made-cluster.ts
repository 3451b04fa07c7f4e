/** Test support: clusters that the model's own actions have led to, and the actions in few words. */

import type { ErrorName } from "../error-code.ts";
import { brokerId, generation, leaderEpoch, memberId, offset, partitionEpoch, producerId, topicPartition } from "../ids.ts";
import type { BrokerId, TopicPartition } from "../ids.ts";
import { step } from "./actions.ts";
import type { Action } from "./actions.ts";
import type { Decision } from "./decision.ts";
import type { Batch } from "./appending.ts";
import { noBrokers, setOf } from "./broker-set.ts";
import { entriesOf } from "./log.ts";
import { emptyCluster } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";

export const orders: TopicPartition = topicPartition("orders", 0);
export const offsetsLog: TopicPartition = topicPartition("__consumer_offsets", 0);
const ids = (numbers: readonly number[]): readonly BrokerId[] => numbers.map(brokerId);

/** The state after these actions; a refusal is a mistake of the test. */
export function after(state: ClusterState, ...actions: readonly Action[]): ClusterState {
  return actions.reduce((current, action) => {
    const next = step(current, action);
    if (next.kind === "refused") throw new Error(`${action.kind} was refused with ${next.error}: ${next.because()}`);
    return next.state;
  }, state);
}

/** The error that the last of these actions is refused with; undefined where it is not. */
export function errorOf(state: ClusterState, ...actions: readonly Action[]): ErrorName | undefined {
  const next = step(after(state, ...actions.slice(0, -1)), actions.at(-1)!);
  return next.kind === "refused" ? next.error : undefined;
}

export const partitionIn = (state: ClusterState, partition: TopicPartition = orders): PartitionState =>
  state.partitions.get(partition)!;
export const copyIn = (state: ClusterState, broker: number, partition: TopicPartition = orders): Copy =>
  partitionIn(state, partition).copies[broker]!;
/** What is committed, as the values of its records. */
export const committedIn = (state: ClusterState): string =>
  entriesOf(partitionIn(state).committed)
    .map(({ value }) => value)
    .join("");
export const valuesIn = (state: ClusterState, broker: number): string =>
  entriesOf(copyIn(state, broker).log)
    .map(({ value }) => value)
    .join("");

// --- actions in few words ------------------------------------------------------------------------------------------------

export const register = (
  broker: number,
  odd: { readonly epoch?: number; readonly isFenced?: boolean; readonly isUnclean?: boolean } = {},
): Action => ({
  kind: "register-broker",
  broker: brokerId(broker),
  brokerEpoch: odd.epoch ?? broker,
  isFenced: odd.isFenced ?? false,
  isUnclean: odd.isUnclean ?? false,
  controllerEpoch: 1,
});
export const takeOffice = (epoch: number): Action => ({ kind: "elect-controller", epoch });
export const fence = (broker: number): Action => ({ kind: "fence-broker", broker: brokerId(broker), controllerEpoch: 1 });
export const unfence = (broker: number): Action => ({ kind: "unfence-broker", broker: brokerId(broker), controllerEpoch: 1 });
export const beginShutdown = (broker: number): Action => ({
  kind: "begin-controlled-shutdown",
  broker: brokerId(broker),
  controllerEpoch: 1,
});
export const takeDown = (broker: number): Action => ({ kind: "take-down-broker", broker: brokerId(broker) });
export const recover = (
  broker: number,
  endOffset: number,
  highWatermark: number,
  hasLostPower = false,
  logStart = 0,
): Action => ({
  kind: "recover-replica",
  broker: brokerId(broker),
  partition: orders,
  logStart: offset(logStart),
  endOffset: offset(endOffset),
  highWatermark: offset(highWatermark),
  epochs: undefined,
  hasLostPower,
});

interface Decided {
  readonly leader: number;
  readonly epoch: number;
  readonly isr: readonly number[];
  readonly version: number;
  readonly elr?: readonly number[];
  readonly lastKnownLeader?: number;
  readonly isRecovering?: boolean;
  readonly replicas?: readonly number[];
  readonly adding?: readonly number[];
  readonly removing?: readonly number[];
  readonly controllerEpoch?: number;
}
const decision = (decided: Decided, partition = orders): Decision => ({
  controllerEpoch: decided.controllerEpoch ?? 1,
  partition,
  replicas: ids(decided.replicas ?? [1, 2, 3]),
  adding: setOf(ids(decided.adding ?? [])),
  removing: setOf(ids(decided.removing ?? [])),
  leader: brokerId(decided.leader),
  leaderEpoch: leaderEpoch(decided.epoch),
  isr: setOf(ids(decided.isr)),
  elr: decided.elr === undefined ? noBrokers : setOf(ids(decided.elr)),
  lastKnownLeader: brokerId(decided.lastKnownLeader ?? -1),
  isRecovering: decided.isRecovering ?? false,
  partitionEpoch: partitionEpoch(decided.version),
});
export const create = (decided: Decided, odd: Odd & { readonly partition?: TopicPartition } = {}): Action => ({
  kind: "create-partition",
  ...decision(decided, odd.partition),
  minInsyncReplicas: odd.minIsr ?? 2,
  isUncleanAllowed: odd.unclean ?? false,
  cleanup: { isCompacted: odd.compacted ?? false, isDeleted: odd.compacted !== true, deleteRetentionMs: 100 },
  hasElr: odd.elr ?? false,
});
interface Odd {
  readonly minIsr?: number;
  readonly unclean?: boolean;
  readonly compacted?: boolean;
  readonly elr?: boolean;
}
export const elect = (decided: Decided): Action => ({ kind: "elect-clean", ...decision(decided) });
export const electFromElr = (decided: Decided): Action => ({ kind: "elect-from-elr", ...decision(decided) });
export const electLastKnown = (decided: Decided): Action => ({ kind: "elect-last-known-leader", ...decision(decided) });
export const electUnclean = (decided: Decided): Action => ({ kind: "elect-unclean", ...decision(decided) });
export const changeIsr = (decided: Decided): Action => ({ kind: "change-isr", ...decision(decided) });
export const lead = (
  broker: number,
  epoch: number,
  isr: readonly number[],
  version: number,
  partition: TopicPartition = orders,
): Action => ({
  kind: "become-leader",
  broker: brokerId(broker),
  partition,
  epoch: leaderEpoch(epoch),
  isr: setOf(ids(isr)),
  partitionEpoch: partitionEpoch(version),
});
export const follow = (broker: number, epoch: number, leader: number): Action => ({
  kind: "become-follower",
  broker: brokerId(broker),
  partition: orders,
  epoch: leaderEpoch(epoch),
  leader: brokerId(leader),
});
export const proposeIsr = (broker: number, ...isr: readonly number[]): Action => ({
  kind: "propose-isr",
  broker: brokerId(broker),
  partition: orders,
  isr: setOf(ids(isr)),
});
export const adoptIsr = (broker: number, version: number, ...isr: readonly number[]): Action => ({
  kind: "adopt-isr",
  broker: brokerId(broker),
  partition: orders,
  isr: setOf(ids(isr)),
  partitionEpoch: partitionEpoch(version),
});

/** Records `ab` at an offset, of an epoch, from a producer that is not idempotent unless it is told. */
export const batch = (
  values: string,
  at: number,
  epoch: number,
  producer: { readonly id?: number; readonly epoch?: number; readonly sequence?: number } = {},
): Batch => ({
  baseOffset: offset(at),
  epoch: leaderEpoch(epoch),
  values: values.split(""),
  producerId: producerId(producer.id ?? -1),
  producerEpoch: producer.epoch ?? 0,
  baseSequence: producer.sequence ?? 0,
  length: values.length,
});
export const append = (broker: number, records: Batch, acks = -1): Action => ({
  kind: "leader-append",
  broker: brokerId(broker),
  partition: orders,
  batch: records,
  acks,
});
export const replicate = (broker: number, records: Batch): Action => ({
  kind: "follower-append",
  broker: brokerId(broker),
  partition: orders,
  batch: records,
});
export const truncate = (broker: number, to: number): Action => ({
  kind: "truncate-to-divergence",
  broker: brokerId(broker),
  partition: orders,
  toOffset: offset(to),
});
export const fetch = (leader: number, follower: number, at: number, epoch: number, lastEpoch: number = epoch): Action => ({
  kind: "accept-fetch",
  broker: brokerId(leader),
  partition: orders,
  follower: brokerId(follower),
  brokerEpoch: follower,
  epoch: leaderEpoch(epoch),
  fetchOffset: offset(at),
  lastFetchedEpoch: leaderEpoch(lastEpoch),
});
export const advance = (broker: number, to: number): Action => ({
  kind: "advance-high-watermark",
  broker: brokerId(broker),
  partition: orders,
  highWatermark: offset(to),
});
export const followWatermark = (broker: number, to: number): Action => ({
  kind: "follow-high-watermark",
  broker: brokerId(broker),
  partition: orders,
  highWatermark: offset(to),
});

// --- groups --------------------------------------------------------------------------------------------------------------

const at1 = { broker: brokerId(1), group: "billing" };
export const join = (member: string, broker = 1, instance?: string): Action => ({
  kind: "join-group",
  ...at1,
  broker: brokerId(broker),
  member: memberId(member),
  instance,
});
export const replace = (former: string, member: string, instance: string): Action => ({
  kind: "replace-member",
  ...at1,
  former: memberId(former),
  member: memberId(member),
  instance,
});
export const removeMember = (member: string): Action => ({ kind: "remove-member", ...at1, member: memberId(member) });
export const prepare: Action = { kind: "prepare-rebalance", ...at1 };
export const complete = (count: number, ...members: readonly string[]): Action => ({
  kind: "complete-rebalance",
  ...at1,
  generation: generation(count),
  leader: memberId(members[0] ?? ""),
  members: members.map(memberId),
});
export const sync = (count: number, shares: { readonly [member: string]: readonly number[] }): Action => ({
  kind: "sync-group",
  ...at1,
  generation: generation(count),
  assignment: new Map(
    Object.entries(shares).map(([member, indexes]) => [
      memberId(member),
      indexes.map((index) => topicPartition("orders", index)),
    ]),
  ),
});
interface LogPlace {
  readonly offset: number;
  readonly epoch: number;
}
/** A commit of `orders-0`, written at a place of the coordinator's log. */
export const commit = (member: string, count: number, position: number, place: LogPlace = { offset: 0, epoch: 0 }): Action => ({
  kind: "commit-offset",
  ...at1,
  member: memberId(member),
  generation: generation(count),
  offsets: new Map([[orders, offset(position)]]),
  at: { partition: offsetsLog, offset: offset(place.offset), epoch: leaderEpoch(place.epoch) },
});
export const rejectCommit = (member: string, count: number, error: ErrorName): Action => ({
  kind: "reject-commit",
  ...at1,
  member: memberId(member),
  generation: generation(count),
  error,
});
export const store = (
  count: number,
  members: readonly string[],
  place: LogPlace,
  instances: { readonly [instance: string]: string } = {},
): Action => ({
  kind: "store-group",
  ...at1,
  generation: generation(count),
  members: members.map(memberId),
  instances: Object.fromEntries(Object.entries(instances).map(([instance, member]) => [instance, memberId(member)])),
  at: { partition: offsetsLog, offset: offset(place.offset), epoch: leaderEpoch(place.epoch) },
});
export const load = (broker: number, count: number, members: readonly string[], positions: readonly number[]): Action => ({
  kind: "load-group",
  ...at1,
  broker: brokerId(broker),
  generation: generation(count),
  members: members.map(memberId),
  offsets: new Map(positions.map((position) => [orders, offset(position)])),
  pending: [],
  log: offsetsLog,
});

// --- a cluster to begin with ---------------------------------------------------------------------------------------------

const brokers = after(emptyCluster, register(1), register(2), register(3));
/** Three brokers; `orders-0` is led by 1 in epoch 0 and followed by 2 and 3, all in sync, with min ISR 2. */
export const calm: ClusterState = clusterWith({});

export function clusterWith(odd: Odd): ClusterState {
  const created = create({ leader: 1, epoch: 0, isr: [1, 2, 3], version: 0 }, odd);
  return after(brokers, created, lead(1, 0, [1, 2, 3], 0), follow(2, 0, 1), follow(3, 0, 1));
}

/** `calm`, with `ab` on all replicas and committed, and `c` on the leader and on 2 only. */
export const busy = (from: ClusterState = calm): ClusterState =>
  after(
    from,
    append(1, batch("ab", 0, 0)),
    replicate(2, batch("ab", 0, 0)),
    replicate(3, batch("ab", 0, 0)),
    fetch(1, 2, 2, 0),
    fetch(1, 3, 2, 0),
    advance(1, 2),
    followWatermark(2, 2),
    append(1, batch("c", 2, 0)),
    replicate(2, batch("c", 2, 0)),
  );
