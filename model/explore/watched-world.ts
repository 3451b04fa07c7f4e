/**
 * A world that notes what is looked at in it. The model is a pure function of the world that it is given: with the same answers
 * to everything that it has asked, it does the same again, whatever the rest of the world is like.
 */

import { leaderEpoch, partitionEpoch } from "../ids.ts";
import { SmallMap } from "../reference/small-map.ts";
import type { BrokerState, ClusterState, Copy, LeaderRole, PartitionState, Role, Term } from "../reference/state.ts";
import { copyField, standings } from "./broker-parts.ts";
import type { Codec } from "./codec.ts";
import { flagMask } from "./codec.ts";
import { headField } from "./head-parts.ts";
import type { HeadPart } from "./head-parts.ts";
import { flagBits, presentEpoch, presentProcess, roleKinds } from "./layout.ts";
import { fieldsBits, fieldsMax } from "./part-table.ts";
import { unpackUsed } from "./proposal-parts.ts";
import { termField } from "./term-parts.ts";
import { Tokens } from "./tokens.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { Used, World } from "./world.ts";

/** Where in a world the parts are: replicas first, then standings, terms, proposals, what is used up, and the head. */
export interface Places {
  readonly standings: number;
  readonly terms: number;
  readonly proposals: number;
  readonly used: number;
  readonly head: number;
}

export class WatchedWorld {
  /** By place: the number of the part that is there. */
  readonly rows: Int32Array;
  readonly places: Places;
  /** By number of a part and field: what is there. */
  get fields(): Uint16Array {
    return this.codec.numbers.fields;
  }

  /** What was looked at, in order, each once. */
  readonly looks: number[] = [];
  readonly tokens: Tokens;
  private readonly codec: Codec;
  private readonly roles = new WeakSet<Role>();
  private readonly isLookedAt: Uint8Array;
  private readonly copies: PartitionState["copies"];
  private readonly brokers: ClusterState["brokers"];
  private readonly terms: readonly Term[];
  private readonly isrTokens: readonly PartitionState["isr"][];
  /** By which terms there are. */
  private readonly worlds = new Map<number, World>();

  constructor(codec: Codec) {
    this.codec = codec;
    const { brokers, termsMax } = codec;
    const proposals = 2 * brokers + termsMax;
    this.places = { standings: brokers, terms: 2 * brokers, proposals, used: proposals + 1, head: proposals + 2 };
    this.rows = new Int32Array(proposals + 3);
    this.isLookedAt = new Uint8Array(this.rows.length * fieldsMax);
    this.tokens = new Tokens((look) => this.note(look));
    const ids = Array.from({ length: brokers }, (_, at) => at);
    this.copies = [undefined, ...ids.map((place) => this.watchedCopy(place))];
    this.brokers = [undefined, ...ids.map((place) => this.watchedStanding(this.places.standings + place))];
    const epochs = Array.from({ length: termsMax }, (_, epoch) => this.places.terms + epoch);
    this.terms = epochs.map((place) => this.watchedTerm(place));
    this.isrTokens = epochs.map((place) => this.ofTerm(place, termField.isr, ({ isr }) => isr));
  }

  /** Puts in the parts of a world. */
  begin(words: Uint32Array, from: number): void {
    const { codec, places, rows } = this;
    const { brokers, frames, standingParts } = codec;
    const frame = words[from]! * frames.rowsOfFrame;
    for (let at = 0; at < frames.rowsOfFrame; at++) rows[places.terms + at] = frames.rows[frame + at]!;
    for (let at = 0; at < brokers; at++) {
      const word = words[from + 1 + at]!;
      rows[at] = word >>> flagBits;
      rows[places.standings + at] = standingParts[word & flagMask]!;
    }
  }

  /** The world, with terms of just these epochs; what is looked at is noted from now on. */
  world(epochs: number): World {
    for (const look of this.looks) this.isLookedAt[look] = 0;
    this.looks.length = 0;
    const known = this.worlds.get(epochs) ?? this.newWorld(epochs);
    this.worlds.set(epochs, known);
    return known;
  }

  /** What has become of a cluster, where looks are noted as well. */
  seen(cluster: ClusterState): ClusterState {
    const { tokens } = this;
    if (tokens.isWatched(cluster)) return cluster;
    const partition = cluster.partitions.get(thePartition)!;
    const partitions = new SmallMap([[thePartition, tokens.isWatched(partition) ? partition : this.seenPartition(partition)]]);
    return tokens.watched({ ...cluster, partitions, brokers: cluster.brokers.map((one) => one && this.seenObject(one)) });
  }

