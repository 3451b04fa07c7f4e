/**
 * What was found to follow from what was looked at: a tree with a look at each fork and a branch for each answer. The model looks
 * at one thing after the other, and what it looks at next depends on nothing but the answers so far.
 *
 * All of it is in one list of numbers, because a search goes down such trees many times for every world.
 */

import { fieldsBits, fieldsMax } from "./part-table.ts";

const firstNumbers = 1 << 16;
/** A fork begins with what is looked at, the lowest number that was found there, and how many branches follow. */
const headOfFork = 3;

/** What is there to be looked at. */
export interface Situation {
  /** By place: the number of the part that is there. */
  readonly rows: Int32Array;
  /** By number of a part and field. */
  readonly fields: Uint16Array;
}

export class Memory {
  /** Branches and forks. A branch is the place of a fork, or `~found`, or 0 for what nobody has come to yet. */
  private numbers = new Int32Array(firstNumbers);
  private end = 1;

  get bytes(): number {
    return this.numbers.byteLength;
  }

  /** Makes room for one tree more, and gives its place. */
  tree(): number {
    return this.take(1);
  }

  /** What was remembered of this situation; -1 for nothing. */
  recall(tree: number, rows: Int32Array, fields: Uint16Array): number {
    const { numbers } = this;
    let branch = numbers[tree]!;
    while (branch > 0) {
      const look = numbers[branch]!;
      const value = fields[rows[look >>> fieldsBits]! * fieldsMax + (look & (fieldsMax - 1))]! - numbers[branch + 1]!;
      if (value < 0 || value >= numbers[branch + 2]!) return -1;
      branch = numbers[branch + headOfFork + value]!;
    }
    return branch === 0 ? -1 : ~branch;
  }

  /** Remembers what follows from what was looked at, in the order in which it was: a whole number from 0 on. */
  remember(tree: number, { fields, rows }: Situation, looks: readonly number[], found: number): void {
    let at = tree;
    for (const look of looks) {
      const value = fields[rows[look >>> fieldsBits]! * fieldsMax + (look & (fieldsMax - 1))]!;
      const known = this.numbers[at]!;
      if (known < 0 || (known > 0 && this.numbers[known] !== look)) {
        throw new Error("the model has looked at something else, though it has found the same");
      }
      if (known === 0) this.fork(at, look, { lowest: value, branches: 1 });
      else this.widen(at, value);
      at = this.numbers[at]! + headOfFork + value - this.numbers[this.numbers[at]! + 1]!;
    }
    this.numbers[at] = ~found;
  }

  private fork(at: number, look: number, { branches, lowest }: { readonly lowest: number; readonly branches: number }): void {
    const fork = this.take(headOfFork + branches);
    this.numbers[at] = fork;
    this.numbers[fork] = look;
    this.numbers[fork + 1] = lowest;
    this.numbers[fork + 2] = branches;
  }

  /** Makes sure that the fork that a branch leads to has a branch for a value. */
  private widen(at: number, value: number): void {
    const before = this.numbers[at]!;
    const lowest = this.numbers[before + 1]!;
    const branches = this.numbers[before + 2]!;
    if (value >= lowest && value < lowest + branches) return;
    const first = Math.min(lowest, value);
    this.fork(at, this.numbers[before]!, { lowest: first, branches: Math.max(lowest + branches, value + 1) - first });
    const from = before + headOfFork;
    this.numbers.copyWithin(this.numbers[at]! + headOfFork + lowest - first, from, from + branches);
  }

  private take(count: number): number {
    const begin = this.end;
    this.end += count;
    while (this.end > this.numbers.length) {
      const more = new Int32Array(this.numbers.length * 2);
      more.set(this.numbers);
      this.numbers = more;
    }
    return begin;
  }
}
