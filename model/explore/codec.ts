/**
 * Worlds as a few words each: what a search of millions of them remembers, without leaving anything out.
 *
 * A world is remembered as the numbers of its parts. Two worlds that differ in nothing that can matter any more have the same
 * words. So brokers are renamed to the first of all orders (they are alike but for what has happened to them), epochs of
 * partitions and of processes are only told apart into present and past, and of terms only those are kept in which somebody
 * still acts, or can come to act.
 */

import { partitionEpoch } from "../ids.ts";
import type { BrokerId } from "../ids.ts";
import { upTo } from "../reference/log.ts";
import { SmallMap } from "../reference/small-map.ts";
import type { BrokerState, Copy, PartitionState, Term } from "../reference/state.ts";
import { BitReader, BitWriter } from "./bits.ts";
import { copyField, CopyForm, flagsOf, presentOf, standings } from "./broker-parts.ts";
import type { Present } from "./broker-parts.ts";
import { headField, HeadForm } from "./head-parts.ts";
import type { HeadPart } from "./head-parts.ts";
import { flagBits, pastEpoch, presentEpoch, presentProcess } from "./layout.ts";
import { ordersOf } from "./orders.ts";
import type { Order } from "./orders.ts";
import { fieldsMax, PartTable } from "./part-table.ts";
import { packUsed, ProposalsForm, unpackUsed, usedBits, usedMask } from "./proposal-parts.ts";
import type { Scope } from "./scope.ts";
import { TermForm } from "./term-parts.ts";
import type { TermPart } from "./term-parts.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";

export class Codec {
  /** How many 32-bit words each world takes: what the controllers decide; what is asked for and used up; terms; brokers. */
  readonly words: number;
  readonly brokers: number;
  readonly termsMax: number;
  readonly first: World;
  readonly copies: PartTable<Copy>;
  readonly terms: PartTable<TermPart>;
  readonly heads: PartTable<HeadPart>;
  readonly proposals: PartTable<PartitionState["proposals"]>;
  readonly copyForm: CopyForm;
  readonly termForm: TermForm;
  readonly headForm: HeadForm;
  readonly proposalsForm: ProposalsForm;
  /** By epoch: the number of a term that is not kept. */
  readonly noTerm: readonly number[];
  readonly sameNames: Order;
  private readonly orders: readonly Order[];
  private readonly orderByCode: Int32Array;
  private readonly keepsTerms: boolean;
  private readonly best: Uint32Array;
  private readonly one: Uint32Array;
  private readonly signatures: number[] = [];
  private readonly sorted: BrokerId[];

  /** `first` is a world of the search: its logs are of the tree that all others' are of. */
  constructor(scope: Scope, first: World) {
    const { brokers, epochs } = scope;
    this.first = first;
    this.brokers = brokers;
    this.termsMax = epochs + 1;
    this.words = 2 + this.termsMax + brokers;
    this.orders = ordersOf(brokers);
    this.sameNames = this.orders[0]!;
    this.orderByCode = new Int32Array(8 ** brokers);
    for (const order of this.orders) this.orderByCode[codeOf(order.brokers)] = order.nth;
    this.keepsTerms = scope.without.includes("late-response");
    const root = upTo(partitionOf(first).committed, 0);
    const writer = new BitWriter(this.sameNames);
    const around = { writer, reader: new BitReader(brokers), orders: this.orders };
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
    this.one = new Uint32Array(this.words);
    this.sorted = [...this.sameNames.brokers];
  }

  /** The words of a world, until the next call. */
  encode(world: World): Uint32Array {
    const { one, termsMax } = this;
    const { brokers } = world.cluster;
    const partition = partitionOf(world);
    const present = { partitionEpoch: partition.partitionEpoch, brokers };
    one[0] = this.headOf(world, present);
    one[1] = (this.proposalsOf(partition, present) << usedBits) | packUsed(world.used);
    for (let epoch = 0; epoch < termsMax; epoch++) {
      const isReached = epoch <= partition.leaderEpoch;
      one[2 + epoch] = this.termOf(epoch, isReached ? partition.terms[epoch] : undefined, partition.partitionEpoch);
    }
    for (let at = 0; at < this.brokers; at++) {
      const number = this.copyOf(partition.copies[at + 1]!, present);
      one[2 + termsMax + at] = (number << flagBits) | flagsOf(brokers[at + 1]!);
    }
    return this.settle(one);
  }

