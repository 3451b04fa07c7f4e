/** Stored schedules that once failed, played again. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { guarded } from "./campaign/play-range.ts";
import { brokenIn } from "./campaign/suspect.ts";
import { investigate } from "./findings/finding.ts";
import type { Finding, FindingOptions } from "./findings/finding.ts";
import { KafkaTrialError } from "./kafka-trial-error.ts";
import { loadFile } from "./load-replayable.ts";
import { judgeTrial, ownPartsOf } from "./trial.ts";

/** A stored schedule that has shown a violation again. */
export interface Regression extends Finding {
  /** The file that it was read from. */
  readonly regression: string;
}

export interface RegressionsPlayed {
  readonly played: number;
  readonly violated: readonly Regression[];
}

const folderUnlessTold = "regressions";

/** Stored schedules in order of their names. A folder that was named has to be there: a `KafkaTrialError` says that it is not. */
export function regressionFiles(folder: string | false | undefined): readonly string[] {
  if (folder === false) return [];
  try {
    const names = readdirSync(folder ?? folderUnlessTold).filter((name) => name.endsWith(".json"));
    return names.toSorted().map((name) => join(folder ?? folderUnlessTold, name));
  } catch (cause) {
    if (folder === undefined) return [];
    throw new KafkaTrialError("INPUT", `${folder}: there are no regressions to be read: ${String(cause)}`, { cause });
  }
}

/**
 * Plays each file. A run record is about one property: it is judged by that, and not played where the campaign has other
 * concerns. A schedule is judged by all properties.
 */
export async function playRegressions(files: readonly string[], options: FindingOptions): Promise<RegressionsPlayed> {
  const { setup, system } = options;
  const own = ownPartsOf(setup.settings);
  const violated: Regression[] = [];
  let played = 0;
  for (const file of files) {
    const { record, schedule, seed } = loadFile(file, own);
    const properties = setup.properties.filter(({ id }) => record === undefined || id === record.finding.property);
    if (properties.length === 0) continue;
    const again = await guarded(file, () => system.play(schedule, own));
    const trial = guarded(file, () => judgeTrial(schedule, again, properties));
    played++;
    const first = brokenIn(trial).find(({ judged }) => judged.verdict.kind === "violated");
    if (first === undefined) continue;
    const found = { seed, trial, property: first.judged.property.id };
    violated.push({ ...investigate(found, options), regression: file });
  }
  return { played, violated };
}
