import type { Offset } from "../../../model/ids.ts";

/**
 * Up to where may a log be cleaned, looked at in whole segments? Never the active one, and nothing that is not committed: a later
 * record of a key that is lost again must not have cost the earlier one.
 *
 * Source: KIP-71; KAFKA-13194; `LogCleanerManager.cleanableOffsets`.
 */
export function cleanableBound(log: { readonly activeBaseOffset: Offset; readonly highWatermark: Offset }): Offset {
  return log.activeBaseOffset < log.highWatermark ? log.activeBaseOffset : log.highWatermark;
}

/**
 * Is a log worth cleaning, for the share of it that was appended since it was cleaned last?
 *
 * Source: `LogCleanerManager.grabFilthiestCompactedLog`.
 */
export function isWorthCleaning(log: {
  readonly dirtyBytes: number;
  readonly cleanBytes: number;
  readonly minDirtyRatio: number;
}): boolean {
  const { cleanBytes, dirtyBytes, minDirtyRatio } = log;
  return dirtyBytes > 0 && dirtyBytes / (cleanBytes + dirtyBytes) > minDirtyRatio;
}
