/** What becomes of the words of a world by moves: lists of numbers, one after the other. */

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

export class Changes {
  /** How many changes there are, then of each: its head, its age, how many words, and of each word where, what stays, what comes. */
  numbers: Int32Array = new Int32Array(firstNumbers);
  private end = 0;

  /** Keeps changes; gives where they begin. */
  add(changes: readonly Change[]): number {
    const begin = this.end;
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
