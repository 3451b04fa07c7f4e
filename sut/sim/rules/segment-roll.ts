/** The active segment, and the batch that is about to be appended to it. */
export interface RollQuestion {
  readonly sizeInBytes: number;
  readonly batchBytes: number;
  readonly segmentBytes: number;
  /** From the segment's first timestamp to the batch's, or by the broker's clock where records have none. */
  readonly waitedMs: number;
  readonly segmentMs: number;
}

/**
 * Does a new segment begin with this batch? When the active one would grow beyond `segment.bytes`, or is older than
 * `segment.ms`; never while it is empty. Leaves out `segment.jitter.ms`, which is 0 by default, and the limits of an index file.
 *
 * Source: Kafka's `LogSegment.shouldRoll`. Kafka refuses a batch that is larger than a segment; here it has one for itself.
 */
export function rollsSegment({ batchBytes, segmentBytes, segmentMs, sizeInBytes, waitedMs }: RollQuestion): boolean {
  if (sizeInBytes === 0) return false;
  return sizeInBytes > segmentBytes - batchBytes || waitedMs > segmentMs;
}
