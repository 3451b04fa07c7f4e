/**
 * Retention: every replica of a broker, leader or follower, forgets whole segments that are too old or too many, the oldest
 * first (`log.retention.check.interval.ms`). Models the part of Kafka's LogManager that calls `UnifiedLog.deleteOldSegments`.
 * Leaves out `log.initial.task.delay.ms`, which is one interval here, and the delay after which files leave the disk.
 */

import { defaultLogSettings, hasRetention } from "../../../model/settings.ts";
import type { LogSettings } from "../../../model/settings.ts";
import type { BrokerContext } from "./context.ts";
import { ReplicaCare } from "./replica-care.ts";
import type { Replica } from "./replica.ts";

/** The care for the size and age of a broker's logs. */
export const logRetention = (context: BrokerContext): ReplicaCare =>
  new ReplicaCare(context, {
    everyMs: context.settings["log.retention.check.interval.ms"],
    isFor: ({ log }) => mayExpire(log.settings),
    look: deleteOldSegments,
  });

/** Logs that stay in one segment and have no limits are looked at in vain, so nobody does. */
const mayExpire = (settings: LogSettings): boolean =>
  hasRetention(settings) ||
  settings["segment.bytes"] < defaultLogSettings["segment.bytes"] ||
  settings["segment.ms"] < defaultLogSettings["segment.ms"];

function deleteOldSegments({ host, rules }: BrokerContext, replica: Replica): void {
  const { log } = replica;
  const { settings } = log;
  for (;;) {
    const { endOffset, isActive, segment } = log.oldest;
    if (isActive && segment.sizeInBytes === 0) return;
    const why = rules.expiryOf({
      sizeInBytes: segment.sizeInBytes,
      logSizeInBytes: log.sizeInBytes,
      ageMs: segment.ageMs(host.loop.nowUs),
      isBelowLogStart: !isActive && log.startOffset >= endOffset,
      retentionMs: log.isDeleted ? settings["retention.ms"] : -1,
      retentionBytes: log.isDeleted ? settings["retention.bytes"] : -1,
    });
    if (why === undefined || !rules.mayDeleteSegment({ endOffset, highWatermark: replica.highWatermark })) return;
    replica.deleteOldestSegment(why);
  }
}
