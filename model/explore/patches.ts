/** What is another one in a world after a move, as patches of its parts. What the move has only handed on is in none of them. */

import { partitionEpoch } from "../ids.ts";
import type { BrokerState, LeaderRole, PartitionState, Role, Term } from "../reference/state.ts";
import { copyField } from "./broker-parts.ts";
import type { WordChange } from "./changes.ts";
import type { CopyPatch, Patch, RolePatch } from "./deltas.ts";
import { headField } from "./head-parts.ts";
import { pastEpoch, pastProcess, presentEpoch, presentProcess } from "./layout.ts";
import { fieldsBits } from "./part-table.ts";
import { countMask, packUsed, usedMask } from "./proposal-parts.ts";
import type { Scope } from "./scope.ts";
import { termField } from "./term-parts.ts";
import type { WatchedWorld } from "./watched-world.ts";
import { partitionOf } from "./world.ts";
import type { LateFetch, Used, World } from "./world.ts";

/** What a world has come to, and what is present in it. */
interface Now {
  readonly watched: WatchedWorld;
  readonly partition: PartitionState;
  readonly brokers: readonly (BrokerState | undefined)[];
}

export const nowOf = (watched: WatchedWorld, after: World): Now => ({
  watched,
  partition: partitionOf(after),
  brokers: after.cluster.brokers,
});

const positionFields = ["log", "logStart", "highWatermark", "epochs"] as const;
const leaderFields = ["epoch", "epochStartOffset", "isr", "partitionEpoch", "proposed"] as const;
const decidedFields = ["leader", "leaderEpoch", "isr", "elr", "lastKnownLeader", "committed", "lossyEpoch"] as const;
const termFields = ["leader", "isr", "partitionEpoch", "hasBegun", ...positionFields] as const;

export function copyPatch(now: Now, id: number): Patch {
  const { watched } = now;
  const copy = watched.tokens.behind(now.partition.copies[id]!);
  const at = (field: keyof typeof copyField): number => ((id - 1) << fieldsBits) | copyField[field];
  const set: CopyPatch = changed(now, copy, [...positionFields, "isDamaged"] as const, at);
  const role = rolePatch(now, copy.role, id);
  return { of: "copy", set: role === undefined ? set : { ...set, role } };
}

function rolePatch(now: Now, role: Role, id: number): RolePatch | undefined {
  const { tokens } = now.watched;
  if (now.watched.isHandedOn(role)) return undefined;
  const is = tokens.behind(role);
  const at = (field: number): number => ((id - 1) << fieldsBits) | field;
  if (is.kind === "down") return { kind: "down" };
  if (is.kind === "idle") return { kind: "idle", from: tokens.valueOf(is.from) };
  if (is.kind === "follower") return { kind: "follower", epoch: tokens.valueOf(is.epoch) };
  const set: Partial<Pick<LeaderRole, (typeof leaderFields)[number]>> = changed(now, is, leaderFields, (field) =>
    at(copyField[field]),
  );
  const { partitionEpoch: version, ...rest } = set;
  const fetched = fetchedPatch(now, is, id);
  const presence = version === undefined ? {} : { partitionEpoch: presenceOf(now, version) };
  // A leader that is one already leads on in its epoch.
  return { ...rest, ...presence, ...(rest.epoch !== undefined && { kind: "leader" }), ...(fetched.length > 0 && { fetched }) };
}

function fetchedPatch(now: Now, role: LeaderRole, id: number): Exclude<RolePatch["fetched"], undefined> {
  const { brokers, watched } = now;
  const fetched = watched.tokens.behind(role.fetched);
  const patch: (readonly [number, LeaderRole["fetched"][number]])[] = [];
  for (let other = 1; other < brokers.length; other++) {
    const at = ((id - 1) << fieldsBits) | (copyField.fetched + other - 1);
    if (watched.tokens.lookOf(fetched[other]) === at) continue;
    const one = watched.tokens.valueOf(fetched[other]);
    patch.push([other, one && { offset: one.offset, brokerEpoch: processOf(now, other, one.brokerEpoch) }]);
  }
  return patch;
}