  /** Whether a role is what it was when all of it began. */
  isHandedOn(role: Role): boolean {
    return this.roles.has(role);
  }

  private seenPartition(partition: PartitionState): PartitionState {
    const copies = partition.copies.map((copy) => copy && this.seenCopy(copy));
    const terms = partition.terms.map((term) => term && this.seenObject(term));
    return this.tokens.watched({ ...partition, copies, terms, isrs: this.seenObject(partition.isrs) });
  }

  private seenCopy(copy: Copy): Copy {
    if (this.tokens.isWatched(copy)) return copy;
    const { role } = copy;
    const isFresh = role.kind === "leader" && !this.tokens.isWatched(role);
    const seen = isFresh ? { ...role, fetched: this.seenObject(role.fetched) } : role;
    return this.tokens.watched({ ...copy, role: this.seenObject(seen) });
  }

  private seenObject<Target extends object>(target: Target): Target {
    return this.tokens.isWatched(target) ? target : this.tokens.watched(target);
  }

  private note(look: number): void {
    if (this.isLookedAt[look] === 1) return;
    this.isLookedAt[look] = 1;
    this.looks.push(look);
  }

  // --- the world ---------------------------------------------------------------------------------------------------------

  private newWorld(epochs: number): World {
    const { codec, tokens, places } = this;
    const { scope } = codec;
    const ofHead = this.ofHead.bind(this);
    const partition = tokens.watched<PartitionState>({
      ...partitionOf(codec.first),
      leader: ofHead(headField.leader, ({ decided }) => decided.leader),
      leaderEpoch: ofHead(headField.leaderEpoch, ({ decided }) => decided.leaderEpoch),
      isr: ofHead(headField.isr, ({ decided }) => decided.isr),
      elr: ofHead(headField.elr, ({ decided }) => decided.elr),
      lastKnownLeader: ofHead(headField.lastKnownLeader, ({ decided }) => decided.lastKnownLeader),
      committed: ofHead(headField.committed, ({ decided }) => decided.committed),
      lossyEpoch: ofHead(headField.lossyEpoch, ({ decided }) => decided.lossyEpoch),
      partitionEpoch: partitionEpoch(presentEpoch),
      copies: this.copies,
      terms: this.termsOf(epochs),
      isrs: this.isrsOf(epochs),
      proposals: tokens.token(places.proposals << fieldsBits, () => codec.proposals.parts[this.rows[places.proposals]!]!),
    });
    const cluster = tokens.watched<ClusterState>({
      controllerEpoch: ofHead(headField.controllerEpoch, ({ controllerEpoch }) => controllerEpoch),
      termEnds: [],
      brokers: this.brokers,
      partitions: new SmallMap([[thePartition, partition]]),
      groups: codec.first.cluster.groups,
    });
    return tokens.watched<World>({
      cluster,
      used: this.watchedUsed(places.used),
      late: scope.lateFetches ? ofHead(headField.late, ({ late }) => late) : [],
      deposed: scope.deposedController ? ofHead(headField.deposed, ({ deposed }) => deposed) : undefined,
    });
  }

  private termsOf(epochs: number): PartitionState["terms"] {
    const length = 32 - Math.clz32(epochs);
    return Array.from({ length }, (_, epoch) => ((epochs & (1 << epoch)) === 0 ? undefined : this.terms[epoch]));
  }

  private isrsOf(epochs: number): PartitionState["isrs"] {
    const isrs = Array.from({ length: presentEpoch + 1 }, (_, epoch) =>
      (epochs & (1 << epoch)) === 0 ? undefined : this.isrTokens[epoch],
    );
    isrs[presentEpoch] = this.ofHead(headField.isr, ({ decided }) => decided.isr);
    return this.tokens.watched(isrs);
  }

  private ofHead<Value>(field: number, read: (head: HeadPart) => Value): Value {
    const { head } = this.places;
    return this.tokens.token((head << fieldsBits) | field, () => read(this.codec.heads.parts[this.rows[head]!]!));
  }

  // --- parts -------------------------------------------------------------------------------------------------------------

  private ofCopy<Value>(place: number, field: number, read: (copy: Copy) => Value): Value {
    return this.tokens.token((place << fieldsBits) | field, () => read(this.codec.copies.parts[this.rows[place]!]!));
  }

