/**
 * Worlds as a few words each: what a search of millions of them remembers, without leaving anything out.
 *
 * A world is remembered as the numbers of its parts. Two worlds that differ in nothing that can matter any more have the same
 * words. So brokers are renamed to the first of all orders (they are alike but for what has happened to them), epochs of
 * partitions and of processes are only told apart into present and past, and of terms only those are kept in which somebody
 * still acts, or can come to act.
 */

import { partitionEpoch } from "../ids.ts";
import { upTo } from "../reference/log.ts";
import { SmallMap } from "../reference/small-map.ts";
import type { BrokerState, Copy, Fetched, LeaderRole, PartitionState, Role, Term } from "../reference/state.ts";
import { BitReader, BitWriter } from "./bits.ts";
import { copyField, CopyForm, flagsOf, presentOf, standings } from "./broker-parts.ts";
import { Deltas } from "./deltas.ts";
import type { Age, CopyPatch, Patch } from "./deltas.ts";
import { Frames } from "./frames.ts";
import type { Present } from "./broker-parts.ts";
import { HeadForm } from "./head-parts.ts";
import type { HeadPart } from "./head-parts.ts";
import { flagBits, pastEpoch, presentEpoch, presentProcess, roleKinds } from "./layout.ts";
import { ordersOf } from "./orders.ts";
import type { Order } from "./orders.ts";
import { fieldsMax, PartNumbers, PartTable } from "./part-table.ts";
import { packUsed, ProposalsForm, unpackUsed, usedBits, usedMask } from "./proposal-parts.ts";
import type { Scope } from "./scope.ts";
import { TermForm } from "./term-parts.ts";
import type { TermPart } from "./term-parts.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";

export class Codec {
  /** How many 32-bit words each world takes: its frame, and its brokers. */
  readonly words: number;
  readonly brokers: number;
  readonly termsMax: number;
  readonly first: World;
  readonly scope: Scope;
  readonly numbers: PartNumbers;
  readonly deltas: Deltas;
  readonly frames: Frames;
  readonly copies: PartTable<Copy>;
  readonly terms: PartTable<TermPart>;
  readonly heads: PartTable<HeadPart>;
  readonly proposals: PartTable<PartitionState["proposals"]>;
  readonly copyForm: CopyForm;
  readonly termForm: TermForm;
  readonly headForm: HeadForm;
  readonly proposalsForm: ProposalsForm;
  /** By flags of a standing, and by what is used up, packed: the number of its part; and the other way around. */
  readonly standingParts: readonly number[];
  readonly usedParts: readonly number[];
  readonly flagsOfPart: readonly number[];
  readonly usedOfPart: readonly number[];
  /** By epoch: the number of a term that is not kept. */
  readonly noTerm: readonly number[];
  readonly sameNames: Order;
  private readonly orders: readonly Order[];
  private readonly orderByCode: Int32Array;
  private readonly keepsTerms: boolean;
  private readonly best: Uint32Array;
  private readonly one: Uint32Array;
  private readonly frame: Uint32Array;
  private readonly signatures: Int32Array;
  private readonly sorted: Int32Array;

