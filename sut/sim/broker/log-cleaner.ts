/**
 * The log cleaner: of several records of one key, in segments that are committed and not written to any more, it keeps the last
 * one (KIP-71). Models Kafka's LogCleaner with one thread. Leaves out tombstones, transactions, the size of the offset map, and the
 * merging of segments that have become small: each stays, with what is left in it.
 */

import { isCompacted } from "../../../model/settings.ts";
import type { Offset } from "../../../model/ids.ts";
import { offsetIn } from "../protocol/record-batch.ts";
import type { BrokerContext } from "./context.ts";
import type { PartitionLog } from "./log/partition-log.ts";
import type { LogSegment } from "./log/segment.ts";
import { ReplicaCare } from "./replica-care.ts";
import type { Replica } from "./replica.ts";

/** The care for the compacted logs of a broker. */
export const logCleaner = (context: BrokerContext): ReplicaCare =>
  new ReplicaCare(context, {
    everyMs: context.settings["log.cleaner.backoff.ms"],
    isFor: ({ log }) => isCompacted(log.settings),
    look: cleanLog,
  });

function cleanLog({ host, rules }: BrokerContext, replica: Replica): void {
  const { highWatermark, log } = replica;
  const { settings } = log;
  const activeBaseOffset = log.segments.at(-1)!.baseOffset;
  const bound = rules.cleanableBound({ activeBaseOffset, highWatermark });
  const notAfterMs = host.loop.nowUs / 1000 - settings["min.compaction.lag.ms"];
  const cleanable = cleanableSegments(log, bound, notAfterMs);
  const dirty = cleanable.filter((segment) => segment.endOffset > log.cleanedUpTo);
  const dirtyBytes = bytesOf(dirty);
  const cleanBytes = bytesOf(cleanable) - dirtyBytes;
  const minDirtyRatio = settings["min.cleanable.dirty.ratio"];
  if (rules.isWorthCleaning({ dirtyBytes, cleanBytes, minDirtyRatio })) {
    replica.clean(cleanable.length, lastOffsets(dirty, log.cleanedUpTo));
  }
}

/** The oldest segments, as far as they end by `bound` and have no record after that time. */
function cleanableSegments({ segments }: PartitionLog, bound: Offset, notAfterMs: number): readonly LogSegment[] {
  let count = 0;
  while (count < segments.length - 1 && segments[count + 1]!.baseOffset <= bound) {
    if (segments[count]!.largestTimestampMs > notAfterMs) break;
    count++;
  }
  return segments.slice(0, count);
}

const bytesOf = (segments: readonly LogSegment[]): number => segments.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);

/** Of each key the last offset in what has not been cleaned yet. */
function lastOffsets(dirty: readonly LogSegment[], from: Offset): ReadonlyMap<string, Offset> {
  const last = new Map<string, Offset>();
  for (const { batches } of dirty) {
    for (const batch of batches) {
      for (const [nth, { key }] of batch.records.entries()) {
        const place = offsetIn(batch, nth);
        if (key !== null && place >= from) last.set(key, place);
      }
    }
  }
  return last;
}
