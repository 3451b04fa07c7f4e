import type { Offset } from "../../../model/ids.ts";

/**
 * Up to where may a log be cleaned, looked at in whole segments? Never the active one, and nothing that is not committed, or not
 * decided: a later record of a key that is lost or aborted must not have cost the earlier one.
 *
 * Source: KIP-71; KAFKA-13194; `LogCleanerManager.cleanableOffsets`.
 */
export function cleanableBound(log: { readonly activeBaseOffset: Offset; readonly lastStableOffset: Offset }): Offset {
  return log.activeBaseOffset < log.lastStableOffset ? log.activeBaseOffset : log.lastStableOffset;
}

/**
 * Is a log worth cleaning, for the share of it that was appended since it was cleaned last, or because a record has waited for it
 * longer than `max.compaction.lag.ms` (KIP-354)?
 *
 * Source: `LogCleanerManager.grabFilthiestCompactedLog`.
 */
export function isWorthCleaning(log: {
  readonly dirtyBytes: number;
  readonly cleanBytes: number;
  readonly minDirtyRatio: number;
  /** By its timestamp the oldest record that has not been cleaned is so old. */
  readonly waitedMs: number;
  readonly maxLagMs: number;
}): boolean {
  const { cleanBytes, dirtyBytes, maxLagMs, minDirtyRatio, waitedMs } = log;
  if (dirtyBytes === 0) return false;
  return waitedMs > maxLagMs || dirtyBytes / (cleanBytes + dirtyBytes) > minDirtyRatio;
}

/**
 * Is a transaction's marker needed as it is, by whoever reads the log? As long as any batch of the transaction is left, also one without
 * records.
 *
 * Source: KAFKA-14055; `CleanedTransactionMetadata.onControlBatchRead`.
 */
export function isMarkerNeeded({ hasBatches }: { readonly hasBatches: boolean }): boolean {
  return hasBatches;
}

/** A tombstone that is the last record of its key, or a marker of a transaction of which nothing is left. */
export interface DeletionQuestion {
  /** What the header of its batch says; undefined where no cleaner has met it like that before. */
  readonly deleteHorizonMs: number | undefined;
  readonly nowMs: number;
  readonly deleteRetentionMs: number;
  /** The largest timestamp of its batch. */
  readonly writtenMs: number;
}

/**
 * Has a tombstone been there for so long that it may go? It counts from when a cleaner met it first: until then somebody may have read
 * what it deletes, and is given `delete.retention.ms` to read on as far as here.
 *
 * Source: KIP-534; KAFKA-4545, where it counted from when the segment had been written; `Cleaner.shouldRetainRecord`.
 */
export function isDeletionOver({ deleteHorizonMs, nowMs }: DeletionQuestion): boolean {
  return deleteHorizonMs !== undefined && nowMs >= deleteHorizonMs;
}
