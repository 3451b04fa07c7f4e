/**
 * The log cleaner: of several records of one key, in segments that are committed and not written to any more, it keeps the last
 * one (KIP-71). Models Kafka's LogCleaner with one thread. Leaves out the size of the offset map, and the
 * merging of segments that have become small: each stays, with what is left in it.
 */

import { isCompacted } from "../../../model/settings.ts";
import type { Offset } from "../../../model/ids.ts";
import { offsetIn } from "../protocol/record-batch.ts";
import { maxTimestampMs, noTimestamp } from "../protocol/record-size.ts";
import type { BrokerContext } from "./context.ts";
import { CleanedTransactions } from "./log/cleaned-transactions.ts";
import { CleaningPass } from "./log/cleaning-pass.ts";
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
  const { isLastOfProducer, lastStableOffset, log } = replica;
  const { settings } = log;
  const nowMs = Math.floor(host.loop.nowUs / 1000);
  const activeBaseOffset = log.segments.at(-1)!.baseOffset;
  const bound = rules.cleanableBound({ activeBaseOffset, lastStableOffset });
  const lagMs = settings["min.compaction.lag.ms"];
  const cleanable = cleanableSegments(log, bound, lagMs > 0 ? nowMs - lagMs : Infinity);
  const from = firstDirtyOffset(log);
  const dirty = cleanable.filter((segment) => segment.endOffset > from);
  const dirtyBytes = bytesOf(dirty);
  const isWorth = rules.isWorthCleaning({
    dirtyBytes,
    cleanBytes: bytesOf(cleanable) - dirtyBytes,
    minDirtyRatio: settings["min.cleanable.dirty.ratio"],
    waitedMs: nowMs - oldestTimestampMs(dirty),
    maxLagMs: settings["max.compaction.lag.ms"],
  });
  if (!isWorth) return;
  const { baseOffset: endOffset } = log.segments[cleanable.length]!;
  const transactionsFrom = (first: Offset): CleanedTransactions =>
    new CleanedTransactions(replica.transactions.abortedBetween(first, endOffset));
  const pass = new CleaningPass({
    rules,
    last: lastOffsets(dirty, { from, transactions: transactionsFrom(dirty[0]!.baseOffset) }),
    nowMs,
    deleteRetentionMs: settings["delete.retention.ms"],
    endOffset,
    transactions: transactionsFrom(log.segments[0]!.baseOffset),
    isLastOfProducer,
  });
  replica.clean(cleanable.length, pass);
}

/** Where the log was cleaned to, or begins (`LogCleanerManager.cleanableOffsets`). */
const firstDirtyOffset = ({ cleanedUpTo, startOffset }: PartitionLog): Offset =>
  cleanedUpTo > startOffset ? cleanedUpTo : startOffset;

/** By the timestamp of their first batches; infinite where none has any. */
function oldestTimestampMs(segments: readonly LogSegment[]): number {
  const known = segments.map(({ batches }) => (batches[0] === undefined ? noTimestamp : maxTimestampMs(batches[0])));
  return Math.min(...known.filter((timestampMs) => timestampMs >= 0));
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

interface Dirty {
  readonly from: Offset;
  readonly transactions: CleanedTransactions;
}

/** Of each key the last offset in what has not been cleaned yet; what was aborted replaces nothing. */
function lastOffsets(dirty: readonly LogSegment[], { from, transactions }: Dirty): ReadonlyMap<string, Offset> {
  const last = new Map<string, Offset>();
  for (const { batches } of dirty) {
    for (const batch of batches) {
      if (batch.marker === undefined ? transactions.isAborted(batch) : transactions.endsNothing(batch)) continue;
      for (const [nth, { key }] of batch.records.entries()) {
        const place = offsetIn(batch, nth);
        if (key !== null && place >= from) last.set(key, place);
      }
    }
  }
  return last;
}
