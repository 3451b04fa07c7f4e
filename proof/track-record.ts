/** What campaigns have found of the planted bugs, as plain data: `docs/track-record.json`, from which the page is made. */

import { readFileSync } from "node:fs";

/** What one campaign, of one seed, has found. */
export interface Detection {
  readonly seed: string;
  /** How many trials it took, the one that found it included; null where none of them has. */
  readonly trials: number | null;
  /** The property that saw it. */
  readonly property?: string;
  /** In which way, where the property can be broken in several: the invariant, or the action and the model's refusal. */
  readonly variant?: string;
}

/** Campaigns against one bug that were judged in the same way, one a seed. */
export interface Pass {
  /** The version of kafka-trial that has played. */
  readonly version: string;
  /** So many trials were played at most for each seed. */
  readonly runs: number;
  readonly detections: readonly Detection[];
  /** Lengths of the schedule of the first detection, in steps. */
  readonly steps?: { readonly asFound: number; readonly shrunk: number };
}

/** What there is to say of one bug. */
export interface Row {
  readonly bug: string;
  /** With all evidence and all properties. */
  readonly full?: Pass;
  /** With what clients see alone; for bugs that are visible to them. */
  readonly clients?: Pass;
}

export interface TrackRecord {
  /** The campaign without a bug that was clean with clients' evidence alone; absent before there was one. */
  readonly clean?: { readonly seed: string; readonly trials: number };
  readonly rows: readonly Row[];
}

/** The command that writes the record and the page, and is named wherever one of them is not as it should be. */
export const command = "npm run mutation-score -- --write";

export const recordFile: URL = new URL("../docs/track-record.json", import.meta.url);
export const pageFile: URL = new URL("../docs/TRACK-RECORD.md", import.meta.url);

export const readRecord = (): TrackRecord => JSON.parse(readFileSync(recordFile, "utf8")) as TrackRecord;

export const encodeRecord = (record: TrackRecord): string => `${JSON.stringify(record, undefined, 2)}\n`;

/** The trials that half of the seeds need at most; undefined where that is more than were played. */
export function medianTrials({ detections }: Pass): number | undefined {
  const inOrder = detections.map(({ trials }) => trials ?? Infinity).toSorted((left, right) => left - right);
  const median = inOrder[Math.floor(inOrder.length / 2)] ?? Infinity;
  return Number.isFinite(median) ? median : undefined;
}

/** A bug that only a few of the seeds find has not been caught. */
export const isCaught = (pass: Pass): boolean => medianTrials(pass) !== undefined;

/** The rows with what is new of one bug, in the order of `bugs`; what is known of it beside that stays, bugs that are no more go. */
export function withRow(rows: readonly Row[], row: Row, bugs: readonly string[]): readonly Row[] {
  return bugs.flatMap((bug) => {
    const before = rows.find((one) => one.bug === bug);
    if (row.bug === bug) return { ...before, ...row };
    return before ?? [];
  });
}
