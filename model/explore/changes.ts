/** What becomes of the words of a world by moves: lists of numbers, one after the other. */

import type { ErrorName } from "../error-code.ts";
import type { ActionKind } from "../reference/actions.ts";

const firstNumbers = 1 << 14;

/** What becomes of a word: its part by a delta, 0 for none, and the bits below the part's number. */
export interface WordChange {
  readonly at: number;
  readonly delta: number;
  /** Which of the bits below stay as they are, and which are set. */
  readonly keeps: number;
  readonly to: number;
}

/** What becomes of a world by one move. */
export interface Change {
  /** What it touches: see `aspects.ts`. */
  readonly touched: number;
  /** What becomes of the frame: the number of a change of it, 0 for none. */
  readonly frame: number;
  /** All words of brokers that are others now. */
  readonly words: readonly WordChange[];
}

/** So many numbers tell of a change, and so many of each word. */
export const numbersOfChange = 3;
export const numbersOfWord = 4;

/** How often the model was asked for an action: how often it took it, and with which errors it refused it. */
export interface ActionCount {
  readonly taken: number;
  readonly refused: { readonly [Error in ErrorName]?: number };
}

/** What the model said of an action; undefined for no error. */
export interface Said {
  readonly action: ActionKind;
  readonly error: ErrorName | undefined;
}

export type ActionCounts = { readonly [Kind in ActionKind]?: ActionCount };

export class Changes {
  /**
   * How often they came about, how many changes there are, then of each what it touches, what becomes of the frame, how many words, and of each word what
   * becomes of it.
   */
  numbers: Int32Array = new Int32Array(firstNumbers);
  private end = 0;
  /** By where changes begin: what the model said on the way. */
  private readonly said = new Map<number, readonly Said[]>();
  /** By changes and what was said, as text: where they begin. */
  private readonly known = new Map<string, number>();

  /** Adds up what the model has said, as often as it did or would have. */
  get actions(): ActionCounts {
    const counts: { [Kind in ActionKind]?: { taken: number; readonly refused: { [Error in ErrorName]?: number } } } = {};
    for (const [begin, said] of this.said) {
      const times = this.numbers[begin]!;
      for (const { action, error } of said) {
        const count = (counts[action] ??= { taken: 0, refused: {} });
        if (error === undefined) count.taken += times;
        else count.refused[error] = (count.refused[error] ?? 0) + times;
      }
    }
    return counts;
  }

  /** Keeps changes, and what the model said on the way to them; gives where they begin. */
  add(changes: readonly Change[], said: readonly Said[]): number {
    const text = JSON.stringify([changes, said]);
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const begin = this.end;
    this.known.set(text, begin);
    if (said.length > 0) this.said.set(begin, said);
    this.put(0);
    this.put(changes.length);
    for (const { frame, touched, words } of changes) {
      this.put(touched);
      this.put(frame);
      this.put(words.length);
      for (const { at, delta, keeps, to } of words) for (const number of [at, delta, keeps, to]) this.put(number);
    }
    return begin;
  }

  private put(number: number): void {
    if (this.end === this.numbers.length) {
      const more = new Int32Array(this.numbers.length * 2);
      more.set(this.numbers);
      this.numbers = more;
    }
    this.numbers[this.end++] = number;
  }
}
