/**
 * Retention: every replica of a broker, leader or follower, forgets whole segments that are too old or too many, the oldest
 * first (`log.retention.check.interval.ms`). Models the part of Kafka's LogManager that calls `UnifiedLog.deleteOldSegments`.
 * Leaves out `log.initial.task.delay.ms`, which is one interval here, and the delay after which files leave the disk.
 */

import { defaultLogSettings, hasRetention } from "../../../model/settings.ts";
import type { LogSettings } from "../../../model/settings.ts";
import type { BrokerContext } from "./context.ts";
import type { Replica } from "./replica.ts";

/** Looks after the replicas of a broker for as long as its process lives, and after each for as long as it is there. */
export class LogRetention {
  private readonly context: BrokerContext;
  private readonly expiring = new Set<Replica>();
  private isWatching = false;

  constructor(context: BrokerContext) {
    this.context = context;
  }

  add(replica: Replica): void {
    if (!mayExpire(replica.log.settings)) return;
    this.expiring.add(replica);
    if (this.isWatching) return;
    this.isWatching = true;
    this.checkLater();
  }

  remove(replica: Replica): void {
    this.expiring.delete(replica);
  }

  private checkLater(): void {
    const { context } = this;
    context.host.after(context.settings["log.retention.check.interval.ms"], () => {
      if (!context.logDir.hasFailed) for (const replica of this.expiring) deleteOldSegments(context, replica);
      this.checkLater();
    });
  }
}

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
      retentionMs: settings["retention.ms"],
      retentionBytes: settings["retention.bytes"],
    });
    if (why === undefined || !rules.mayDeleteSegment({ endOffset, highWatermark: replica.highWatermark })) return;
    replica.deleteOldestSegment(why);
  }
}
