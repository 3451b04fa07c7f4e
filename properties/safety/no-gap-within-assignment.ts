import type { TopicPartition } from "../../model/ids.ts";
import type { Holding, ReadingEvent, TrialFacts } from "../facts/trial-facts.ts";
import { isVisibleTo } from "../facts/visible-records.ts";
import { mayLoseCommitted } from "../promises.ts";
import { mayBeCleanedElsewhere } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** While a member holds a partition it gets every record, once, in order. */
export const noGapWithinAssignment: Property = {
  id: "no-gap-within-assignment",
  sentence: "From where a member begins with a partition until it loses it, it is given every record once and in order.",
  source: "Kafka's documentation of the consumer position",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "no committed record was lost with permission",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const holding of trial.holdings) {
      for (const partition of holding.partitions) {
        const found = readingErrors(trial, holding, partition);
        judged += found.judged;
        breaches.push(...found.breaches);
      }
    }
    return { judged, breaches };
  },
};

function readingErrors(
  trial: TrialFacts,
  { client, continued, group, reading }: Holding,
  partition: TopicPartition,
): { readonly judged: number; readonly breaches: readonly Breach[] } {
  const records = trial.logs.get(partition)?.records ?? [];
  const options = trial.groupOptions(group);
  const known = new Set<number>(records.filter((record) => isVisibleTo(options, record)).map(({ offset }) => offset));
  const breaches: Breach[] = [];
  let next = placeAfter(continued.get(partition));
  let judged = 0;
  for (const read of reading.get(partition) ?? []) {
    const { at, event } = read;
    if (event.kind !== "delivered") {
      next = placeAfter(read);
      continue;
    }
    judged++;
    const skipped = next === undefined ? [] : missing(known, next.offset, event.offset);
    const isBackwards = next !== undefined && event.offset < next.offset;
    if (next !== undefined && (isBackwards || skipped.length > 0)) {
      const permission = mayBeMissing(trial, partition, skipped) ?? mayLoseCommitted(trial, partition);
      const what = isBackwards
        ? "went back"
        : `passed over ${skipped.length === 1 ? "offset" : "offsets"} ${skipped.join(", ")}`;
      breaches.push({
        message: `${client} was to get ${partition} from offset ${next.offset} and got ${event.offset}: it ${what}.`,
        witness: [next.at, at],
        partition,
        ...(permission !== undefined && { permission }),
      });
    }
    next = placeAfter(read);
  }
  return { judged, breaches };
}

/** Which offset is to come after this, unless the log has none there; undefined where that is yet to be told. */
function placeAfter(last: ReadingEvent | undefined): { readonly offset: number; readonly at: number } | undefined {
  if (last === undefined || last.event.kind === "rewound") return undefined;
  const { at, event } = last;
  return { offset: event.kind === "delivered" ? event.offset + 1 : event.offset, at };
}

/** Why all of the records at these offsets may have been missing where the consumer read. */
function mayBeMissing(trial: TrialFacts, partition: TopicPartition, skipped: readonly number[]): Permission | undefined {
  const records = trial.logs.get(partition)?.records.filter(({ offset }) => skipped.includes(offset)) ?? [];
  const permissions = records.map((record) => mayBeCleanedElsewhere(trial, partition, record));
  return permissions.every((permission) => permission !== undefined) ? permissions[0] : undefined;
}

/** Offsets from `from` up to `to` at which the log has a record. A gap in the log itself is nobody's mistake. */
function missing(known: ReadonlySet<number>, from: number, to: number): readonly number[] {
  // An absurd offset, which is a finding as well, must not cost more than the log is long.
  if (to - from > known.size) return [...known].filter((position) => from <= position && position < to);
  const skipped: number[] = [];
  for (let position = from; position < to; position++) if (known.has(position)) skipped.push(position);
  return skipped;
}
