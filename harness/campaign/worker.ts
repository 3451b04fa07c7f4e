/** Plays ranges of a campaign in a thread of its own. What it is given and what it gives back is plain data. */

import { parentPort, workerData } from "node:worker_threads";
import type { GeneratorSettings } from "../generate/settings.ts";
import { KafkaTrialError } from "../kafka-trial-error.ts";
import { bugById, propertiesById } from "../named.ts";
import type { TrialSetup } from "../trial.ts";
import { playRange } from "./play-range.ts";
import type { Range, RangeResult } from "./play-range.ts";

/** What a worker is started with: names instead of functions. */
export interface WorkerTask {
  readonly seed: string;
  readonly settings: GeneratorSettings;
  readonly properties: readonly string[];
  readonly bug: string | undefined;
  readonly clientEvidenceOnly: boolean;
  readonly stopsAtFirst: boolean;
}

export type WorkerAnswer =
  | { readonly kind: "played"; readonly result: RangeResult }
  | { readonly kind: "failed"; readonly code: KafkaTrialError["code"]; readonly text: string };

const { bug, clientEvidenceOnly, properties, seed, settings, stopsAtFirst } = workerData as WorkerTask;
const setup: TrialSetup = {
  settings,
  properties: propertiesById(properties),
  bug: bug === undefined ? undefined : bugById(bug),
  clientEvidenceOnly,
};

parentPort!.on("message", (range: Range) => parentPort!.postMessage(answerTo(range)));

function answerTo(range: Range): WorkerAnswer {
  try {
    return { kind: "played", result: playRange(seed, range, setup, stopsAtFirst) };
  } catch (error) {
    if (error instanceof KafkaTrialError) return { kind: "failed", code: error.code, text: error.message };
    throw error;
  }
}
