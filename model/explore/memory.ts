/**
 * What was found to follow from what was looked at. Each question that is asked of a world leads to the next one by its answer,
 * until enough is known to tell what follows: the same questions come up in the same order as long as the answers are the same.
 */

import { fieldsMax } from "./part-table.ts";

/** Answers what is in a field of the part at a place. */
interface Situation {
  valueOf(place: number, field: number): number;
}

export class Question<Found> {
  private place = 0;
  private field = 0;
  private next: Map<number, Question<Found>> | undefined;
  private found: Found | undefined;

  /** What follows in this situation; undefined where it is not known yet. */
  recall(situation: Situation): Found | undefined {
    let at: Question<Found> | undefined = this;
    while (at !== undefined && at.found === undefined) {
      if (at.next === undefined) return undefined;
      at = at.next.get(situation.valueOf(at.place, at.field));
    }
    return at?.found;
  }

  /** Remembers what follows from what was looked at, in order; gives how many questions it took more. */
  remember(situation: Situation, looks: readonly number[], found: Found): number {
    let at: Question<Found> = this;
    let more = 0;
    const open = new Set(looks);
    while (open.size > 0 || at.next !== undefined) {
      if (at.next === undefined) {
        const [look] = open;
        at.place = Math.floor(look! / fieldsMax);
        at.field = look! % fieldsMax;
        at.next = new Map();
      }
      open.delete(at.place * fieldsMax + at.field);
      if (at.field === fieldsMax - 1) for (let field = 0; field < fieldsMax; field++) open.delete(at.place * fieldsMax + field);
      const answer = situation.valueOf(at.place, at.field);
      let next: Question<Found> | undefined = at.next.get(answer);
      if (next === undefined) {
        next = new Question<Found>();
        at.next.set(answer, next);
        more++;
      }
      at = next;
    }
    at.found = found;
    return more;
  }
}
