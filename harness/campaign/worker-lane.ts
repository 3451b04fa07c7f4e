import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { KafkaTrialError } from "../kafka-trial-error.ts";
import type { Lane, LaneOptions } from "./lane.ts";
import { rangeLengthInMemory } from "./lane.ts";
import type { WorkerAnswer, WorkerTask } from "./worker.ts";

/** Plays in a thread of its own. Own properties, faults and workloads cannot go there: functions are no data. */
export function laneInWorker({ seed, setup, stopsAtFirst }: LaneOptions): Lane {
  const task: WorkerTask = {
    seed,
    settings: setup.settings,
    properties: setup.properties.map(({ id }) => id),
    bug: setup.bug?.id,
    clientEvidenceOnly: setup.clientEvidenceOnly ?? false,
    stopsAtFirst,
  };
  // As this file ends: `.ts` in a checkout, `.js` when built.
  const file = new URL(import.meta.url.endsWith(".ts") ? "worker.ts" : "worker.js", import.meta.url);
  const worker = new Worker(file, { workerData: task });
  return {
    rangeLength: rangeLengthInMemory,
    play: async (range) => {
      worker.postMessage(range);
      const [answer] = (await once(worker, "message")) as [WorkerAnswer];
      if (answer.kind === "failed") throw new KafkaTrialError(answer.code, answer.text);
      return answer.result;
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