  /** `first` is a world of the search: its logs are of the tree that all others' are of. */
  constructor(scope: Scope, first: World) {
    const { brokers, epochs } = scope;
    this.first = first;
    this.scope = scope;
    this.brokers = brokers;
    this.termsMax = epochs + 1;
    this.words = 1 + brokers;
    this.orders = ordersOf(brokers);
    this.sameNames = this.orders[0]!;
    this.orderByCode = new Int32Array(8 ** brokers);
    this.signatures = new Int32Array(brokers + 1);
    this.sorted = Int32Array.from(this.sameNames.brokers);
    for (const order of this.orders) this.orderByCode[codeOf(Int32Array.from(order.brokers))] = order.nth;
    this.keepsTerms = scope.without.includes("late-response");
    const root = upTo(partitionOf(first).committed, 0);
    const writer = new BitWriter(this.sameNames);
    this.numbers = new PartNumbers(this.orders);
    const around = { writer, reader: new BitReader(brokers), numbers: this.numbers };
    this.copyForm = new CopyForm(scope, root, writer);
    this.copies = new PartTable(this.copyForm, around);
    this.termForm = new TermForm(scope, root, writer);
    this.terms = new PartTable(this.termForm, around);
    this.headForm = new HeadForm(scope, root, writer);
    this.heads = new PartTable(this.headForm, around);
    this.proposalsForm = new ProposalsForm(scope, writer);
    this.proposals = new PartTable(this.proposalsForm, around);
    this.noTerm = Array.from({ length: this.termsMax }, (_, epoch) => this.termOf(epoch, undefined, presentEpoch));
    this.best = new Uint32Array(this.words);
    this.deltas = new Deltas(this);
    this.one = new Uint32Array(this.words);
    const flagsOfPart: number[] = [];
    this.standingParts = standings.map((standing, flags) => {
      const { isFenced, isShuttingDown, isUnclean } = standing;
      const part = this.numbers.add([isFenced, isShuttingDown, isUnclean].map(Number), false);
      flagsOfPart[part] = flags;
      return part;
    });
    this.flagsOfPart = flagsOfPart;
    const usedOfPart: number[] = [];
    this.usedParts = Array.from({ length: usedMask + 1 }, (_, packed) => {
      const { crashes, deletions, powerLosses, records } = unpackUsed(packed);
      const part = this.numbers.add([records, crashes, powerLosses, deletions], false);
      usedOfPart[part] = packed;
      return part;
    });
    this.usedOfPart = usedOfPart;
    this.frames = new Frames(this, this.deltas);
    this.frame = new Uint32Array(this.frames.width);
  }

  /** What parts and frames take, but for the objects that parts are read into. */
  get bytes(): number {
    return this.numbers.bytes + this.frames.bytes + this.deltas.bytes;
  }

  /** The words of a world, until the next call. */
  encode(world: World): Uint32Array {
    const { frame, one, termsMax } = this;
    const { brokers } = world.cluster;
    const partition = partitionOf(world);
    const present = { partitionEpoch: partition.partitionEpoch, brokers };
    frame[0] = this.headOf(world, present);
    frame[1] = (this.proposalsOf(partition, present) << usedBits) | packUsed(world.used);
    for (let epoch = 0; epoch < termsMax; epoch++) {
      const isReached = epoch <= partition.leaderEpoch;
      frame[2 + epoch] = this.termOf(epoch, isReached ? partition.terms[epoch] : undefined, partition.partitionEpoch);
    }
    one[0] = this.frames.intern(frame);
    for (let id = 1; id <= this.brokers; id++) {
      one[id] = (this.copyOf(partition.copies[id]!, present) << flagBits) | flagsOf(brokers[id]!);
    }
    this.settle(one, 0);
    return one;
  }

  /** The world that words stand for. Its present partition epoch, and each process's present broker epoch, have fixed numbers. */
  decode(words: Uint32Array, from: number): World {
    const frame = words[from]! * this.frames.width;
    const { words: framed } = this.frames;
    const { controllerEpoch, decided, deposed, late } = this.heads.parts[framed[frame]!]!;
    const proposals = this.proposals.parts[framed[frame + 1]! >>> usedBits]!;
    const used = unpackUsed(framed[frame + 1]! & usedMask);
    const before = partitionOf(this.first);
    const terms: (Term | undefined)[] = [];
    for (let epoch = 0; epoch <= decided.leaderEpoch; epoch++) {
      terms.push(this.terms.parts[framed[frame + 2 + epoch]!]!.term);
    }
    const isrs: PartitionState["isrs"][number][] = terms.map((term) => term?.isr);
    while (isrs.length <= pastEpoch) isrs.push(undefined);
    isrs.push(decided.isr);
    const copies: (Copy | undefined)[] = [undefined];
    const brokers: (BrokerState | undefined)[] = [undefined];
    for (let at = from + 1; at < from + this.words; at++) {
      copies.push(this.copies.parts[words[at]! >>> flagBits]);
      brokers.push(standings[words[at]! & flagMask]);
    }
    const partition = { ...before, ...decided, partitionEpoch: partitionEpoch(presentEpoch), copies, terms, isrs, proposals };
    const partitions = new SmallMap([[thePartition, partition]]);
    const { groups } = this.first.cluster;
    // What a controller of before would answer is left out: here only the one in office refuses anything.
    return { cluster: { controllerEpoch, termEnds: [], brokers, partitions, groups }, used, late, deposed };
  }

