/**
 * What was found to follow from what was looked at. A question is what was looked at in one go; its answer leads to another
 * question, or to what follows. The same questions come up in the same order as long as the answers are the same.
 *
 * All of it is in a few lists of numbers, because it is looked up several times for every world of a search.
 */

import { mix } from "../random.ts";
import { wholePart } from "./part-table.ts";

const firstSlots = 1 << 12;
const firstNumbers = 1 << 14;

export class Memory {
  /** By number of a question: what is looked at for it; undefined for one that has never been asked. */
  private readonly looks: (Int32Array | undefined)[] = [];
  /** Answers, one after the other: the question, what it leads to, and what was found at each look. */
  private answers = new Int32Array(firstNumbers);
  private end = 1;
  private slots = new Int32Array(firstSlots);
  private count = 0;
  private readonly seen = new Int32Array(firstNumbers);

  get size(): number {
    return this.end;
  }

  /** Makes room for one question more, and gives its number. */
  question(): number {
    return this.looks.push(undefined) - 1;
  }

  /** What was remembered of this situation; -1 for nothing. */
  recall(question: number, values: Int32Array): number {
    let at = question;
    for (;;) {
      const looks = this.looks[at];
      if (looks === undefined) return -1;
      const slot = this.slotOf(at, looks, values);
      const answer = this.slots[slot]!;
      if (answer === 0) return -1;
      const leadsTo = this.answers[answer + 1]!;
      if (leadsTo < 0) return ~leadsTo;
      at = leadsTo;
    }
  }

  /** Remembers what follows from what was looked at: a whole number. */
  remember(question: number, values: Int32Array, looked: readonly number[], found: number): void {
    let at = question;
    let open = looked;
    for (;;) {
      const looks = (this.looks[at] ??= Int32Array.from(at === question ? open.slice(0, 1) : asMuchAsAskedOf(open)));
      open = open.filter((look) => !looks.includes(look));
      const slot = this.slotOf(at, looks, values);
      const known = this.slots[slot]!;
      if (known !== 0) {
        at = this.answers[known + 1]!;
        continue;
      }
      const isEnd = open.length === 0;
      const leadsTo = isEnd ? ~found : this.question();
      this.slots[slot] = this.add(at, leadsTo, looks.length);
      if (++this.count * 2 > this.slots.length) this.grow();
      if (isEnd) return;
      at = leadsTo;
    }
  }

  /** Where the answer to a question is, or would have to be. */
  private slotOf(question: number, looks: Int32Array, values: Int32Array): number {
    const { answers, seen, slots } = this;
    let hash = Math.imul(question ^ 0x9e3779b9, 0x85ebca6b);
    for (let at = 0; at < looks.length; at++) {
      const value = values[looks[at]!]!;
      seen[at] = value;
      hash = Math.imul(hash ^ value, 0x85ebca6b) ^ (hash >>> 13);
    }
    const mask = slots.length - 1;
    let slot = mix(hash, question) & mask;
    for (let answer = slots[slot]!; answer !== 0; answer = slots[slot]!) {
      let same = answers[answer] === question;
      for (let at = 0; same && at < looks.length; at++) same = answers[answer + 2 + at] === seen[at];
      if (same) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private add(question: number, leadsTo: number, length: number): number {
    const answer = this.end;
    this.end += 2 + length;
    if (this.end > this.answers.length) {
      const more = new Int32Array(this.answers.length * 2);
      more.set(this.answers);
      this.answers = more;
    }
    this.answers[answer] = question;
    this.answers[answer + 1] = leadsTo;
    for (let at = 0; at < length; at++) this.answers[answer + 2 + at] = this.seen[at]!;
    return answer;
  }

  private grow(): void {
    const { answers } = this;
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let answer = 1; answer < this.end;) {
      const question = answers[answer]!;
      const { length } = this.looks[question]!;
      let hash = Math.imul(question ^ 0x9e3779b9, 0x85ebca6b);
      for (let at = 0; at < length; at++) hash = Math.imul(hash ^ answers[answer + 2 + at]!, 0x85ebca6b) ^ (hash >>> 13);
      let slot = mix(hash, question) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = answer;
      answer += 2 + length;
    }
  }
}

/** Looks at fields of parts come before looks at whole parts, and are not asked in one go with them. */
function asMuchAsAskedOf(looks: readonly number[]): readonly number[] {
  const fields = looks.filter((look) => (look & wholePart) !== wholePart);
  return fields.length > 0 ? fields : looks;
}
