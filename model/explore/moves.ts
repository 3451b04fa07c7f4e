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
import type { Copy, LeaderRole, PartitionState, Role, Term } from "../reference/state.ts";
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
export interface MoveGroup {
  /** About whom they are; 0 for nobody in particular. */
  readonly broker: number;
  /** As what that broker has to act for there to be any. */
  readonly role?: Role["kind"];
  /** Calls `take` with every move. */
  moves(world: World, search: Search, take: Take): void;
}

/** All moves, in groups: the less each of them depends on, the less often it has to be looked at. */
export function moveGroups(scope: Scope): readonly MoveGroup[] {
  const ids = Array.from({ length: scope.brokers }, (_, at) => brokerId(at + 1));
  const late = scope.lateFetches ? [lateMoves] : [];
  return [
    ...ids.flatMap((id) => replicaMoves(id, scope)),
    ...ids.map(fetchMoves),
    ...late,
    ...controllerMoveGroups(ids, scope),
  ];
}

/** Calls `take` with every move. */
export function eachMove(world: World, search: Search, take: Take): void {
  for (const group of moveGroups(search.scope)) {
    const { broker, role } = group;
    if (role === undefined || partitionOf(world).copies[broker]!.role.kind === role) group.moves(world, search, take);
  }
}

function replicaMoves(broker: BrokerId, { deletions, without: off }: Scope): readonly MoveGroup[] {
  const about = (role: Role["kind"], moves: (at: At, search: Search, take: Take) => void): MoveGroup => ({
    broker,
    role,
    moves: (world, search, take) => {
      const partition = partitionOf(world);
      const copy = partition.copies[broker]!;
      moves({ world, partition, broker, copy }, search, take);
    },
  });
  const leading = (moves: (at: AtLeader, search: Search, take: Take) => void): MoveGroup =>
    about("leader", (at, search, take) => moves({ ...at, role: at.copy.role as LeaderRole }, search, take));
  const following = (moves: (at: AtFollower, search: Search, take: Take) => void): MoveGroup =>
    about("follower", (at, search, take) => {
      const term = at.partition.terms[(at.copy.role as LeaderRole).epoch];
      if (term?.hasBegun === true) moves({ ...at, term }, search, take);
    });
  const retains = (role: Role["kind"]): readonly MoveGroup[] => (deletions > 0 ? [about(role, retention)] : []);
  return [
    about("leader", roleMoves),
    leading(appendMoves),
    leading(watermarkMoves),
    leading(proposeMoves),
    leading(adoptMoves),
    ...(off.includes("late-response") ? [about("leader", lateResponses)] : []),
    ...retains("leader"),
    about("follower", roleMoves),
    following(logMoves),
    following(followWatermark),
    following(followLogStart),
    ...retains("follower"),
    about("idle", roleMoves),
    ...retains("idle"),
  ];
}

const lateMoves: MoveGroup = {
  broker: 0,
  moves: (world, _search, take) => {
    for (const late of world.late) take({ actions: [acceptFetch(late)], arrives: late });
  },
};

interface At {
  readonly world: World;
  readonly partition: PartitionState;
  readonly broker: BrokerId;
  readonly copy: Copy;
}

interface AtLeader extends At {
  readonly role: LeaderRole;
}

