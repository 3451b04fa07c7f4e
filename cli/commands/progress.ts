/** The progress line, on standard error: standard output is for results. */

import { Presets, SingleBar } from "cli-progress";

/** Where nobody watches a terminal, a line now and then will do. */
const lineEveryMs = 5000;
const refreshEveryMs = 100;
const steps = 1000;

export interface ProgressLine {
  /** `share` is how much is behind, from 0 to 1. */
  update(share: number, text: string): void;
  stop(): void;
}

export function progressLine(title: string): ProgressLine {
  return process.stderr.isTTY ? bar(title) : occasionalLines(title);
}

function bar(title: string): ProgressLine {
  const shown = new SingleBar(
    {
      format: `${title} {bar} {text}`,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      fps: 1000 / refreshEveryMs,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  shown.start(steps, 0, { text: "" });
  return {
    update: (share, text) => shown.update(Math.round(share * steps), { text }),
    stop: () => shown.stop(),
  };
}

function occasionalLines(title: string): ProgressLine {
  let saidMs = performance.now();
  return {
    update: (_, text) => {
      if (performance.now() - saidMs < lineEveryMs) return;
      saidMs = performance.now();
      console.error(`${title}: ${text}`);
    },
    stop: () => undefined,
  };
}
