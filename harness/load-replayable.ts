/** Reads what is to be played again: a run record or a schedule from a file, or the trial of a seed. */

import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { checkSchedule } from "../fault-injection/check-schedule.ts";
import type { Schedule } from "../model/schedule.ts";
import { decodeJson } from "../reports/decode-json.ts";
import { replayableOf } from "../reports/run-record.ts";
import type { RunRecord } from "../reports/run-record.ts";
import { generateSchedule } from "./generate/generate-schedule.ts";
import type { GeneratorSettings } from "./generate/settings.ts";
import { KafkaTrialError } from "./kafka-trial-error.ts";
import { parseSeed, rootOf, seedForm, trialSeed } from "./seed.ts";
import type { OwnParts } from "./trial.ts";

/** More than this is no schedule. */
const fileBytesMax = 64 * 1024 * 1024;

export interface Loaded {
  readonly schedule: Schedule;
  /** What names the trial in reports: its seed where one is known, otherwise its file's name. */
  readonly seed: string;
  /** The stored trial that the schedule is from. */
  readonly record: RunRecord | undefined;
}

/** Reads a file that holds a run record or a schedule. Throws a `KafkaTrialError` that says where it is wrong. */
export function loadFile(path: string, { ownFaults, ownPartitioners }: Partial<OwnParts> = {}): Loaded {
  const wrong = (problem: string): KafkaTrialError => new KafkaTrialError("INPUT", `${path}: ${problem}`);
  const decoded = decodeJson(readText(path));
  if (decoded.kind === "bad")
    throw wrong(`line ${decoded.line}, column ${decoded.column}: this is not JSON: ${decoded.problem}`);
  const replayable = replayableOf(decoded.value);
  if (replayable.kind === "wrong") throw wrong(replayable.problem);
  const record = replayable.kind === "record" ? replayable.record : undefined;
  const schedule = replayable.kind === "record" ? replayable.record.schedule : replayable.schedule;
  const problem = checkSchedule(schedule, ownFaults, ownPartitioners);
  if (problem !== undefined) throw wrong(problem);
  return { schedule, record, seed: record?.seed ?? basename(path, ".json") };
}

/** What is meant by an argument of the command line: a file where there is one of that name, otherwise a seed. */
export function loadArgument(argument: string, settings: GeneratorSettings = {}): Loaded {
  if (isFile(argument)) return loadFile(argument);
  if (/[/\\]/.test(argument) || argument.endsWith(".json")) {
    throw new KafkaTrialError("INPUT", `${argument}: there is no such file`);
  }
  const seed = parseSeed(argument);
  if (seed === undefined) throw new KafkaTrialError("USAGE", `${argument} is neither a file nor a seed; a seed is ${seedForm}`);
  const name = trialSeed(seed.campaign, seed.trial ?? 0);
  return { schedule: generateSchedule(rootOf(name), settings), seed: name, record: undefined };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > fileBytesMax) throw new Error(`it has ${size} bytes, and a schedule never has more than ${fileBytesMax}`);
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new KafkaTrialError("INPUT", `${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
