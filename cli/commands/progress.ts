/** The progress line, on standard error: standard output is for results. */

import { Presets, SingleBar } from "cli-progress";

/** Where nobody watches a terminal, a line now and then will do. */
const lineEveryMs = 10_000;
const refreshEveryMs = 100;
const steps = 1000;

export interface ProgressLine {
  /** `share` is how much is behind, from 0 to 1. */
  update(share: number, text: string): void;
  stop(): void;
}

export function progressLine(title: string): ProgressLine {
  const isTerminal = process.stderr.isTTY === true;
  const bar = new SingleBar(
    {
      format: isTerminal ? `${title} {bar} {text}` : `${title} {text}`,
      hideCursor: true,
      clearOnComplete: isTerminal,
      linewrap: false,
      noTTYOutput: true,
      notTTYSchedule: lineEveryMs,
      fps: 1000 / refreshEveryMs,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(steps, 0, { text: "starting" });
  return {
    update: (share, text) => bar.update(Math.round(share * steps), { text }),
    stop: () => bar.stop(),
  };
}
