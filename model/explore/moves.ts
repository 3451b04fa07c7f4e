/**
 * What can happen next in a world, as moves: one or several actions of the reference model that happen at once. Some of them
 * the model refuses; the search then goes on without them.
 *
 * Messages are left out as far as possible. A response that arrives late is a follower that takes what its leader's term had
 * come to, for a log only grows within a term; a fetch that arrives late has to be remembered, where the scope wants it.
 */

import { brokerId, offset } from "../ids.ts";
import type { BrokerId } from "../ids.ts";
import type { Action } from "../reference/actions.ts";
import { has, withBroker, without } from "../reference/broker-set.ts";
import type { Batch } from "../reference/appending.ts";
import { compare, fetchPositionOf, truncationOffset } from "../reference/divergence.ts";
import { highWatermarkLimit } from "../reference/fetching.ts";
import type { Guards } from "../reference/guards.ts";
import { upTo } from "../reference/log.ts";
import type { Entry } from "../reference/log.ts";
import type { Copy, LeaderRole, PartitionState, Term } from "../reference/state.ts";
import { controllerMoveGroups } from "./controller-moves.ts";
import type { Scope } from "./scope.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { LateFetch, Used, World } from "./world.ts";

export interface Move {
  readonly actions: readonly Action[];
  /** How much more of what is bounded has been used up. */
  readonly uses?: keyof Used;
  /** Which late fetch has arrived. */
  readonly arrives?: LateFetch;
  /** A controller is replaced and does not know it; or the one that was has acted. */
  readonly deposes?: boolean;
}

/** A scope with what follows from it. */
export interface Search {
  readonly scope: Scope;
  readonly guards: Guards;
}

/** Some of the moves that there are, about one broker or about one subject. */
export type MoveGroup = (world: World, search: Search, take: (move: Move) => void) => void;

/** All moves, in groups. */
export function moveGroups(brokers: number): readonly MoveGroup[] {
  const ids = Array.from({ length: brokers }, (_, at) => brokerId(at + 1));
  return [...ids.map(replicaMoves), ...ids.map(fetchMoves), lateMoves, ...controllerMoveGroups(ids)];
}

/** Calls `take` with every move. */
export function eachMove(world: World, search: Search, take: (move: Move) => void): void {
  for (const group of moveGroups(search.scope.brokers)) group(world, search, take);
}

const replicaMoves =
  (broker: BrokerId): MoveGroup =>
  (world, search, take) => {
    const partition = partitionOf(world);
    const copy = partition.copies[broker]!;
    const { role } = copy;
    if (role.kind === "down") return;
    roleMoves({ world, partition, broker, copy }, search, take);
    if (role.kind === "leader") leaderMoves({ world, partition, broker, copy, role }, search, take);
    else if (role.kind === "follower") followerMoves({ world, partition, broker, copy }, search, take);
    if (!search.guards["late-response"] && role.kind === "leader")
      lateResponses({ world, partition, broker, copy }, search, take);
    if (search.scope.deletions > world.used.deletions) retention(broker, copy, search, take);
  };

const lateMoves: MoveGroup = (world, _search, take) => {
  for (const late of world.late) take({ actions: [acceptFetch(late)], arrives: late });
};

interface At {
  readonly world: World;
  readonly partition: PartitionState;
  readonly broker: BrokerId;
  readonly copy: Copy;
}

type Take = (move: Move) => void;

const noProducer = -1 as Batch["producerId"];

/** A record as a batch of its own. Which record of its epoch it is tells its offset; nothing else is needed to tell it apart. */
const batchOf = ({ epoch, value }: Entry, at: number): Batch => ({
  baseOffset: offset(at),
  epoch,
  values: [value],
  length: 1,
  producerId: noProducer,
  producerEpoch: -1,
  baseSequence: -1,
});

// --- roles -------------------------------------------------------------------------------------------------------------

function roleMoves({ broker, copy: { highWatermark, log, role }, partition }: At, { guards }: Search, take: Take): void {
  const known = role.kind === "idle" ? role.from - 1 : role.kind === "down" ? Infinity : role.epoch;
  for (let epoch = known + 1; epoch <= partition.leaderEpoch; epoch++) {
    const term = partition.terms[epoch];
    if (term === undefined) continue;
    const at = { broker, partition: thePartition, epoch: epoch as Term["partitionEpoch"] & LeaderRole["epoch"] };
    if (term.leader === broker) {
      take({ actions: [{ kind: "become-leader", ...at, isr: term.isr, partitionEpoch: term.partitionEpoch }] });
      continue;
    }
    const follow: Action = { kind: "become-follower", ...at, leader: term.leader };
    const cuts = !guards["truncate-by-epoch"] && highWatermark < log.end;
    const cut: Action = { kind: "truncate-to-divergence", broker, partition: thePartition, toOffset: highWatermark };
    take({ actions: cuts ? [follow, cut] : [follow] });
  }
}

// --- the leader --------------------------------------------------------------------------------------------------------

