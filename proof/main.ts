/**
 * How soon campaigns find each planted bug, who sees it, and how short the trial that shows it becomes. Exits with 1 where one
 * is not found.
 *
 *   node proof/main.ts [--bug ID …] [--runs 20000] [--seeds 5] [--workers N] [--only full|clients] [--write]
 *
 * There are two passes over the bugs: one with all evidence, and one with what clients see alone, for bugs by which clients are
 * given something wrong. `--seeds` is how many of the five seeds are played, `--runs` the trials of each at most. `--write` keeps
 * what was found in docs/track-record.json, after each bug, and makes docs/TRACK-RECORD.md from it.
 */

import { existsSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { wholeNumber, workersMax, workersUnlessTold } from "../cli/commands/arguments.ts";
import { bugById } from "../harness/named.ts";
import { properties } from "../properties/catalogue.ts";
import { plantedBugs } from "../sut/sim/planted-bugs/catalogue.ts";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";
import { assertCleanCampaign, hunt, NotTheBugError } from "./hunt.ts";
import type { HuntOptions } from "./hunt.ts";
import { count, tellSeers, tellSteps, tellTrials } from "./tell-pass.ts";
import { encodeRecord, isCaught, pageFile, readRecord, recordFile, withRow } from "./track-record.ts";
import type { Pass, Row, TrackRecord } from "./track-record.ts";
import { pageOf } from "./track-record-page.ts";

const allSeeds = ["score-1", "score-2", "score-3", "score-4", "score-5"] as const;
/** So many trials without a bug say whether a way to judge is to be trusted; each that counts is played again without its bug. */
const cleanRunsMax = 2000;
const progressEveryMs = 10_000;

const { values } = parseArgs({
  options: {
    bug: { type: "string", multiple: true },
    only: { type: "string" },
    runs: { type: "string" },
    seeds: { type: "string" },
    workers: { type: "string" },
    write: { type: "boolean" },
  },
});
const runs = wholeNumber(1, 1_000_000)(values.runs ?? "20000");
const seeds = allSeeds.slice(0, wholeNumber(1, allSeeds.length)(values.seeds ?? `${allSeeds.length}`));
const workers = wholeNumber(0, workersMax)(values.workers ?? `${workersUnlessTold()}`);
const bugs = values.bug?.map((id) => bugById(id)) ?? plantedBugs;

function optionsOf(what: string, clientEvidenceOnly: boolean): HuntOptions {
  let saidMs = performance.now();
  const onProgress = (text: string): void => {
    if (performance.now() - saidMs < progressEveryMs) return;
    saidMs = performance.now();
    console.error(`${what}: ${text}`);
  };
  return { properties, seeds, runs, workers, clientEvidenceOnly, onProgress };
}

const caught: string[] = [];
const missed: string[] = [];

function report(what: string, pass: Pass): void {
  (isCaught(pass) ? caught : missed).push(what);
  const verdict = isCaught(pass) ? "caught" : "NOT CAUGHT";
  const cells = [what.padEnd(18), verdict.padEnd(10), tellTrials(pass).padEnd(20), tellSteps(pass).padEnd(9), tellSeers(pass)];
  console.log(cells.join("  "));
}

function write(what: Partial<TrackRecord>, row: Row): void {
  const before: TrackRecord = existsSync(recordFile) ? readRecord() : { rows: [] };
  const names = plantedBugs.map(({ id }) => id);
  const record = { ...before, ...what, rows: withRow(before.rows, row, names) };
  writeFileSync(recordFile, encodeRecord(record));
  writeFileSync(pageFile, pageOf(record, plantedBugs));
}

/** Looks for one bug. What says nothing, because there are violations without the bug too, is told and does not end the others. */
async function huntAndReport(what: string, bug: PlantedBug, clientEvidenceOnly: boolean): Promise<Pass | undefined> {
  try {
    const pass = await hunt(bug, optionsOf(what, clientEvidenceOnly));
    report(what, pass);
    return pass;
  } catch (error) {
    if (!(error instanceof NotTheBugError)) throw error;
    missed.push(what);
    console.log(`${what.padEnd(18)}  SAYS NOTHING: ${error.message}`);
    return undefined;
  }
}

async function playWithAllEvidence(): Promise<void> {
  for (const bug of bugs) {
    const full = await huntAndReport(bug.id, bug, false);
    if (values.write === true && full !== undefined) write({}, { bug: bug.id, full });
  }
}

async function playWithClientsAlone(): Promise<void> {
  const cleanRuns = Math.min(runs, cleanRunsMax);
  const [seed] = seeds;
  await assertCleanCampaign(seed!, { ...optionsOf("no bug, clients alone", true), runs: cleanRuns });
  console.log(`without a bug ${count(cleanRuns)} trials of ${seed} are clean with what clients see alone`);
  for (const bug of bugs.filter(({ isVisibleToClients }) => isVisibleToClients)) {
    const clients = await huntAndReport(`${bug.id}, clients alone`, bug, true);
    if (values.write === true && clients !== undefined)
      write({ clean: { seed: seed!, trials: cleanRuns } }, { bug: bug.id, clients });
  }
}

console.log("bug                 verdict     trials, median        steps      seen by");
const passes = { full: playWithAllEvidence, clients: playWithClientsAlone };
const isPass = (name: string): name is keyof typeof passes => Object.hasOwn(passes, name);
if (values.only !== undefined && !isPass(values.only)) throw new Error("--only is followed by full or by clients");
for (const pass of values.only === undefined ? (["full", "clients"] as const) : [values.only]) await passes[pass]();
console.log(`caught: ${caught.length}; not caught: ${missed.length === 0 ? "none" : missed.join("; ")}`);
process.exitCode = missed.length === 0 ? 0 : 1;