  // --- parts -------------------------------------------------------------------------------------------------------------

  headOf({ cluster: { controllerEpoch, partitions }, deposed, late }: World, present: Present): number {
    const decided = partitions.get(thePartition)!;
    this.headForm.write({ controllerEpoch, decided, late, deposed }, this.sameNames, present);
    return this.heads.intern();
  }

  proposalsOf(partition: PartitionState, present: Present): number {
    this.proposalsForm.write(this.proposalsForm.kept(partition), this.sameNames, present);
    return this.proposals.intern();
  }

  termOf(epoch: number, term: Term | undefined, present: number): number {
    this.termForm.write({ epoch, term }, this.sameNames, present);
    return this.terms.intern();
  }

  copyOf(copy: Copy, present: Present): number {
    this.copyForm.write(copy, this.sameNames, present);
    return this.copies.intern();
  }

  /** The number of what a part becomes: what was present has become past, and some of it is something else. */
  patched(id: number, age: Age, patch: Patch): number {
    const present = this.later(age);
    switch (patch.of) {
      case "copy": {
        this.copyForm.write(this.copies.parts[id]!, this.sameNames, present);
        const aged = this.copies.parts[this.copies.intern()]!;
        this.copyForm.write(patchedCopy(aged, patch.set), this.sameNames);
        return this.copies.intern();
      }
      case "term": {
        const { term } = this.terms.parts[id]!;
        const aged = this.terms.parts[this.termOf(patch.epoch, term, present.partitionEpoch)]!.term;
        const isSet = Object.keys(patch.set).length > 0;
        return this.termOf(patch.epoch, isSet ? ({ ...aged, ...patch.set } as Term) : aged, presentEpoch);
      }
      case "head": {
        this.headForm.write(this.heads.parts[id]!, this.sameNames, present);
        const aged = this.heads.parts[this.heads.intern()]!;
        const decided = { ...aged.decided, ...patch.set };
        this.headForm.write({ ...aged, ...patch.beside, decided }, this.sameNames);
        return this.heads.intern();
      }
      case "proposals": {
        if (patch.set === undefined) this.proposalsForm.write(this.proposals.parts[id]!, this.sameNames, present);
        else this.proposalsForm.write(patch.set, this.sameNames);
        return this.proposals.intern();
      }
    }
  }

  private later({ isPartitionAged, process }: Age): Present {
    const { brokers, partitionEpoch: epoch } = presentOf(this.brokers);
    const aged = brokers.map((one, id) => (id === process ? { ...one!, brokerEpoch: presentProcess + 1 } : one));
    return { partitionEpoch: isPartitionAged ? epoch + 1 : epoch, brokers: aged };
  }

  // --- what is the same --------------------------------------------------------------------------------------------------

  /** Forgets terms that are over for everybody, and puts brokers in the first order: in place. */
  settle(words: Uint32Array, from: number): void {
    this.close(words, from);
    this.sign(words, from);
    const { brokers, signatures, sorted } = this;
    let hasEquals = false;
    let isInOrder = true;
    for (let at = 0; at < brokers; at++) {
      const signature = signatures[at + 1]!;
      let to = at;
      for (; to > 0 && signatures[sorted[to - 1]!]! > signature; to--) sorted[to] = sorted[to - 1]!;
      sorted[to] = at + 1;
      isInOrder &&= to === at;
      hasEquals ||= to > 0 && signatures[sorted[to - 1]!] === signature;
    }
    if (hasEquals) this.settleEquals(words, from);
    else if (!isInOrder) this.rename(this.orders[this.orderByCode[codeOf(sorted)]!]!, words, from);
  }

  private settleEquals(words: Uint32Array, from: number): void {
    const { best, orders } = this;
    best[0] = 0xffffffff;
    for (const order of orders) if (this.isSorted(order)) this.writeIfBefore(order, words, from);
    words.set(best, from);
  }