function leaderMoves(
  { broker, copy, partition, role, world }: At & { readonly role: LeaderRole },
  search: Search,
  take: Take,
): void {
  const at = { broker, partition: thePartition };
  const { guards, scope } = search;
  if (world.used.records < scope.records) {
    const entry: Entry = { epoch: role.epoch, value: `${copy.log.end}` };
    take({ actions: [{ kind: "leader-append", ...at, batch: batchOf(entry, copy.log.end), acks: 1 }], uses: "records" });
  }
  const limit = highWatermarkLimit({ copy, partition }, role, broker, guards);
  if (limit > copy.highWatermark) {
    take({ actions: [{ kind: "advance-high-watermark", ...at, highWatermark: offset(limit) }] });
  }
  if (role.proposed === undefined) {
    for (const other of partition.replicas) {
      if (other === broker) continue;
      const isr = has(role.isr, other) ? without(role.isr, other) : withBroker(role.isr, other);
      take({ actions: [{ kind: "propose-isr", ...at, isr }] });
    }
  }
  const isNews = role.epoch === partition.leaderEpoch && role.partitionEpoch < partition.partitionEpoch;
  if (isNews && partition.leader === broker) {
    const { isr, partitionEpoch } = partition;
    take({ actions: [{ kind: "adopt-isr", ...at, isr, partitionEpoch }] });
  }
}

/** A leader takes in a divergence that it was told of while it still followed somebody. */
function lateResponses({ broker, copy, partition }: At, { guards }: Search, take: Take): void {
  const { epoch } = copy.role as LeaderRole;
  for (let before = 0; before < epoch; before++) {
    const term = partition.terms[before];
    if (term?.hasBegun !== true || term.leader === broker) continue;
    const found = compare(term, fetchPositionOf(copy), guards);
    if (found.kind !== "diverges") continue;
    const toOffset = truncationOffset(copy, found.at, guards);
    if (toOffset < copy.log.end) {
      take({ actions: [{ kind: "truncate-to-divergence", broker, partition: thePartition, toOffset }] });
    }
  }
}

// --- the follower ------------------------------------------------------------------------------------------------------

function followerMoves({ broker, copy, partition, world }: At, search: Search, take: Take): void {
  const { guards } = search;
  const { epoch } = copy.role as { readonly epoch: LeaderRole["epoch"] };
  const term = partition.terms[epoch];
  if (term === undefined || term.leader < 0) return;
  const at = { broker, partition: thePartition };
  if (!term.hasBegun) return;
  const found = compare(term, fetchPositionOf(copy), guards);
  if (found.kind === "diverges") {
    const toOffset = truncationOffset(copy, found.at, guards);
    if (toOffset < copy.log.end || copy.epochs.some(({ startOffset }) => startOffset >= toOffset)) {
      take({ actions: [{ kind: "truncate-to-divergence", ...at, toOffset }] });
    }
  } else if (found.kind === "out-of-range") {
    outOfRange({ world, partition, broker, copy }, term, search, take);
  } else if (term.log.end > copy.log.end) {
    const entry = upTo(term.log, copy.log.end + 1).last!;
    take({ actions: [{ kind: "follower-append", ...at, batch: batchOf(entry, copy.log.end) }] });
  }
  const isTold = found.kind === "agrees" || !guards["watermark-of-divergence"];
  if (isTold && copy.highWatermark < Math.min(term.highWatermark, copy.log.end)) {
    take({ actions: [{ kind: "follow-high-watermark", ...at, highWatermark: offset(copy.highWatermark + 1) }] });
  }
  if (found.kind === "agrees" && term.logStart > copy.logStart && term.logStart <= copy.highWatermark) {
    take({ actions: [{ kind: "follow-log-start", ...at, logStart: term.logStart }] });
  }
}

/** The fetch reaches whoever the follower takes for its leader, in whichever term that one is. */
const fetchMoves =
  (follower: BrokerId): MoveGroup =>
  (world, { guards }, take) => {
    const { copies, terms } = partitionOf(world);
    const copy = copies[follower]!;
    if (copy.role.kind !== "follower") return;
    const { epoch } = copy.role;
    const to = terms[epoch]?.leader;
    const role = to === undefined ? undefined : copies[to]?.role;
    if (role?.kind !== "leader" || (guards["fetch-epoch"] && role.epoch !== epoch)) return;
    const { brokerEpoch } = world.cluster.brokers[follower]!;
    const position = fetchPositionOf(copy);
    const known = role.fetched[follower];
    if (known?.offset === position.fetchOffset && known.brokerEpoch === brokerEpoch) return;
    take({ actions: [acceptFetch({ ...position, epoch, to: to!, follower, brokerEpoch })] });
  };

const acceptFetch = ({ to, ...fetch }: LateFetch): Action => ({
  kind: "accept-fetch",
  broker: to,
  partition: thePartition,
  ...fetch,
});

function outOfRange({ broker, copy }: At, term: Term, { guards }: Search, take: Take): void {
  const at = { broker, partition: thePartition };
  const isBehind = copy.log.end < term.logStart;
  if (isBehind || !guards["out-of-range"]) {
    take({ actions: [{ kind: "restart-log", ...at, logStart: term.logStart, isWithinBatch: false }] });
  } else if (term.log.end < copy.log.end) {
    take({ actions: [{ kind: "truncate-to-divergence", ...at, toOffset: term.log.end }] });
  }
}

// --- deleting ----------------------------------------------------------------------------------------------------------

/** Retention takes one record more from the front of a log. What it must not take, the model refuses. */
function retention(broker: BrokerId, { log, logStart }: Copy, { guards }: Search, take: Take): void {
  if (logStart >= log.end && guards["log-start-bound"]) return;
  const at = { broker, partition: thePartition, logStart: offset(logStart + 1) };
  take({ actions: [{ kind: "advance-log-start", ...at, isRequested: false }], uses: "deletions" });
}
