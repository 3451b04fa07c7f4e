/** All states that have been found, each once, in the order in which they were: a hash table over packed words. */

import { hashOf } from "./part-table.ts";

const chunkStates = 1 << 16;
const chunkMask = chunkStates - 1;
const firstSlots = 1 << 16;

export class Visited {
  private readonly words: number;
  private readonly chunks: Uint32Array[] = [];
  private readonly parents: Uint32Array[] = [];
  private slots = new Uint32Array(firstSlots);
  private count = 0;

  constructor(words: number) {
    this.words = words;
  }

  get size(): number {
    return this.count;
  }

  /** What all of it takes. */
  get bytes(): number {
    const lists = [...this.chunks, ...this.parents, this.slots];
    return lists.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Adds a state that was found from another one: its words begin at `from`. False where it is known. */
  add(state: Uint32Array, from: number, parent: number): boolean {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hashOf(state, from, this.words) & mask;
    for (let found = slots[at]!; found !== 0; found = slots[at]!) {
      if (this.isSame(found - 1, state, from)) return false;
      at = (at + 1) & mask;
    }
    slots[at] = this.push(state, from, parent) + 1;
    if (this.count * 2 > slots.length) this.grow();
    return true;
  }

  /** The chunk with a state's words in it, and where they begin. */
  chunkOf(state: number): Uint32Array {
    return this.chunks[state >>> 16]!;
  }

  startOf(state: number): number {
    return (state & chunkMask) * this.words;
  }

  parentOf(state: number): number {
    return this.parents[state >>> 16]![state & chunkMask]!;
  }

  /** Whether the state of this number has these words. */
  isSame(known: number, state: Uint32Array, from: number): boolean {
    const chunk = this.chunkOf(known);
    const start = this.startOf(known);
    for (let at = 0; at < this.words; at++) if (chunk[start + at] !== state[from + at]) return false;
    return true;
  }

  private push(state: Uint32Array, from: number, parent: number): number {
    const index = this.count++;
    if ((index & chunkMask) === 0) {
      this.chunks.push(new Uint32Array(chunkStates * this.words));
      this.parents.push(new Uint32Array(chunkStates));
    }
    const chunk = this.chunkOf(index);
    const start = this.startOf(index);
    for (let at = 0; at < this.words; at++) chunk[start + at] = state[from + at]!;
    this.parents[index >>> 16]![index & chunkMask] = parent;
    return index;
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let at = hashOf(this.chunkOf(index), this.startOf(index), this.words) & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = index + 1;
    }
  }
}
