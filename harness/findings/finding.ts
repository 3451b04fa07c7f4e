/** From a suspect to a finding: stored first, then shrunk, stored again, and told. */

import { dirname, join } from "node:path";
import { fingerprintOf } from "../../model/fingerprint.ts";
import type { Schedule } from "../../model/schedule.ts";
import { classOf } from "../../properties/judge.ts";
import type { Property } from "../../properties/property.ts";
import type { Breach, FindingClass } from "../../properties/verdict.ts";
import { historyLines } from "../../reports/history-lines.ts";
import { encodeReadable, recordFormat } from "../../reports/run-record.ts";
import type { RunRecord } from "../../reports/run-record.ts";
import { tellStory } from "../../reports/story.ts";
import { brokenIn } from "../campaign/suspect.ts";
import type { Broken } from "../campaign/suspect.ts";
import { defaultPlaysMax, shrinkSchedule } from "../shrink/shrink-schedule.ts";
import type { ShrinkProgress } from "../shrink/shrink-schedule.ts";
import { KafkaTrialError } from "../kafka-trial-error.ts";
import { inMemory } from "../system.ts";
import type { System } from "../system.ts";
import { trialInMemory } from "../trial.ts";
import type { Trial, TrialSetup } from "../trial.ts";
import { kafkaTrialVersion } from "../version.ts";
import { writeFinding } from "./output-folder.ts";
import { fails } from "./same-failure.ts";

export interface Finding {
  readonly property: Property;
  readonly class: FindingClass;
  readonly breach: Breach;
  readonly seed: string;
  readonly schedule: Schedule;
  readonly stepsBeforeShrinking: number;
  /** The stored run record. */
  readonly file: string;
  readonly story: string;
}

/** A trial in which something was broken, and where it came from. */
export interface Found {
  readonly seed: string;
  readonly trial: Trial;
  /** The property that it is about. */
  readonly property: string;
  /** The schedule before it was shrunk, where it is a shrunk one already. */
  readonly scheduleAsFound?: Schedule;
}

export interface FindingOptions {
  readonly setup: TrialSetup;
  readonly system: System;
  /** Folder in which findings are stored, each in a folder of its own. */
  readonly output: string;
  readonly shrinks: boolean;
  /** How many candidates may be played to find a simpler schedule. */
  readonly playsMax?: number | undefined;
  readonly onProgress?: ((progress: ShrinkProgress) => void) | undefined;
}

/** Stores what was found, then shrinks it where that is asked for, and stores it again. */
export function investigate(found: Found, options: FindingOptions): Finding {
  const name = `${found.seed}-${found.property}`.replaceAll(/[^A-Za-z0-9._-]/g, "-");
  const folder = join(options.output, "findings", name);
  const asFound = store(found, folder, options);
  if (!options.shrinks) return asFound;
  const shrunk = shrinkFound(found, options);
  // Whatever it was found on, it is the in-memory cluster that shows the shrunk one.
  return shrunk === undefined
    ? asFound
    : store(shrunk, dirname(asFound.file), { ...options, system: inMemory(options.setup.bug) });
}

/**
 * The same failure in a simpler trial; undefined where there is none. On real Kafka a failure is shrunk where the in-memory
 * cluster fails in the same way, and left as it is otherwise.
 */
export function shrinkFound(
  found: Found,
  { onProgress, playsMax = defaultPlaysMax, setup, system }: Omit<FindingOptions, "output" | "shrinks">,
): Found | undefined {
  const isSame = fails(found.property, brokenBy(found).breach);
  const { schedule } = found.trial;
  if (system.id !== "sim" && !isSame(trialInMemory(schedule, setup))) return undefined;
  const { schedule: shrunk } = shrinkSchedule(schedule, {
    playsMax,
    failsAlike: (candidate) => isSame(trialInMemory(candidate, setup)),
    ...(onProgress !== undefined && { onProgress }),
  });
  if (shrunk === schedule) return undefined;
  return { ...found, trial: trialInMemory(shrunk, setup), scheduleAsFound: found.scheduleAsFound ?? schedule };
}

function store(found: Found, folder: string, options: FindingOptions): Finding {
  const { scheduleAsFound, seed, trial } = found;
  const { setup, system } = options;
  const broken = brokenBy(found);
  const { breach, judged } = broken;
  const { property } = judged;
  const record = recordOf(found, broken, options);
  const suffix = scheduleAsFound === undefined ? "as-found" : "shrunk";
  const header = { seed, sut: system.id };
  const written = writeFinding(folder, {
    [`history.${suffix}.jsonl`]: historyLines(trial.played.history, header),
    "record.json": encodeReadable(record),
  });
  const file = join(written, "record.json");
  const stepsBeforeShrinking = record.scheduleAsFound.steps.length;
  return {
    property,
    class: record.finding.class,
    breach,
    seed,
    schedule: trial.schedule,
    stepsBeforeShrinking,
    file,
    story: tellStory({
      property,
      class: record.finding.class,
      breach,
      seed,
      schedule: trial.schedule,
      history: trial.played.history,
      stepsBeforeShrinking,
      bug: setup.bug,
      alsoBroken: record.finding.alsoBroken,
      replay: { command: replayCommand(file, system), grade: record.replay.grade },
    }),
  };
}

/** The command line that plays a stored trial again. */
export const replayCommand = (file: string, system: Pick<System, "id">): string =>
  `kafka-trial replay ${/^[\w.:/-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`}${system.id === "kafka" ? " --sut kafka" : ""}`;

function recordOf(found: Found, { breach, judged }: Broken, { setup, system }: FindingOptions): RunRecord {
  const { scheduleAsFound, seed, trial } = found;
  const { property } = judged;
  return {
    format: recordFormat,
    title: breach.message,
    finding: {
      property: property.id,
      class: classOf(property, breach),
      ...(breach.permission !== undefined && { setting: breach.permission.setting }),
      alsoBroken: brokenIn(trial).flatMap((other) =>
        other.judged.property.id === property.id ? [] : [other.judged.property.id],
      ),
    },
    madeWith: { "kafka-trial": kafkaTrialVersion, node: process.versions.node },
    seed,
    sut: system.id,
    bug: setup.bug?.id ?? null,
    replay: { grade: system.replayGrade, fingerprint: fingerprintOf(trial.played.history) },
    schedule: trial.schedule,
    scheduleAsFound: scheduleAsFound ?? trial.schedule,
  };
}

/** How the property that it is about was broken. Nobody asks where it was not, unless the trial has been played again since. */
function brokenBy({ property, seed, trial }: Found): Broken {
  const found = brokenIn(trial).find(({ judged }) => judged.property.id === property);
  if (found !== undefined) return found;
  throw new KafkaTrialError(
    "NOT_DETERMINISTIC",
    `trial ${seed} has broken ${property} once, and not again; something own that keeps something between trials can be the cause`,
  );
}