export function termPatch(now: Now, epoch: number): Patch {
  const { places, tokens } = now.watched;
  const term = tokens.behind(now.partition.terms[epoch]!);
  const at = (field: keyof typeof termField): number => ((places.terms + epoch) << fieldsBits) | termField[field];
  const { partitionEpoch: version, ...rest }: Partial<Term> = changed(now, term, termFields, at);
  const presence = version === undefined ? {} : { partitionEpoch: presenceOf(now, version) };
  return { of: "term", epoch, set: { ...rest, ...presence } };
}

export function headPatch(now: Now, { cluster, deposed, late }: World, scope: Scope): Patch | undefined {
  const { places, tokens } = now.watched;
  const partition = tokens.behind(now.partition);
  const at = (field: keyof typeof headField): number => (places.head << fieldsBits) | headField[field];
  const set = changed(now, partition, decidedFields, at);
  const office = changed(now, tokens.behind(cluster), ["controllerEpoch"] as const, at);
  const lateNow = late.map((fetch): LateFetch => {
    const { brokerEpoch, epoch, fetchOffset, follower, lastFetchedEpoch, to } = fetch;
    return { follower, to, brokerEpoch: processOf(now, follower, brokerEpoch), epoch, fetchOffset, lastFetchedEpoch };
  });
  const view = deposed && {
    leader: deposed.leader,
    leaderEpoch: deposed.leaderEpoch,
    isr: deposed.isr,
    partitionEpoch: partitionEpoch(pastEpoch),
  };
  const beside = {
    ...office,
    ...(scope.lateFetches && { late: lateNow }),
    ...(scope.deposedController && { deposed: view }),
  };
  const isSame = Object.keys(set).length === 0 && Object.keys(beside).length === 0;
  return isSame ? undefined : { of: "head", set, beside };
}

/** `kept` says which proposals of a partition can still be granted. */
export function proposalsPatch(now: Now, kept: (partition: PartitionState) => PartitionState["proposals"]): Patch | undefined {
  const { places, tokens } = now.watched;
  if (tokens.lookOf(tokens.behind(now.partition).proposals) === places.proposals << fieldsBits) return undefined;
  const set = kept(now.partition).map((proposal) => ({
    ...proposal,
    partitionEpoch: presenceOf(now, proposal.partitionEpoch),
    brokerEpochs: proposal.brokerEpochs.map((heard, id) => heard && processOf(now, id, heard)),
  }));
  return { of: "proposals", set };
}

/** Of what is used up, packed: which bits stay as they are, and which are set. Undefined where all of it is the same. */
export function usedAfter({ watched: { places, tokens } }: Now, { used }: World): Pick<WordChange, "keeps" | "to"> | undefined {
  const after = tokens.behind(used);
  const isKept = (field: keyof Used, nth: number): boolean =>
    tokens.lookOf(after[field]) === ((places.used << fieldsBits) | nth);
  const keeps = packUsed(mapUsed((field, nth) => (isKept(field, nth) ? countMask : 0)));
  const to = packUsed(mapUsed((field, nth) => (isKept(field, nth) ? 0 : tokens.valueOf(after[field]))));
  return keeps === usedMask ? undefined : { keeps, to };
}

const mapUsed = (of: (field: keyof Used, nth: number) => number): Used => ({
  records: of("records", 0),
  crashes: of("crashes", 1),
  powerLosses: of("powerLosses", 2),
  deletions: of("deletions", 3),
});

const presenceOf = ({ partition }: Now, version: LeaderRole["partitionEpoch"]): LeaderRole["partitionEpoch"] =>
  partitionEpoch(version === partition.partitionEpoch ? presentEpoch : pastEpoch);

const processOf = ({ brokers }: Now, id: number, process: number): number =>
  process === brokers[id]!.brokerEpoch ? presentProcess : pastProcess;

/** The fields in which there is not what was there before. */
function changed<Target extends object, Field extends keyof Target & string>(
  { watched: { tokens } }: Now,
  target: Target,
  fields: readonly Field[],
  lookAt: (field: Field) => number,
): Partial<Pick<Target, Field>> {
  const set: Partial<Pick<Target, Field>> = {};
  for (const field of fields) {
    const value = target[field];
    if (tokens.lookOf(value) !== lookAt(field)) set[field] = tokens.valueOf(value);
  }
  return set;
}
