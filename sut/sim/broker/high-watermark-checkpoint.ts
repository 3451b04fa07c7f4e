/**
 * The file in which a broker writes down high watermarks now and then (`replica.high.watermark.checkpoint.interval.ms`).
 *
 * What it holds at a crash is worked out from the times at which the watermark moved, so that no timer has to tick for it.
 */

import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";

export class HighWatermarkCheckpoint {
  private readonly intervalUs: number;
  private written: Offset = offset(0);
  private current: Offset = offset(0);
  private currentTick = 0;

  constructor(intervalMs: number) {
    this.intervalUs = intervalMs * 1000;
  }

  /** The watermark has moved to `highWatermark`. */
  note(highWatermark: Offset, nowUs: number): void {
    this.written = this.at(nowUs);
    this.current = highWatermark;
    this.currentTick = this.tick(nowUs);
  }

  /** What the file says at that time. */
  at(nowUs: number): Offset {
    return this.tick(nowUs) > this.currentTick ? this.current : this.written;
  }

  /**
   * Writes the file now: a clean shutdown does, and a start, which has just read it. So does a truncation below the watermark
   * here; Kafka leaves the old value in the file until the next interval.
   */
  write(highWatermark: Offset, nowUs: number): void {
    this.note(highWatermark, nowUs);
    this.written = highWatermark;
  }

  private tick(nowUs: number): number {
    return Math.floor(nowUs / this.intervalUs);
  }
}
