import type { OffsetOf } from "../../model/history.ts";
import type { GroupId } from "../../model/ids.ts";
import type { GroupOptions } from "../../model/schedule.ts";
import { RecordSet } from "../facts/record-set.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { isVisibleTo } from "../facts/visible-records.ts";
import { mayBeDeleted, mayLoseCommitted } from "../promises.ts";
import { mayBeCleanedElsewhere } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** What has been committed has been processed: no restart and no rebalance passes over a record. */
export const atLeastOnceProcessing: Property = {
  id: "at-least-once-processing",
  sentence: "Every record below a group's committed offset has been processed by some member of the group.",
  source: "Kafka's documentation of message delivery semantics",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "commits follow processing, auto.offset.reset=earliest, no committed record was lost with permission",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const { committed, group } of trial.end?.groups ?? []) {
      const options = trial.groupOptions(group);
      if (options === undefined) continue;
      const processed = new RecordSet();
      for (const { event } of trial.processed) if (event.group === group) processed.add(event);
      for (const { offset, partition } of committed) {
        for (const record of trial.logs.get(partition)?.records ?? []) {
          if (record.offset >= offset) break;
          if (!isVisibleTo(options, record)) continue;
          judged++;
          if (processed.has({ partition, offset: record.offset, value: record.value })) continue;
          const isGone = mayBeDeleted(trial, partition, record.offset) ?? mayBeCleanedElsewhere(trial, partition, record);
          const permission = isGone ?? maySkip(trial, options, { partition, offset });
          breaches.push({
            message: `${group} has committed ${partition} up to offset ${offset}, and nobody has processed ${record.value} at offset ${record.offset}.`,
            witness: [...lastCommitBeyond(trial, group, { partition, offset: record.offset }), record.at],
            partition,
            ...(permission !== undefined && { permission }),
          });
        }
      }
    }
    return { judged, breaches };
  },
};

function maySkip(trial: TrialFacts, options: GroupOptions, { partition }: OffsetOf): Permission | undefined {
  if (options.commit === "before-processing") {
    return { setting: "commit before processing", why: "what a member dies over has been committed already: at most once" };
  }
  if (options.config["auto.offset.reset"] === "latest") {
    return { setting: "auto.offset.reset=latest", why: "a group without a committed offset begins at the end of the log" };
  }
  return mayLoseCommitted(trial, partition);
}

/** The first commit that passed over the record: it is where the mistake shows. */
function lastCommitBeyond(trial: TrialFacts, group: GroupId, record: OffsetOf): readonly number[] {
  const commit = trial.commits.find(
    ({ event, outcome }) =>
      event.group === group &&
      outcome.kind !== "refused" &&
      event.offsets.some(({ offset, partition }) => partition === record.partition && offset > record.offset),
  );
  return commit === undefined ? [] : [commit.startedAt];
}
