/**
 * Keyed randomness: a draw depends on what it is for, never on how many draws came before it elsewhere.
 *
 * Deleting one step of a schedule therefore shifts no other delay or choice, which is what lets a schedule shrink.
 */

/** Scrambles two 32-bit integers into one; every input bit reaches every output bit. */
export function mix(left: number, right: number): number {
  let h = Math.imul(left ^ (left >>> 16), 0x85ebca6b) ^ Math.imul(right ^ (right >>> 15), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x165667b1);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A 32-bit hash of a text (FNV-1a, then scrambled). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, text.length);
}

/** A source of choices. Two sources made from the same root and key make the same choices. */
export interface Draw {
  /** A number in [0, 1). */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of `choices`, which must not be empty. */
  pick<T>(choices: readonly T[]): T;
  /** One of the values, each with a chance in proportion to its weight; the weights must not all be zero. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T;
  /** An independent source for `key`. It does not advance this one. */
  fork(key: string): Draw;
}

/** The root from which every choice of one trial is derived: 64 bits as two 32-bit halves. */
export interface RandomRoot {
  readonly high: number;
  readonly low: number;
}

/** Choices for `key` under `root`. */
export function drawFrom(root: RandomRoot, key: string): Draw {
  return new SmallFastCounter(mix(root.high, hashText(key)), mix(root.low, hashText(`${key}/`)));
}

/** The sfc32 generator (Chris Doty-Humphrey's PractRand), whose 128-bit state is filled from two words. */
class SmallFastCounter implements Draw {
  private a: number;
  private b: number;
  private c = 0;
  private counter = 1;
  private readonly root: RandomRoot;

  constructor(high: number, low: number) {
    this.root = { high, low };
    this.a = high;
    this.b = low;
    for (let round = 0; round < 12; round++) this.next();
  }

  private next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }

  fraction(): number {
    return this.next() / 4294967296;
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.fraction() * total;
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices.findLast(([weight]) => weight > 0)![1];
  }

  fork(key: string): Draw {
    return drawFrom(this.root, key);
  }
}
