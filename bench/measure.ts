/** Repeats something in this process and says how quickly it went and how much memory was left behind. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Speed {
  readonly times: number;
  readonly perSecond: number;
}

const millisecondsASecond = 1000;

/** Calls `work` with 0, 1, 2, … until `durationMs` of this process's own processor time are over. */
export function speedOf(durationMs: number, work: (nth: number) => void): Speed {
  const start = process.cpuUsage();
  let times = 0;
  let spentMs = 0;
  while (spentMs < durationMs) {
    work(times++);
    const { system, user } = process.cpuUsage(start);
    spentMs = (system + user) / millisecondsASecond;
  }
  return { times, perSecond: (times / spentMs) * millisecondsASecond };
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Megabytes that are in use when everything that can be collected has been. */
export function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
