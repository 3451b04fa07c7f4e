import type { Offset } from "../../../model/ids.ts";

/** The oldest segment of a log, and the log that it is in. */
export interface ExpiryQuestion {
  readonly sizeInBytes: number;
  /** Of the whole log, this segment included. */
  readonly logSizeInBytes: number;
  /** How old its newest record is, by that record's timestamp. */
  readonly ageMs: number;
  /** Whether the log starts behind it: its records have been deleted, and its file has not. */
  readonly isBelowLogStart: boolean;
  readonly retentionMs: number;
  readonly retentionBytes: number;
}

export type ExpiryReason = "delete-records" | "retention.ms" | "retention.bytes";

/**
 * Why is the oldest segment of a log to be deleted? Because all of it has been deleted by name, because the log is large enough
 * without it, or because all its records are too old; undefined where it is to stay.
 *
 * Source: Kafka's `UnifiedLog.deleteOldSegments`.
 */
export function expiryOf(segment: ExpiryQuestion): ExpiryReason | undefined {
  const { ageMs, isBelowLogStart, logSizeInBytes, retentionBytes, retentionMs, sizeInBytes } = segment;
  if (isBelowLogStart) return "delete-records";
  if (retentionBytes >= 0 && logSizeInBytes - sizeInBytes >= retentionBytes) return "retention.bytes";
  return retentionMs >= 0 && ageMs > retentionMs ? "retention.ms" : undefined;
}

/**
 * May a segment that ends at `endOffset` be deleted, whatever it is deleted for? Only if all of it is committed: a follower could
 * be elected that does not have it yet, and would begin before its own watermark.
 *
 * Source: KAFKA-5634; `UnifiedLog.deletableSegments`.
 */
export function mayDeleteSegment(segment: { readonly endOffset: Offset; readonly highWatermark: Offset }): boolean {
  return segment.endOffset <= segment.highWatermark;
}
