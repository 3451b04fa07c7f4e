/**
 * A world that notes what is looked at in it. The model is a pure function of the world that it is given: with the same answers
 * to everything that it has asked, it does the same again, whatever the rest of the world is like.
 *
 * Only to look into a part counts. A part that is handed on as it is has not been looked into.
 */

import { partitionEpoch } from "../ids.ts";
import { SmallMap } from "../reference/small-map.ts";
import type { BrokerState, Copy, LeaderRole, PartitionState, Role, Term } from "../reference/state.ts";
import { copyField, standings } from "./broker-parts.ts";
import type { Codec } from "./codec.ts";
import { flagMask } from "./codec.ts";
import { flagBits, pastEpoch, presentEpoch, presentProcess, roleKinds } from "./layout.ts";
import { fieldsMax } from "./part-table.ts";
import { termField } from "./term-parts.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";

/** Stands for everything in a part. */
export const wholePart: number = fieldsMax - 1;

/** So many of a part's fields are all that it has. */
const fieldsOfLeader = 12;
const fieldsOfOthers = 6;
const fieldsOfTerm = 8;

export class WatchedWorld {
  /** By place: the number of the part that is there. Replicas come first, then standings, then terms. */
  readonly parts: Int32Array;
  private readonly codec: Codec;
  private readonly copies: readonly (Copy | undefined)[];
  private readonly brokers: readonly (BrokerState | undefined)[];
  private readonly terms: readonly Term[];
  private readonly reads = new Set<number>();
  private isrNow: number = 0;

  constructor(codec: Codec) {
    this.codec = codec;
    const { brokers, termsMax } = codec;
    this.parts = new Int32Array(2 * brokers + termsMax);
    const places = Array.from({ length: brokers }, (_, at) => at);
    this.copies = [undefined, ...places.map((place) => this.watchedCopy(place))];
    this.brokers = [undefined, ...places.map((place) => this.watchedStanding(brokers + place))];
    this.terms = Array.from({ length: termsMax }, (_, epoch) => this.watchedTerm(2 * brokers + epoch));
  }

  /** Puts in the parts of a world. */
  begin(words: Uint32Array, from: number): void {
    const { codec, parts } = this;
    const { brokers, termsMax } = codec;
    for (let at = 0; at < brokers; at++) {
      const word = words[from + 1 + termsMax + at]!;
      parts[at] = word >>> flagBits;
      parts[brokers + at] = word & flagMask;
    }
    for (let epoch = 0; epoch < termsMax; epoch++) parts[2 * brokers + epoch] = words[from + 1 + epoch]!;
  }

  /** What is in a field of the part at a place. */
  valueOf(place: number, field: number): number {
    const { codec, parts } = this;
    const part = parts[place]!;
    const { brokers } = codec;
    if (field === wholePart || (place >= brokers && place < 2 * brokers)) return part;
    return (place < brokers ? codec.copies : codec.terms).fields[part * fieldsMax + field]!;
  }

  /** The world, with the head that is known; what is looked at is noted from now on. */
  world(head: number): World {
    const { codec } = this;
    this.reads.clear();
    const { controllerEpoch, decided, deposed, late, used } = codec.heads.parts[head]!;
    this.isrNow = decided.isr;
    const terms: (Term | undefined)[] = [];
    for (let epoch = 0; epoch <= decided.leaderEpoch; epoch++) {
      terms.push(this.partOfTerm(epoch) === undefined ? undefined : this.terms[epoch]);
    }
    const partition: PartitionState = {
      ...partitionOf(codec.first),
      ...decided,
      partitionEpoch: partitionEpoch(presentEpoch),
      copies: this.copies,
      terms,
      isrs: this.watchedIsrs(terms),
    };
    const partitions = new SmallMap([[thePartition, partition]]);
    return { cluster: { controllerEpoch, brokers: this.brokers, partitions, groups: codec.first.cluster.groups }, used, late, deposed };
  }

  /** Notes that a part matters as a whole. */
  readAll(place: number): void {
    this.reads.add(place * fieldsMax + wholePart);
  }

  /** What has been looked at, in order; a part of which everything was looked at is there as a whole. */
  looks(): readonly number[] {
    const whole = new Set<number>();
    const counts = new Map<number, number>();
    for (const read of this.reads) {
      const place = Math.floor(read / fieldsMax);
      const count = (counts.get(place) ?? 0) + 1;
      counts.set(place, count);
      if (read % fieldsMax === wholePart || count >= this.fieldsOf(place)) whole.add(place);
    }
    const looks = new Set<number>();
    for (const read of this.reads) {
      const place = Math.floor(read / fieldsMax);
      looks.add(whole.has(place) ? place * fieldsMax + wholePart : read);
    }
    return [...looks];
  }