  private rename(order: Order, words: Uint32Array, from: number): void {
    this.write(order, words, from);
    const { best } = this;
    for (let at = 0; at < best.length; at++) words[from + at] = best[at]!;
  }

  private close(words: Uint32Array, from: number): void {
    const { brokers, frames } = this;
    const { fields } = this.numbers;
    const frame = words[from]!;
    let open = this.keepsTerms ? 0 : frames.leaderEpochs[frame]!;
    for (let at = from + 1; at <= from + brokers; at++) {
      const copy = (words[at]! >>> flagBits) * fieldsMax;
      const epoch = fields[copy + copyField.epoch]!;
      if (epoch < open && fields[copy + copyField.kind] !== kindOfDown) open = epoch;
    }
    words[from] = frames.closed(frame, open);
  }

  /** How a broker looks from outside: brokers that look different need not be tried in every order. */
  private sign(words: Uint32Array, from: number): void {
    const { brokers, signatures } = this;
    const { fields } = this.numbers;
    const places = this.frames.places[words[from]!]!;
    for (let id = 1; id <= brokers; id++) {
      const word = words[from + id]!;
      const copy = (word >>> flagBits) * fieldsMax;
      // A leader's part has names in it, and changes with them.
      const isLeader = fields[copy + copyField.kind] === kindOfLeader;
      const looks = isLeader ? (fields[copy + copyField.epoch]! << flagBits) | (word & flagMask) : word + afterLeaders;
      signatures[id] = (looks << 3) | ((places >>> (3 * id)) & 7);
    }
  }

  private isSorted({ brokers }: Order): boolean {
    const { signatures } = this;
    for (let at = 1; at < brokers.length; at++) {
      if (signatures[brokers[at - 1]!]! > signatures[brokers[at]!]!) return false;
    }
    return true;
  }

  private write(order: Order, words: Uint32Array, from: number): void {
    const { best } = this;
    for (let at = 0; at < best.length; at++) best[at] = this.wordOf(order, words, from + at, from);
  }

  private writeIfBefore(order: Order, words: Uint32Array, from: number): void {
    const { best } = this;
    for (let at = 0; at < best.length; at++) {
      const difference = this.wordOf(order, words, from + at, from) - best[at]!;
      if (difference > 0) return;
      if (difference < 0) {
        this.write(order, words, from);
        return;
      }
    }
  }

  /** A word of a world after its brokers have been put in another order. */
  private wordOf({ brokers, nth }: Order, words: Uint32Array, at: number, from: number): number {
    if (at === from) return this.frames.renamed(words[from]!, nth);
    const word = words[from + brokers[at - from - 1]!]!;
    return (this.copies.renamed(word >>> flagBits, nth) << flagBits) | (word & flagMask);
  }

  /** A word of a frame after the same. */
  renamed(nth: number, words: Uint32Array, at: number): number {
    const word = words[at]!;
    if (at === 0) return this.heads.renamed(word, nth);
    if (at === 1) return (this.proposals.renamed(word >>> usedBits, nth) << usedBits) | (word & usedMask);
    return this.terms.renamed(word, nth);
  }
}

export const flagMask: number = (1 << flagBits) - 1;
const afterLeaders = pastEpoch << flagBits;
const kindOfDown = roleKinds.indexOf("down");
const kindOfLeader = roleKinds.indexOf("leader");

/** An order as one number. */
function codeOf(brokers: Int32Array): number {
  let code = 0;
  for (let at = 0; at < brokers.length; at++) code = code * 8 + brokers[at]!;
  return code;
}

/** A replica after what is set in it. */
function patchedCopy(copy: Copy, { role, ...set }: CopyPatch): Copy {
  if (role === undefined) return { ...copy, ...set };
  const { fetched = [], ...rest } = role;
  const before = rest.kind === undefined ? (copy.role as LeaderRole) : undefined;
  if (before === undefined && rest.kind !== "leader") return { ...copy, ...set, role: rest as Role };
  const heard: (Fetched | undefined)[] = [...(before?.fetched ?? [])];
  for (const [broker, one] of fetched) heard[broker] = one;
  return { ...copy, ...set, role: { ...before, ...rest, fetched: heard } as Role };
}
