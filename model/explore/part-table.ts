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
  /** What is looked at in it, each as a whole number: the same numbers if and only if it is the same. */
  fieldsOf(part: Part): readonly number[];
}

/** As many fields as a part can have. */
export const fieldsBits = 4;
export const fieldsMax: number = 1 << fieldsBits;
/** Stands for everything in a part. */
export const wholePart: number = fieldsMax - 1;

interface Surroundings {
  readonly writer: BitWriter;
  readonly reader: BitReader;
  readonly orders: readonly Order[];
}

const firstSlots = 1 << 10;

export class PartTable<Part> {
  /** By number. */
  readonly parts: Part[] = [];
  private readonly form: PartForm<Part>;
  private readonly around: Surroundings;
  /** By number of a part and field. */
  fields: Int32Array = new Int32Array(firstSlots * fieldsMax);
  private words: Uint32Array;
  private slots = new Uint32Array(firstSlots);
  /** By how it has aged, and by number of a part. */
  private readonly ages: number[][] = [];
  /** By number of a part, and number of an order: the number of the part after renaming; -1 for not known yet. */
  private renamings: Int32Array;

  constructor(form: PartForm<Part>, around: Surroundings) {
    this.form = form;
    this.around = around;
    this.words = new Uint32Array(firstSlots * form.width);
    this.renamings = new Int32Array(firstSlots * around.orders.length);
  }

  /** The number of the part that has just been written. */
  intern(): number {
    const { width } = this.form;
    const written = this.around.writer.end(width);
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hashOf(written, 0, width) & mask;
    for (let found = slots[at]!; found !== 0; found = slots[at]!) {
      if (this.isAt(found - 1, written)) return found - 1;
      at = (at + 1) & mask;
    }
    const id = this.add(written);
    slots[at] = id + 1;
    if (this.parts.length * 2 > slots.length) this.grow();
    return id;
  }

  /** The number of a part after its brokers have been renamed. */
  renamed(id: number, nth: number): number {
    const at = id * this.around.orders.length + nth;
    const found = this.renamings[at]!;
    if (found >= 0) return found;
    this.form.write(this.parts[id]!, this.around.orders[nth]!);
    const renamed = this.intern();
    this.renamings[at] = renamed;
    return renamed;
  }

  /** The number of a part after some time has gone by, which `age` says; found out by `find` where it is not known yet. */
  aged(id: number, age: number, find: (id: number) => number): number {
    const ages = (this.ages[age] ??= []);
    return (ages[id] ??= find(id));
  }

  private isAt(id: number, written: Uint32Array): boolean {
    const { width } = this.form;
    const { words } = this;
    const start = id * width;
    for (let at = 0; at < width; at++) if (words[start + at] !== written[at]) return false;
    return true;
  }

  private add(written: Uint32Array): number {
    const { width } = this.form;
    const id = this.parts.length;
    const start = id * width;
    if (start === this.words.length) {
      this.words = doubled(this.words, Uint32Array);
      this.fields = doubled(this.fields, Int32Array);
      this.renamings = doubled(this.renamings, Int32Array);
    }
    const own = written.slice(0, width);
    this.words.set(own, start);
    this.around.reader.begin(own);
    const part = this.form.read(this.around.reader);
    this.parts.push(part);
    this.fields.set(this.form.fieldsOf(part), id * fieldsMax);
    const count = this.around.orders.length;
    this.renamings.fill(this.form.hasNames(part) ? -1 : id, id * count, (id + 1) * count);
    this.renamings[id * count] = id;
    return id;
  }

  private grow(): void {
    const { width } = this.form;
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.parts.length; id++) {
      let at = hashOf(this.words, id * width, width) & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = id + 1;
    }
  }
}

function doubled<List extends Int32Array | Uint32Array>(list: List, create: new (length: number) => List): List {
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