  // --- parts -------------------------------------------------------------------------------------------------------------

  private fieldsOf(place: number): number {
    const { brokers } = this.codec;
    if (place >= 2 * brokers) return fieldsOfTerm;
    if (place >= brokers) return 1;
    return this.codec.copies.parts[this.parts[place]!]!.role.kind === "leader" ? fieldsOfLeader : fieldsOfOthers;
  }

  private partOfTerm(epoch: number): Term | undefined {
    return this.codec.terms.parts[this.parts[2 * this.codec.brokers + epoch]!]!.term;
  }

  private watchedCopy(place: number): Copy {
    const at = (field: number): Copy => {
      this.reads.add(place * fieldsMax + field);
      return this.codec.copies.parts[this.parts[place]!]!;
    };
    const roles = watchedRoles((field) => at(field).role);
    return watched<Copy>({
      log: () => at(copyField.log).log,
      logStart: () => at(copyField.logStart).logStart,
      highWatermark: () => at(copyField.highWatermark).highWatermark,
      epochs: () => at(copyField.epochs).epochs,
      producers: () => at(copyField.log).producers,
      cleaned: () => at(copyField.log).cleaned,
      role: () => roles[roleKinds.indexOf(at(copyField.kind).role.kind)]!,
      isDamaged: () => at(copyField.isDamaged).isDamaged,
    });
  }

  private watchedStanding(place: number): BrokerState {
    const at = (): BrokerState => {
      this.readAll(place);
      return standings[this.parts[place]!]!;
    };
    return watched<BrokerState>({
      brokerEpoch: () => presentProcess,
      isFenced: () => at().isFenced,
      isShuttingDown: () => at().isShuttingDown,
      isUnclean: () => at().isUnclean,
      isDiskFailed: () => false,
    });
  }

  private watchedTerm(place: number): Term {
    const at = (field: number): Term => {
      this.reads.add(place * fieldsMax + field);
      return this.codec.terms.parts[this.parts[place]!]!.term!;
    };
    return watched<Term>({
      leader: () => at(termField.leader).leader,
      isr: () => at(termField.isr).isr,
      partitionEpoch: () => at(termField.partitionEpoch).partitionEpoch,
      hasBegun: () => at(termField.hasBegun).hasBegun,
      log: () => at(termField.log).log,
      epochs: () => at(termField.epochs).epochs,
      logStart: () => at(termField.logStart).logStart,
      highWatermark: () => at(termField.highWatermark).highWatermark,
    });
  }

  /** A list that looks into a term only where it is looked into itself. */
  private watchedIsrs(terms: readonly (Term | undefined)[]): PartitionState["isrs"] {
    const isrs: PartitionState["isrs"][number][] = Array.from({ length: presentEpoch + 1 });
    for (const [epoch, term] of terms.entries()) {
      if (term !== undefined) Object.defineProperty(isrs, epoch, { enumerable: true, get: () => term.isr });
    }
    isrs[pastEpoch] = undefined;
    isrs[presentEpoch] = this.isrNow as PartitionState["isr"];
    return isrs;
  }
}

/** One view of each kind of role; which of them is there was looked at already. */
function watchedRoles(at: (field: number) => Role): readonly Role[] {
  type Idle = Extract<Role, { readonly kind: "idle" }>;
  type Follower = Extract<Role, { readonly kind: "follower" }>;
  const leader = (field: number): LeaderRole => at(field) as LeaderRole;
  const views: readonly Role[] = [
    { kind: "down" },
    watched<Idle>({ kind: () => "idle", from: () => (at(copyField.epoch) as Idle).from, isRegistered: () => true }),
    watched<Follower>({ kind: () => "follower", epoch: () => (at(copyField.epoch) as Follower).epoch }),
    watched<LeaderRole>({
      kind: () => "leader",
      epoch: () => leader(copyField.epoch).epoch,
      epochStartOffset: () => leader(copyField.epochStartOffset).epochStartOffset,
      isr: () => leader(copyField.isr).isr,
      partitionEpoch: () => leader(copyField.partitionEpoch).partitionEpoch,
      proposed: () => leader(copyField.proposed).proposed,
      fetched: () => leader(copyField.fetched).fetched,
    }),
  ];
  return roleKinds.map((kind) => views.find((view) => view.kind === kind)!);
}

/** An object of which every field is worked out when it is looked at, also when it is copied. */
function watched<Shape extends object>(fields: { readonly [Field in keyof Shape]-?: () => Shape[Field] }): Shape {
  const view = {};
  for (const [name, get] of Object.entries(fields)) {
    Object.defineProperty(view, name, { enumerable: true, get: get as () => unknown });
  }
  return view as Shape;
}
