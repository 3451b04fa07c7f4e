import type { Draw } from "../../model/random.ts";
import type { LogSettings } from "../../model/settings.ts";

/** One topic in so many has segments that are small enough for a trial to fill several. */
const segmentsChance = 0.3;
/** One topic in so many of those forgets its oldest segments. */
const retentionChance = 0.35;

/** One topic in so many is cleaned by key. */
const compactedChance = 0.1;

/**
 * How a topic keeps its logs: mostly as Kafka does by default, which in a trial is one segment that nothing is deleted from.
 * `mayForget` says whether records may be lost to retention.
 */
export function drawLogSettings(draw: Draw, mayForget: boolean): Partial<LogSettings> {
  const cleaning = draw.fork("cleaning");
  if (mayForget && cleaning.chance(compactedChance)) return drawCleaning(cleaning);
  if (!draw.chance(segmentsChance)) return {};
  const isRolledByTime = draw.chance(0.25);
  return {
    ...(isRolledByTime ? { "segment.ms": draw.pick([50, 200, 800]) } : { "segment.bytes": draw.pick([150, 300, 600, 1500]) }),
    ...(draw.chance(0.5) && { "index.interval.bytes": draw.pick([0, 100, 300]) }),
    ...(mayForget && draw.fork("forgets").chance(retentionChance) && drawRetention(draw.fork("retention"))),
  };
}

/**
 * A topic of which only the last record of each key is kept, in segments so small that several are cleaned in a trial. Tombstones
 * stay for so short a time, in most of them, that some are removed.
 */
function drawCleaning(draw: Draw): Partial<LogSettings> {
  const isDeletedToo = draw.fork("deletes").chance(0.2);
  const tombstones = draw.fork("tombstones");
  return {
    "cleanup.policy": isDeletedToo ? "compact,delete" : "compact",
    "segment.bytes": draw.pick([100, 150, 300]),
    "min.cleanable.dirty.ratio": draw.pick([0, 0.2, 0.5]),
    ...(draw.chance(0.2) && { "min.compaction.lag.ms": draw.pick([200, 1000]) }),
    ...(draw.fork("longest lag").chance(0.2) && { "max.compaction.lag.ms": draw.fork("longest lag").pick([100, 500]) }),
    ...(tombstones.chance(0.7) && { "delete.retention.ms": tombstones.pick([0, 100, 400, 1500]) }),
    ...(isDeletedToo && drawRetention(draw.fork("retention"))),
  };
}

function drawRetention(draw: Draw): Partial<LogSettings> {
  return draw.chance(0.5)
    ? { "retention.ms": draw.pick([100, 400, 1500]) }
    : { "retention.bytes": draw.pick([0, 200, 500, 1000]) };
}