  /** The world that words stand for. Its present partition epoch, and each process's present broker epoch, have fixed numbers. */
  decode(words: Uint32Array, from: number): World {
    const { controllerEpoch, decided, deposed, late } = this.heads.parts[words[from]!]!;
    const proposals = this.proposals.parts[words[from + 1]! >>> usedBits]!;
    const used = unpackUsed(words[from + 1]! & usedMask);
    const before = partitionOf(this.first);
    const terms: (Term | undefined)[] = [];
    for (let epoch = 0; epoch <= decided.leaderEpoch; epoch++) {
      terms.push(this.terms.parts[words[from + 2 + epoch]!]!.term);
    }
    const isrs: PartitionState["isrs"][number][] = terms.map((term) => term?.isr);
    while (isrs.length <= pastEpoch) isrs.push(undefined);
    isrs.push(decided.isr);
    const copies: (Copy | undefined)[] = [undefined];
    const brokers: (BrokerState | undefined)[] = [undefined];
    for (let at = from + 2 + this.termsMax; at < from + this.words; at++) {
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
    this.proposalsForm.writeOf(partition, this.sameNames, present);
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

  /** The number of a term for which what was present has become past. */
  agedTerm(id: number): number {
    const { epoch, term } = this.terms.parts[id]!;
    return this.termOf(epoch, term, presentEpoch + 1);
  }

  /** The number of a replica for which another partition epoch, or another process of a broker, is the present one. */
  agedCopy(id: number, isPartitionAged: boolean, process: number): number {
    return this.copyOf(this.copies.parts[id]!, this.later(isPartitionAged, process));
  }

  agedProposals(id: number, isPartitionAged: boolean, process: number): number {
    this.proposalsForm.write(this.proposals.parts[id]!, this.sameNames, this.later(isPartitionAged, process));
    return this.proposals.intern();
  }

  private later(isPartitionAged: boolean, process: number): Present {
    const { brokers, partitionEpoch: epoch } = presentOf(this.brokers);
    const aged = brokers.map((one, id) => (id === process ? { ...one!, brokerEpoch: presentProcess + 1 } : one));
    return { partitionEpoch: isPartitionAged ? epoch + 1 : epoch, brokers: aged };
  }

  // --- what is the same --------------------------------------------------------------------------------------------------

  /** Forgets terms that are over for everybody, and puts brokers in the first order. The words are good until the next call. */
  settle(words: Uint32Array): Uint32Array {
    this.close(words);
    this.sign(words);
    const { best, orders, signatures, sorted } = this;
    for (let at = 1; at < sorted.length; at++) {
      const broker = sorted[at]!;
      const signature = signatures[broker]!;
      let to = at;
      for (; to > 0 && signatures[sorted[to - 1]!]! > signature; to--) sorted[to] = sorted[to - 1]!;
      sorted[to] = broker;
    }
    let hasEquals = false;
    for (let at = 1; at < sorted.length; at++) hasEquals ||= signatures[sorted[at - 1]!] === signatures[sorted[at]!];
    if (!hasEquals) {
      this.write(orders[this.orderByCode[codeOf(sorted)]!]!, words);
      return best;
    }
    best[0] = 0xffffffff;
    for (const order of orders) if (this.isSorted(order)) this.writeIfBefore(order, words);
    return best;
  }

  private close(words: Uint32Array): void {
    const { brokers, copies, heads, noTerm, termsMax } = this;
    const leaderEpoch = heads.fields[words[0]! * fieldsMax + headField.leaderEpoch]!;
    let open = leaderEpoch;
    for (let at = 2 + termsMax; at < 2 + termsMax + brokers; at++) {
      open = Math.min(open, copies.fields[(words[at]! >>> flagBits) * fieldsMax + copyField.open]!);
    }
    if (!this.keepsTerms) for (let epoch = 0; epoch < open; epoch++) words[2 + epoch] = noTerm[epoch]!;
    for (let epoch = leaderEpoch + 1; epoch < termsMax; epoch++) words[2 + epoch] = noTerm[epoch]!;
  }

  /** How a broker looks from outside: brokers that look different need not be tried in every order. */
  private sign(words: Uint32Array): void {
    const { brokers, copies, heads, signatures, termsMax } = this;
    const head = words[0]! * fieldsMax;
    const leader = heads.fields[head + headField.leader]!;
    const isr = heads.fields[head + headField.isr]!;
    const elr = heads.fields[head + headField.elr]!;
    for (let id = 1; id <= brokers; id++) {
      const word = words[1 + termsMax + id]!;
      const leads = copies.fields[(word >>> flagBits) * fieldsMax + copyField.leads]!;
      // A leader's part has names in it, and changes with them.
      const looks = leads < 0 ? word + (pastEpoch << flagBits) : (leads << flagBits) | (word & flagMask);
      signatures[id] = looks * 8 + ((isr >>> id) & 1) + 2 * ((elr >>> id) & 1) + (leader === id ? 4 : 0);
    }
  }

  private isSorted({ brokers }: Order): boolean {
    const { signatures } = this;
    for (let at = 1; at < brokers.length; at++) {
      if (signatures[brokers[at - 1]!]! > signatures[brokers[at]!]!) return false;
    }
    return true;
  }

  private write(order: Order, words: Uint32Array): void {
    const { best } = this;
    for (let at = 0; at < this.words; at++) best[at] = this.renamed(order, words, at);
  }

  private writeIfBefore(order: Order, words: Uint32Array): void {
    const { best } = this;
    for (let at = 0; at < this.words; at++) {
      const difference = this.renamed(order, words, at) - best[at]!;
      if (difference > 0) return;
      if (difference < 0) {
        this.write(order, words);
        return;
      }
    }
  }

  /** A word of a world after its brokers have been put in another order. */
  private renamed({ brokers, nth }: Order, words: Uint32Array, at: number): number {
    const { termsMax } = this;
    if (at === 0) return this.heads.renamed(words[0]!, nth);
    if (at === 1) return (this.proposals.renamed(words[1]! >>> usedBits, nth) << usedBits) | (words[1]! & usedMask);
    if (at <= 1 + termsMax) return this.terms.renamed(words[at]!, nth);
    const word = words[1 + termsMax + brokers[at - termsMax - 2]!]!;
    return (this.copies.renamed(word >>> flagBits, nth) << flagBits) | (word & flagMask);
  }
}

export const flagMask: number = (1 << flagBits) - 1;

/** An order as one number. */
function codeOf(brokers: readonly BrokerId[]): number {
  let code = 0;
  for (const broker of brokers) code = code * 8 + broker;
  return code;
}
