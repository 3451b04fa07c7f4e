/**
 * Parts of worlds, each kept once. Worlds are many and their parts are few: a world is remembered as the numbers of its parts
 * (the collapse compression of the model checker Spin), and whoever reads it again finds the parts ready-made.
 */

import { mix } from "../random.ts";
import type { BitReader, BitWriter } from "./bits.ts";
import type { Order } from "./orders.ts";

/** How parts of one kind are written and read. */
export interface PartForm<Part> {
  /** As many words as such a part can take. */
  readonly width: number;
  /** Writes a part that was read. */
  write(part: Part, order: Order): void;
  read(reader: BitReader): Part;
  /** Whether it is another one after its brokers have been renamed. */
  hasNames(part: Part): boolean;
  /** What is looked at in it, each as a whole number from 0 on: the same numbers if and only if it is the same. */
  fieldsOf(part: Part): readonly number[];
}

/** As many fields as a part can have. */
export const fieldsBits = 4;
export const fieldsMax: number = 1 << fieldsBits;

const fieldMax = 0xffff;

const firstParts = 1 << 10;

/** The numbers of the parts of all kinds, and what a search asks of parts again and again. */
export class PartNumbers {
  readonly orders: readonly Order[];
  /** By number of a part and field. */
  fields: Uint16Array = new Uint16Array(firstParts * fieldsMax);
  /** By number of a part, and number of an order: the number of the part after renaming; -1 for not known yet. */
  renamings: Int32Array;
  private count = 0;

  constructor(orders: readonly Order[]) {
    this.orders = orders;
    this.renamings = new Int32Array(firstParts * orders.length);
  }

  get bytes(): number {
    return this.fields.byteLength + this.renamings.byteLength;
  }

  /** The number of a part with these fields. */
  add(fields: readonly number[], hasNames: boolean): number {
    const id = this.count++;
    const { length } = this.orders;
    if (id * fieldsMax === this.fields.length) {
      this.fields = doubled(this.fields, Uint16Array);
      this.renamings = doubled(this.renamings, Int32Array);
    }
    if (fields.some((field) => field > fieldMax)) throw new Error("the scope is too large for this search");
    this.fields.set(fields, id * fieldsMax);
    this.renamings.fill(hasNames ? -1 : id, id * length, (id + 1) * length);
    this.renamings[id * length] = id;
    return id;
  }
}

interface Surroundings {
  readonly writer: BitWriter;
  readonly reader: BitReader;
  readonly numbers: PartNumbers;
}

export class PartTable<Part> {
  /** By number; other kinds have the numbers in between. */
  readonly parts: Part[] = [];
  private readonly form: PartForm<Part>;
  private readonly around: Surroundings;
  /** By place in this table: the number of the part, and what was written for it. */
  private readonly ids: number[] = [];
  private words: Uint32Array;
  private slots = new Uint32Array(firstParts);

  constructor(form: PartForm<Part>, around: Surroundings) {
    this.form = form;
    this.around = around;
    this.words = new Uint32Array(firstParts * form.width);
  }

  /** The number of the part that has just been written. */
  intern(): number {
    const { width } = this.form;
    const written = this.around.writer.end(width);
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hashOf(written, 0, width) & mask;
    for (let found = slots[at]!; found !== 0; found = slots[at]!) {
      if (this.isAt(found - 1, written)) return this.ids[found - 1]!;
      at = (at + 1) & mask;
    }
    const id = this.add(written);
    slots[at] = this.ids.length;
    if (this.ids.length * 2 > slots.length) this.grow();
    return id;
  }

  /** The number of a part after its brokers have been renamed. */
  renamed(id: number, nth: number): number {
    const { numbers } = this.around;
    const at = id * numbers.orders.length + nth;
    const found = numbers.renamings[at]!;
    if (found >= 0) return found;
    this.form.write(this.parts[id]!, numbers.orders[nth]!);
    const renamed = this.intern();
    numbers.renamings[at] = renamed;
    return renamed;
  }

  private isAt(place: number, written: Uint32Array): boolean {
    const { width } = this.form;
    const { words } = this;
    const start = place * width;
    for (let at = 0; at < width; at++) if (words[start + at] !== written[at]) return false;
    return true;
  }

  private add(written: Uint32Array): number {
    const { form, around } = this;
    const start = this.ids.length * form.width;
    if (start === this.words.length) this.words = doubled(this.words, Uint32Array);
    const own = written.slice(0, form.width);
    this.words.set(own, start);
    around.reader.begin(own);
    const part = form.read(around.reader);
    const id = around.numbers.add(form.fieldsOf(part), form.hasNames(part));
    this.ids.push(id);
    this.parts[id] = part;
    return id;
  }

  private grow(): void {
    const { width } = this.form;
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let place = 0; place < this.ids.length; place++) {
      let at = hashOf(this.words, place * width, width) & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = place + 1;
    }
  }
}

/** A list twice as long. */
export function doubled<List extends Int32Array | Uint16Array | Uint32Array>(
  list: List,
  create: new (length: number) => List,
): List {
  const more = new create(list.length * 2);
  more.set(list);
  return more;
}

/** A hash of so many words. */
export function hashOf(words: Uint32Array, start: number, width: number): number {
  let hash = 0x9e3779b9;
  for (let at = start; at < start + width; at++) hash = Math.imul(hash ^ words[at]!, 0x85ebca6b) ^ (hash >>> 13);
  return mix(hash, words[start]!);
}
