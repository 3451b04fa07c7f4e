/**
 * What a world is beside its brokers, as one number: its head, what is asked for and used up, and its terms. Worlds are some
 * fifty times as many as frames.
 */

import type { WordChange } from "./changes.ts";
import type { Deltas } from "./deltas.ts";
import { headField } from "./head-parts.ts";
import { PairMemo } from "./pair-memo.ts";
import { doubled, fieldsMax, hashOf } from "./part-table.ts";
import type { PartNumbers } from "./part-table.ts";
import { usedBits, usedMask } from "./proposal-parts.ts";

/** What frames are made of, by the numbers of the parts: how it is renamed, and what stands for no term and for what is used up. */
export interface Framed {
  readonly brokers: number;
  readonly termsMax: number;
  readonly numbers: PartNumbers;
  readonly noTerm: readonly number[];
  readonly usedParts: readonly number[];
  renamed(nth: number, words: Uint32Array, at: number): number;
}

const firstFrames = 1 << 10;

export class Frames {
  /** How many words a frame has: the head; proposals, with what is used up; terms. */
  readonly width: number;
  /** By number of a frame: the numbers of its parts: of the terms, the proposals, what is used up, and the head. */
  rows: Int32Array;
  /** By number of a frame: which terms there are, a bit for each epoch. */
  epochs: Int32Array = new Int32Array(firstFrames);
  /** By number of a frame: three bits for each broker: whether it is in the ISR, is eligible, leads. */
  places: Int32Array = new Int32Array(firstFrames);
  leaderEpochs: Int32Array = new Int32Array(firstFrames);
  words: Uint32Array;
  private readonly framed: Framed;
  private count = 0;
  private slots = new Uint32Array(2 * firstFrames);
  /** By number of a frame, and first epoch that is open: the frame without terms that are over; 0 for not known yet. */
  private closings: Int32Array;
  /** By number of a frame, and number of an order: the frame after renaming; 0 for not known yet. */
  private renamings: Int32Array;
  private readonly changeNumbers = new Map<string, number>();
  private readonly changes: (readonly WordChange[])[] = [];
  private readonly memo: PairMemo;
  private readonly one: Uint32Array;

  constructor(framed: Framed, deltas: Deltas) {
    this.framed = framed;
    this.width = 2 + framed.termsMax;
    this.one = new Uint32Array(this.width);
    this.words = new Uint32Array(firstFrames * this.width);
    this.rows = new Int32Array(firstFrames * this.rowsOfFrame);
    this.closings = new Int32Array(firstFrames * (framed.termsMax + 1));
    this.renamings = new Int32Array(firstFrames * framed.numbers.orders.length);
    this.memo = new PairMemo((change, frame) => this.afterChange(this.changes[change - 1]!, frame, deltas));
  }

