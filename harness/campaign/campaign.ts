/**
 * Many trials. Trials are numbered, and a campaign's result is that of its trials in their order: how many workers played them,
 * and which one was the first to be done, makes no difference.
 */

import type { Lane } from "./lane.ts";
import type { RangeResult } from "./play-range.ts";
import { firstOfEachKind } from "./suspect.ts";
import type { Suspect } from "./suspect.ts";
import { addTallies, emptyTally } from "./tally.ts";
import type { Tally } from "./tally.ts";

/** When a campaign ends, if nothing is violated before. */
export type CampaignEnd = { readonly runs: number } | { readonly durationMs: number };

export interface CampaignOptions {
  readonly end: CampaignEnd;
  /** Whether it ends with the first trial in which something is violated. */
  readonly stopsAtFirst: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly trials: number;
  readonly elapsedMs: number;
  /** How much of the campaign is behind, from 0 to 1. */
  readonly share: number;
}

export interface CampaignResult {
  readonly tally: Tally;
  readonly seconds: number;
  readonly suspects: readonly Suspect[];
  /** It was called off before its end. */
  readonly wasCalledOff: boolean;
}

/** Plays trials 0, 1, 2, … in the lanes until the campaign's end, and closes the lanes. */
export async function runCampaign(lanes: readonly Lane[], options: CampaignOptions): Promise<CampaignResult> {
  const course = new Course(options);
  try {
    await Promise.all(lanes.map((lane) => course.run(lane)));
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  return course.result();
}

class Course {
  private readonly options: CampaignOptions;
  private readonly startMs = performance.now();
  private readonly results: RangeResult[] = [];
  private next = 0;
  private played = 0;
  private violatedAt = Infinity;
  private hasFailed = false;

  constructor(options: CampaignOptions) {
    this.options = options;
  }

  async run(lane: Lane): Promise<void> {
    try {
      while (!this.isOver()) {
        const from = this.next;
        const to = Math.min(from + lane.rangeLength, this.runsMax);
        this.next = to;
        this.take(await lane.play({ from, to }));
      }
    } catch (error) {
      this.hasFailed = true;
      // What was called off had no time to give its result.
      if (this.options.signal?.aborted === true) return;
      throw error;
    }
  }

  result(): CampaignResult {
    const inOrder = this.results
      .toSorted((left, right) => left.from - right.from)
      .filter(({ from }) => !this.options.stopsAtFirst || from <= this.violatedAt);
    return {
      tally: inOrder.reduce((sum, { tally }) => addTallies(sum, tally), emptyTally),
      suspects: firstOfEachKind(inOrder.flatMap(({ suspects }) => suspects)),
      seconds: (performance.now() - this.startMs) / 1000,
      wasCalledOff: this.options.signal?.aborted === true,
    };
  }

  private get runsMax(): number {
    return "runs" in this.options.end ? this.options.end.runs : Infinity;
  }

  private isOver(): boolean {
    const { end, signal, stopsAtFirst } = this.options;
    if (this.hasFailed || signal?.aborted === true || this.next >= this.runsMax) return true;
    if (stopsAtFirst && this.next > this.violatedAt) return true;
    return "durationMs" in end && this.elapsedMs() >= end.durationMs;
  }

  private take(result: RangeResult): void {
    this.results.push(result);
    this.played += result.tally.trials;
    this.violatedAt = Math.min(this.violatedAt, result.violatedAt ?? Infinity);
    const { end, onProgress } = this.options;
    const elapsedMs = this.elapsedMs();
    const share = "runs" in end ? this.played / Math.max(1, end.runs) : elapsedMs / Math.max(1, end.durationMs);
    onProgress?.({ trials: this.played, elapsedMs, share: Math.min(1, share) });
  }

  private elapsedMs(): number {
    return performance.now() - this.startMs;
  }
}
