import { offset } from "../../model/ids.ts";
import type { TopicPartition } from "../../model/ids.ts";
import type { Holding, ReadingEvent, TrialFacts } from "../facts/trial-facts.ts";
import { mayBeDeleted, mayLoseCommitted, mayMeetFormerLeader } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** `auto.offset.reset` is for those who have no position, or one that is gone. Whoever has another reads all again, or skips. */
export const resetOnlyOutOfRange: Property = {
  id: "reset-only-out-of-range",
  sentence:
    "A member that has a position begins anew by its reset policy only if the log has nothing for that position any more.",
  source: "Kafka's documentation of auto.offset.reset; KIP-392 for consumers that read from followers",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes:
    "no records were deleted, no committed record was lost with permission, and no former leader was asked for a committed offset",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const holding of trial.holdings) {
      for (const partition of holding.partitions) {
        if (holding.reading.get(partition)?.length === 0) continue;
        judged++;
        breaches.push(...needlessResets(trial, holding, partition));
      }
    }
    return { judged, breaches };
  },
};

function needlessResets(
  trial: TrialFacts,
  { client, continued, reading }: Holding,
  partition: TopicPartition,
): readonly Breach[] {
  const breaches: Breach[] = [];
  let position = positionAfter(continued.get(partition));
  for (const read of reading.get(partition) ?? []) {
    const { at, event } = read;
    if (position !== undefined && event.kind === "position-set" && event.from !== "committed") {
      const isGone = mayBeDeleted(trial, partition, offset(position.offset)) ?? mayLoseCommitted(trial, partition);
      const permission = isGone ?? (position.isCommitted ? mayMeetFormerLeader(trial, partition) : undefined);
      breaches.push({
        message: `${client} had come to offset ${position.offset} of ${partition} and began anew at ${event.offset} (${event.from}).`,
        witness: [position.at, at],
        partition,
        ...(permission !== undefined && { permission }),
      });
    }
    position = positionAfter(read);
  }
  return breaches;
}

interface Position {
  readonly offset: number;
  readonly at: number;
  readonly isCommitted: boolean;
}

function positionAfter(last: ReadingEvent | undefined): Position | undefined {
  if (last === undefined) return undefined;
  const { at, event } = last;
  if (event.kind === "rewound") return undefined;
  if (event.kind === "delivered") return { offset: event.offset + 1, at, isCommitted: false };
  return { offset: event.offset, at, isCommitted: event.from === "committed" };
}
