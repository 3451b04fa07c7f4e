/**
 * A world that notes what is looked at in it. The model is a pure function of the world that it is given: with the same answers
 * to everything that it has asked, it does the same again, whatever the rest of the world is like.
 *
 * Only to look into a part counts. A part that is handed on as it is has not been looked into.
 */

import { partitionEpoch } from "../ids.ts";
import { noBrokers } from "../reference/broker-set.ts";
import type { BrokerSet } from "../reference/broker-set.ts";
import { SmallMap } from "../reference/small-map.ts";
import type { BrokerState, Copy, LeaderRole, PartitionState, Proposal, Role, Term } from "../reference/state.ts";
import { copyField, standings } from "./broker-parts.ts";
import type { Codec } from "./codec.ts";
import { flagMask } from "./codec.ts";
import { flagBits, presentEpoch, presentProcess, roleKinds } from "./layout.ts";
import { fieldsBits, fieldsMax, wholePart } from "./part-table.ts";
import { unpackUsed, usedBits, usedMask } from "./proposal-parts.ts";
import { termField } from "./term-parts.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { Used, World } from "./world.ts";

/** So many of a part's fields are all that it has. */
const fieldsOfLeader = 12;
const fieldsOfOthers = 6;
const fieldsOfTerm = 8;

export class WatchedWorld {
  /** By place: the number of the part that is there. Replicas come first, then standings, terms, proposals, what is used up. */
  private readonly parts: Int32Array;
  /** By place and field: what is there. */
  readonly values: Int32Array;
  private readonly codec: Codec;
  private readonly copies: readonly (Copy | undefined)[];
  private readonly brokers: readonly (BrokerState | undefined)[];
  private readonly terms: readonly Term[];
  /** What was looked at, and whether only to copy it. */
  private readonly reads = new Map<number, boolean>();
  private lastRead = -1;
  private readonly counts: Int32Array;
  private readonly placeOfProposals: number;
  private readonly used: Used;
  private readonly isrs: PartitionState["isrs"];
  private isr: BrokerSet = noBrokers;

  constructor(codec: Codec) {
    this.codec = codec;
    const { brokers, termsMax } = codec;
    this.parts = new Int32Array(2 * brokers + termsMax + 2);
    this.values = new Int32Array(this.parts.length * fieldsMax);
    this.counts = new Int32Array(this.parts.length);
    this.placeOfProposals = 2 * brokers + termsMax;
    this.used = this.watchedUsed(this.placeOfProposals + 1);
    const places = Array.from({ length: brokers }, (_, at) => at);
    this.copies = [undefined, ...places.map((place) => this.watchedCopy(place))];
    this.brokers = [undefined, ...places.map((place) => this.watchedStanding(brokers + place))];
    this.terms = Array.from({ length: termsMax }, (_, epoch) => this.watchedTerm(2 * brokers + epoch));
    this.isrs = this.watchedIsrs();
  }

  /** Puts in the parts of a world. */
  begin(words: Uint32Array, from: number): void {
    const { codec, parts } = this;
    const { brokers, copies, terms, termsMax } = codec;
    for (let at = 0; at < brokers; at++) {
      const word = words[from + 2 + termsMax + at]!;
      this.put(at, word >>> flagBits, copies.fields);
      parts[brokers + at] = word & flagMask;
    }
    for (let epoch = 0; epoch < termsMax; epoch++) this.put(2 * brokers + epoch, words[from + 2 + epoch]!, terms.fields);
    parts[this.placeOfProposals] = words[from + 1]! >>> usedBits;
    parts[this.placeOfProposals + 1] = words[from + 1]! & usedMask;
    for (let place = 0; place < parts.length; place++) this.values[place * fieldsMax + wholePart] = parts[place]!;
  }

  private put(place: number, part: number, fields: Int32Array): void {
    this.parts[place] = part;
    const { values } = this;
    const from = part * fieldsMax;
    const to = place * fieldsMax;
    for (let field = 0; field < wholePart; field++) values[to + field] = fields[from + field]!;
  }