interface AtFollower extends At {
  /** The term that it is in: its leader has taken office. */
  readonly term: Term;
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

function appendMoves({ broker, copy, role, world }: AtLeader, { scope }: Search, take: Take): void {
  if (world.used.records >= scope.records) return;
  const batch = batchOf({ epoch: role.epoch, value: `${copy.log.end}` }, copy.log.end);
  take({ actions: [{ kind: "leader-append", broker, partition: thePartition, batch, acks: 1 }], uses: "records" });
}

function watermarkMoves({ broker, copy, partition, role }: AtLeader, { guards }: Search, take: Take): void {
  // Most leaders have nothing that is not committed, and nobody has to look any further there.
  if (copy.highWatermark >= copy.log.end) return;
  const highWatermark = offset(highWatermarkLimit({ copy, partition }, role, broker, guards));
  if (highWatermark <= copy.highWatermark) return;
  take({ actions: [{ kind: "advance-high-watermark", broker, partition: thePartition, highWatermark }] });
}

function proposeMoves({ broker, partition, role }: AtLeader, _search: Search, take: Take): void {
  if (role.proposed !== undefined) return;
  for (const other of partition.replicas) {
    if (other === broker) continue;
    const isr = has(role.isr, other) ? without(role.isr, other) : withBroker(role.isr, other);
    take({ actions: [{ kind: "propose-isr", broker, partition: thePartition, isr }] });
  }
}

function adoptMoves({ broker, partition, role }: AtLeader, _search: Search, take: Take): void {
  const isNews = role.epoch === partition.leaderEpoch && role.partitionEpoch < partition.partitionEpoch;
  if (!isNews || partition.leader !== broker) return;
  const { isr, partitionEpoch } = partition;
  take({ actions: [{ kind: "adopt-isr", broker, partition: thePartition, isr, partitionEpoch }] });
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

function logMoves({ term, ...follower }: AtFollower, search: Search, take: Take): void {
  const { broker, copy } = follower;
  const at = { broker, partition: thePartition };
  const found = compare(term, fetchPositionOf(copy), search.guards);
  if (found.kind === "diverges") {
    const toOffset = truncationOffset(copy, found.at, search.guards);
    if (toOffset < copy.log.end || copy.epochs.some(({ startOffset }) => startOffset >= toOffset)) {
      take({ actions: [{ kind: "truncate-to-divergence", ...at, toOffset }] });
    }
  } else if (found.kind === "out-of-range") {
    outOfRange(follower, term, search, take);
  } else if (term.log.end > copy.log.end) {
    const entry = upTo(term.log, copy.log.end + 1).last!;
    take({ actions: [{ kind: "follower-append", ...at, batch: batchOf(entry, copy.log.end) }] });
  }
}

function followWatermark({ broker, copy, term }: AtFollower, { guards }: Search, take: Take): void {
  if (copy.highWatermark >= Math.min(term.highWatermark, copy.log.end)) return;
  const isTold = !guards["watermark-of-divergence"] || compare(term, fetchPositionOf(copy), guards).kind === "agrees";
  if (!isTold) return;
  const highWatermark = offset(copy.highWatermark + 1);
  take({ actions: [{ kind: "follow-high-watermark", broker, partition: thePartition, highWatermark }] });
}

function followLogStart({ broker, copy, term }: AtFollower, { guards }: Search, take: Take): void {
  const { logStart } = term;
  if (logStart <= copy.logStart || logStart > copy.highWatermark) return;
  if (compare(term, fetchPositionOf(copy), guards).kind !== "agrees") return;
  take({ actions: [{ kind: "follow-log-start", broker, partition: thePartition, logStart }] });
}

/** The fetch reaches whoever the follower takes for its leader, in whichever term that one is. */
const fetchMoves = (follower: BrokerId): MoveGroup => ({
  broker: follower,
  role: "follower",
  moves: (world, { guards }, take) => {
    const { copies, terms } = partitionOf(world);
    const copy = copies[follower]!;
    const { epoch } = copy.role as LeaderRole;
    const to = terms[epoch]?.leader;
    const role = to === undefined ? undefined : copies[to]?.role;
    if (role?.kind !== "leader" || (guards["fetch-epoch"] && role.epoch !== epoch)) return;
    const { brokerEpoch } = world.cluster.brokers[follower]!;
    const known = role.fetched[follower];
    if (known?.offset === copy.log.end && known.brokerEpoch === brokerEpoch) return;
    take({ actions: [acceptFetch({ ...fetchPositionOf(copy), epoch, to: to!, follower, brokerEpoch })] });
  },
});

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
function retention({ broker, copy: { log, logStart }, world }: At, { guards, scope }: Search, take: Take): void {
  if (world.used.deletions >= scope.deletions) return;
  if (logStart >= log.end && guards["log-start-bound"]) return;
  const at = { broker, partition: thePartition, logStart: offset(logStart + 1) };
  take({ actions: [{ kind: "advance-log-start", ...at, isRequested: false }], uses: "deletions" });
}
