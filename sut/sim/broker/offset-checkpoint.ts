/**
 * A file in which a broker writes down an offset of each log now and then: high watermarks
 * (`replica.high.watermark.checkpoint.interval.ms`) or log starts (`log.flush.start.offset.checkpoint.interval.ms`).
 *
 * What it holds at a crash is worked out from the times at which the offset moved, so that no timer has to tick for it.
 */

import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";

export class OffsetCheckpoint {
  private readonly intervalUs: number;
  private written: Offset = offset(0);
  private current: Offset = offset(0);
  private currentTick = 0;

  constructor(intervalMs: number) {
    this.intervalUs = intervalMs * 1000;
  }

  /** The offset has moved to `current`. */
  note(current: Offset, nowUs: number): void {
    this.written = this.at(nowUs);
    this.current = current;
    this.currentTick = this.tick(nowUs);
  }

  /** What the file says at that time. */
  at(nowUs: number): Offset {
    return this.tick(nowUs) > this.currentTick ? this.current : this.written;
  }

  /**
   * Writes the file now: a clean shutdown does, and a start, which has just read it. So does a truncation below the offset
   * here; Kafka leaves the old value in the file until the next interval.
   */
  write(current: Offset, nowUs: number): void {
    this.note(current, nowUs);
    this.written = current;
  }

  private tick(nowUs: number): number {
    return Math.floor(nowUs / this.intervalUs);
  }
}