  /** The world, with the head that is known; what is looked at is noted from now on. */
  world(head: number): World {
    const { codec } = this;
    this.reads.clear();
    const { controllerEpoch, decided, deposed, late } = codec.heads.parts[head]!;
    const { used } = this;
    this.isr = decided.isr;
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
      isrs: this.isrs,
      proposals: this.watchedProposals(),
    };
    const partitions = new SmallMap([[thePartition, partition]]);
    return {
      cluster: { controllerEpoch, termEnds: [], brokers: this.brokers, partitions, groups: codec.first.cluster.groups },
      used,
      late,
      deposed,
    };
  }

  /** Notes that a part matters as a whole. */
  readAll(place: number): void {
    this.note(place * fieldsMax + wholePart);
  }

  /**
   * What has been looked at, in order. A part of which everything was looked at is there as a whole, and last: most of it was
   * copied, and what was looked at before decides whether that happens.
   */
  looks(): readonly number[] {
    const { counts } = this;
    counts.fill(0);
    for (const read of this.reads.keys()) counts[read >>> fieldsBits]! += (read & wholePart) === wholePart ? fieldsMax : 1;
    const looks: number[] = [];
    for (const [read, isCopying] of this.reads) {
      const place = read >>> fieldsBits;
      const isWhole = counts[place]! >= this.fieldsOf(place);
      if (!isWhole || (!isCopying && (read & wholePart) !== wholePart)) looks.push(read);
    }
    for (let place = 0; place < counts.length; place++) {
      if (counts[place]! > 0 && counts[place]! >= this.fieldsOf(place)) looks.push((place << fieldsBits) | wholePart);
    }
    return looks;
  }

  /** Fields that are looked at one after the other are being copied. */
  private note(read: number): void {
    const isCopying = read === this.lastRead + 1;
    this.lastRead = read;
    if (this.reads.get(read) !== false) this.reads.set(read, isCopying);
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
      this.note(place * fieldsMax + field);
      return this.codec.copies.parts[this.parts[place]!]!;
    };
    const roles = watchedRoles((field) => at(field).role);
    return {
      get log() {
        return at(copyField.log).log;
      },
      get logStart() {
        return at(copyField.logStart).logStart;
      },
      get highWatermark() {
        return at(copyField.highWatermark).highWatermark;
      },
      get epochs() {
        return at(copyField.epochs).epochs;
      },
      get ownLog() {
        return at(copyField.log).ownLog;
      },
      get producersFrom() {
        return at(copyField.log).producersFrom;
      },
      get producers() {
        return at(copyField.log).producers;
      },
      get cleaned() {
        return at(copyField.log).cleaned;
      },
      get role() {
        return roles[roleKinds.indexOf(at(copyField.kind).role.kind)]!;
      },
      get isDamaged() {
        return at(copyField.isDamaged).isDamaged;
      },
    };
  }

  private watchedStanding(place: number): BrokerState {
    const at = (): BrokerState => {
      this.readAll(place);
      return standings[this.parts[place]!]!;
    };
    return {
      get brokerEpoch() {
        return presentProcess;
      },
      get isFenced() {
        return at().isFenced;
      },
      get isShuttingDown() {
        return at().isShuttingDown;
      },
      get isUnclean() {
        return at().isUnclean;
      },
      get isDiskFailed() {
        return false;
      },
    };
  }

  private watchedUsed(place: number): Used {
    const at = (): Used => {
      this.readAll(place);
      return unpackUsed(this.parts[place]!);
    };
    return {
      get records() {
        return at().records;
      },
      get crashes() {
        return at().crashes;
      },
      get powerLosses() {
        return at().powerLosses;
      },
      get deletions() {
        return at().deletions;
      },
    };
  }

  private watchedProposals(): readonly Proposal[] {
    const proposals = this.codec.proposals.parts[this.parts[this.placeOfProposals]!]!;
    return new Proxy(proposals, {
      get: (list, name, receiver) => {
        this.readAll(this.placeOfProposals);
        return Reflect.get(list, name, receiver) as unknown;
      },
    });
  }

  private watchedTerm(place: number): Term {
    const at = (field: number): Term => {
      this.note(place * fieldsMax + field);
      return this.codec.terms.parts[this.parts[place]!]!.term!;
    };
    return {
      get leader() {
        return at(termField.leader).leader;
      },
      get isr() {
        return at(termField.isr).isr;
      },
      get partitionEpoch() {
        return at(termField.partitionEpoch).partitionEpoch;
      },
      get hasBegun() {
        return at(termField.hasBegun).hasBegun;
      },
      get log() {
        return at(termField.log).log;
      },
      get epochs() {
        return at(termField.epochs).epochs;
      },
      get logStart() {
        return at(termField.logStart).logStart;
      },
      get highWatermark() {
        return at(termField.highWatermark).highWatermark;
      },
    };
  }

  /** A list that looks into a term only where it is looked into itself. */
  private watchedIsrs(): PartitionState["isrs"] {
    const isrs: PartitionState["isrs"][number][] = Array.from({ length: presentEpoch + 1 });
    for (let epoch = 0; epoch < this.terms.length; epoch++) {
      const get = (): BrokerSet | undefined => (this.partOfTerm(epoch) === undefined ? undefined : this.terms[epoch]!.isr);
      Object.defineProperty(isrs, epoch, { enumerable: true, get });
    }
    Object.defineProperty(isrs, presentEpoch, { enumerable: true, get: () => this.isr });
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
    {
      kind: "idle",
      get from() {
        return (at(copyField.epoch) as Idle).from;
      },
      isRegistered: true,
    },
    {
      kind: "follower",
      get epoch() {
        return (at(copyField.epoch) as Follower).epoch;
      },
    },
    {
      kind: "leader",
      get epoch() {
        return leader(copyField.epoch).epoch;
      },
      get epochStartOffset() {
        return leader(copyField.epochStartOffset).epochStartOffset;
      },
      get isr() {
        return leader(copyField.isr).isr;
      },
      get partitionEpoch() {
        return leader(copyField.partitionEpoch).partitionEpoch;
      },
      get proposed() {
        return leader(copyField.proposed).proposed;
      },
      get fetched() {
        return leader(copyField.fetched).fetched;
      },
    },
  ];
  return roleKinds.map((kind) => views.find((view) => view.kind === kind)!);
}
