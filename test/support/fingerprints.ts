/** What the trials of a campaign come to: one hash for each hundred of their fingerprints. */

import { createHash } from "node:crypto";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { generateSchedule } from "../../harness/generate/generate-schedule.ts";
import { rootOf, trialSeed } from "../../harness/seed.ts";
import { fingerprintOf } from "../../model/fingerprint.ts";
import { playInMemory } from "../../sut/sim/play.ts";

const blockLength = 100;

/** Which trials: blocks 0, 1, … of a hundred each, of the campaign of this seed. */
export interface Asked {
  readonly seed: string;
  readonly blocks: number;
  /** Play them a second time, from the last block to the first, so that whatever a trial leaves behind is left to another one. */
  readonly isTwice: boolean;
}

export interface Answered {
  /** The Node that played them. */
  readonly node: string;
  /** One for each block; of each time the blocks were played. */
  readonly hashes: readonly (readonly string[])[];
}

/** One block of a hundred trials, played with the generator's own settings and Kafka's own rules. */
function hashOfBlock(seed: string, block: number): string {
  const hash = createHash("sha256");
  for (let nth = 0; nth < blockLength; nth++) {
    const schedule = generateSchedule(rootOf(trialSeed(seed, block * blockLength + nth)), {});
    hash.update(fingerprintOf(playInMemory(schedule).history));
  }
  return hash.digest("hex").slice(0, 16);
}

function answerTo({ blocks, isTwice, seed }: Asked): Answered {
  const order = Array.from({ length: blocks }, (_, block) => block);
  const first = order.map((block) => hashOfBlock(seed, block));
  if (!isTwice) return { node: process.versions.node, hashes: [first] };
  const second = order.toReversed().map((block) => hashOfBlock(seed, block));
  return { node: process.versions.node, hashes: [first, second.toReversed()] };
}

// As a worker thread, or as a program of its own, it is told what to play by whoever starts it.
if (!isMainThread && isAsked(workerData)) parentPort!.postMessage(answerTo(workerData));
else if (process.argv[1] === import.meta.filename) {
  const asked = JSON.parse(process.argv[2] ?? "{}") as unknown;
  if (!isAsked(asked)) throw new Error('fingerprints.ts is given one argument: {"seed": "…", "blocks": 20, "isTwice": false}');
  process.stdout.write(JSON.stringify(answerTo(asked)));
}

function isAsked(value: unknown): value is Asked {
  return typeof value === "object" && value !== null && "seed" in value && "blocks" in value;
}