  get bytes(): number {
    const { closings, epochs, leaderEpochs, places, renamings, rows, slots, words } = this;
    const lists = [closings, epochs, leaderEpochs, places, renamings, rows, slots, words];
    return this.memo.bytes + lists.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  get rowsOfFrame(): number {
    return this.framed.termsMax + 3;
  }

  /** The number of the frame with these words, from 1 on. */
  intern(words: Uint32Array): number {
    const { slots, width } = this;
    const mask = slots.length - 1;
    let at = hashOf(words, 0, width) & mask;
    for (let found = slots[at]!; found !== 0; found = slots[at]!) {
      if (this.isAt(found, words)) return found;
      at = (at + 1) & mask;
    }
    slots[at] = this.add(words);
    if (this.count * 2 > slots.length) this.growSlots();
    return this.count;
  }

  /** The number of a change of a frame, from 1 on. */
  changeNumberOf(change: readonly WordChange[]): number {
    const text = JSON.stringify(change);
    const known = this.changeNumbers.get(text) ?? this.changes.push(change);
    this.changeNumbers.set(text, known);
    return known;
  }

  /** The frame that a frame becomes. */
  applied(change: number, frame: number): number {
    return this.memo.get(change, frame);
  }

  /** The frame without the terms before an epoch, and without those that nobody has been elected in. */
  closed(frame: number, open: number): number {
    const at = frame * (this.framed.termsMax + 1) + open;
    const known = this.closings[at]!;
    if (known !== 0) return known;
    const { noTerm, termsMax } = this.framed;
    const words = this.copyOf(frame);
    for (let epoch = 0; epoch < termsMax; epoch++) {
      if (epoch < open || epoch > this.leaderEpochs[frame]!) words[2 + epoch] = noTerm[epoch]!;
    }
    const closed = this.intern(words);
    this.closings[at] = closed;
    return closed;
  }

  /** The frame after its brokers have been put in another order. */
  renamed(frame: number, nth: number): number {
    const at = frame * this.framed.numbers.orders.length + nth;
    const known = this.renamings[at]!;
    if (known !== 0) return known;
    const words = this.copyOf(frame);
    for (let word = 0; word < this.width; word++) words[word] = this.framed.renamed(nth, words, word);
    const renamed = this.intern(words);
    this.renamings[at] = renamed;
    return renamed;
  }

  private afterChange(change: readonly WordChange[], frame: number, deltas: Deltas): number {
    const words = this.copyOf(frame);
    for (const { at, delta, keeps, to } of change) {
      const shift = at === 1 ? usedBits : 0;
      const part = words[at]! >>> shift;
      const below = (words[at]! & ((1 << shift) - 1) & keeps) | to;
      words[at] = ((delta === 0 ? part : deltas.applied(delta, part)) << shift) | below;
    }
    return this.intern(words);
  }

  private copyOf(frame: number): Uint32Array {
    const { one, width } = this;
    for (let at = 0; at < width; at++) one[at] = this.words[frame * width + at]!;
    return one;
  }

  private isAt(frame: number, words: Uint32Array): boolean {
    const start = frame * this.width;
    for (let at = 0; at < this.width; at++) if (this.words[start + at] !== words[at]) return false;
    return true;
  }

  private add(words: Uint32Array): number {
    const { framed, width } = this;
    const { brokers, noTerm, numbers, termsMax, usedParts } = framed;
    const frame = ++this.count;
    if ((frame + 1) * width > this.words.length) this.grow();
    this.words.set(words, frame * width);
    const row = frame * this.rowsOfFrame;
    for (let epoch = 0; epoch < termsMax; epoch++) {
      this.rows[row + epoch] = words[2 + epoch]!;
      if (words[2 + epoch] !== noTerm[epoch]) this.epochs[frame]! |= 1 << epoch;
    }
    this.rows[row + termsMax] = words[1]! >>> usedBits;
    this.rows[row + termsMax + 1] = usedParts[words[1]! & usedMask]!;
    this.rows[row + termsMax + 2] = words[0]!;
    const of = (field: keyof typeof headField): number => numbers.fields[words[0]! * fieldsMax + headField[field]]!;
    this.leaderEpochs[frame] = of("leaderEpoch");
    for (let id = 1; id <= brokers; id++) {
      const place = ((of("isr") >>> id) & 1) | (((of("elr") >>> id) & 1) << 1) | (of("leader") === id + 1 ? 4 : 0);
      this.places[frame]! |= place << (3 * id);
    }
    return frame;
  }

  private grow(): void {
    this.words = doubled(this.words, Uint32Array);
    this.rows = doubled(this.rows, Int32Array);
    this.epochs = doubled(this.epochs, Int32Array);
    this.places = doubled(this.places, Int32Array);
    this.leaderEpochs = doubled(this.leaderEpochs, Int32Array);
    this.closings = doubled(this.closings, Int32Array);
    this.renamings = doubled(this.renamings, Int32Array);
  }

  private growSlots(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let frame = 1; frame <= this.count; frame++) {
      let at = hashOf(this.words, frame * this.width, this.width) & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = frame;
    }
  }
}