  private watchedCopy(place: number): Copy {
    const roles = this.watchedRoles(place);
    const log = this.ofCopy(place, copyField.log, (copy) => copy.log);
    const kind = (place << fieldsBits) | copyField.kind;
    const role = (): Role => roles[roleKinds.indexOf(this.codec.copies.parts[this.rows[place]!]!.role.kind)]!;
    return this.tokens.watched<Copy>({
      // Producers of a search are not idempotent, and nothing is cleaned: there is nothing to remember of them.
      ...partitionOf(this.codec.first).copies[1]!,
      log,
      ownLog: log,
      logStart: this.ofCopy(place, copyField.logStart, (copy) => copy.logStart),
      highWatermark: this.ofCopy(place, copyField.highWatermark, (copy) => copy.highWatermark),
      epochs: this.ofCopy(place, copyField.epochs, (copy) => copy.epochs),
      isDamaged: this.ofCopy(place, copyField.isDamaged, (copy) => copy.isDamaged),
      role: this.tokens.token(kind, role, true),
    });
  }

  /** One view of each kind of role; which of them is there was looked at already. */
  private watchedRoles(place: number): readonly Role[] {
    const at = <Value>(field: number, read: (role: Role) => Value): Value =>
      this.ofCopy(place, field, ({ role }) => read(role));
    const ofLeader = <Value>(field: number, read: (role: LeaderRole) => Value): Value =>
      at(field, (role) => read(role as LeaderRole));
    const epoch = at(copyField.epoch, (role) => ("epoch" in role ? role.epoch : "from" in role ? role.from : leaderEpoch(0)));
    const fetched = Array.from({ length: this.codec.brokers }, (_, nth) =>
      ofLeader(copyField.fetched + nth, (role) => role.fetched[nth + 1]),
    );
    const views: readonly Role[] = [
      { kind: "down" },
      { kind: "idle", from: epoch, isRegistered: true },
      { kind: "follower", epoch },
      {
        kind: "leader",
        epoch,
        epochStartOffset: ofLeader(copyField.epochStartOffset, (role) => role.epochStartOffset),
        isr: ofLeader(copyField.isr, (role) => role.isr),
        partitionEpoch: ofLeader(copyField.partitionEpoch, (role) => role.partitionEpoch),
        proposed: ofLeader(copyField.proposed, (role) => role.proposed),
        fetched: this.tokens.watched([undefined, ...fetched]),
      },
    ];
    return roleKinds.map((kind) => {
      const role = this.tokens.watched(views.find((view) => view.kind === kind)!);
      this.roles.add(role);
      return role;
    });
  }

  private watchedStanding(place: number): BrokerState {
    const at = (field: number, read: (standing: BrokerState) => boolean): boolean =>
      this.tokens.token((place << fieldsBits) | field, () => read(standings[this.codec.flagsOfPart[this.rows[place]!]!]!));
    return this.tokens.watched<BrokerState>({
      brokerEpoch: presentProcess,
      isFenced: at(0, ({ isFenced }) => isFenced),
      isShuttingDown: at(1, ({ isShuttingDown }) => isShuttingDown),
      isUnclean: at(2, ({ isUnclean }) => isUnclean),
      isDiskFailed: false,
    });
  }

  private watchedUsed(place: number): Used {
    const at = (field: number, read: (used: Used) => number): number =>
      this.tokens.token((place << fieldsBits) | field, () => read(unpackUsed(this.codec.usedOfPart[this.rows[place]!]!)));
    return this.tokens.watched<Used>({
      records: at(0, ({ records }) => records),
      crashes: at(1, ({ crashes }) => crashes),
      powerLosses: at(2, ({ powerLosses }) => powerLosses),
      deletions: at(3, ({ deletions }) => deletions),
    });
  }

  private ofTerm<Value>(place: number, field: number, read: (term: Term) => Value): Value {
    return this.tokens.token((place << fieldsBits) | field, () => read(this.codec.terms.parts[this.rows[place]!]!.term!));
  }

  private watchedTerm(place: number): Term {
    return this.tokens.watched<Term>({
      leader: this.ofTerm(place, termField.leader, ({ leader }) => leader),
      isr: this.ofTerm(place, termField.isr, ({ isr }) => isr),
      partitionEpoch: this.ofTerm(place, termField.partitionEpoch, (term) => term.partitionEpoch),
      hasBegun: this.ofTerm(place, termField.hasBegun, ({ hasBegun }) => hasBegun),
      log: this.ofTerm(place, termField.log, ({ log }) => log),
      epochs: this.ofTerm(place, termField.epochs, ({ epochs }) => epochs),
      logStart: this.ofTerm(place, termField.logStart, ({ logStart }) => logStart),
      highWatermark: this.ofTerm(place, termField.highWatermark, ({ highWatermark }) => highWatermark),
    });
  }
}
