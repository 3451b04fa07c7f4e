/** What becomes of the words of a world by moves: lists of numbers, one after the other. */

import type { ErrorName } from "../error-code.ts";
import type { ActionKind } from "../reference/actions.ts";

const firstNumbers = 1 << 14;

/** Bits of a word that are another number now. */
export interface WordChange {
  readonly at: number;
  /** Which bits stay as they are. */
  readonly keeps: number;
  readonly to: number;
}

/** What becomes of a world by one move. */
export interface Change {
  readonly head: number;
  /** Which of what was present has become past; 0 for nothing. */
  readonly age: number;
  readonly words: readonly WordChange[];
}

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
   * How often they came about, how many changes there are, then of each: its head, its age, how many words, and of each word
   * where, what stays, what comes.
   */
  numbers: Int32Array = new Int32Array(firstNumbers);
  private end = 0;
  /** By where changes begin: what the model said on the way. */
  private readonly said = new Map<number, readonly Said[]>();

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
    const begin = this.end;
    if (said.length > 0) this.said.set(begin, said);
    this.put(0);
    this.put(changes.length);
    for (const { age, head, words } of changes) {
      this.put(head);
      this.put(age);
      this.put(words.length);
      for (const { at, keeps, to } of words) {
        this.put(at);
        this.put(keeps);
        this.put(to);
      }
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
