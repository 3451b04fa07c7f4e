/**
 * Seeds. A campaign's seed is a short text; a trial's is the campaign's with the trial's number, `5f3a09c2:131`.
 *
 * The only file that imports seedrandom: it turns the text into 64 bits, from which everything else is mixed by key.
 */

import seedrandom from "seedrandom";
import type { RandomRoot } from "../model/random.ts";

/** Letters, digits, dots, dashes and underscores, 1 to 64 of them, and a trial's number if there is one. */
const form = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})(?::(\d{1,15}))?$/;

export interface Seed {
  readonly campaign: string;
  /** Undefined in the seed of a campaign. */
  readonly trial: number | undefined;
}

/** What a seed looks like, for messages that refuse one. */
export const seedForm =
  "letters, digits, dots, dashes and underscores, at most 64, and for one trial a colon and its number: 5f3a09c2 or 5f3a09c2:131";

/** Reads a seed; undefined where the text is none. */
export function parseSeed(text: string): Seed | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  return { campaign: found[1]!, trial: found[2] === undefined ? undefined : Number(found[2]) };
}

/** The seed of one trial of a campaign. */
export const trialSeed = (campaign: string, trial: number): string => `${campaign}:${trial}`;

/** The root of all choices of a trial. */
export function rootOf(seed: string): RandomRoot {
  const random = seedrandom(seed);
  return { high: random.int32() >>> 0, low: random.int32() >>> 0 };
}
