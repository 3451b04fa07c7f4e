import { readsCommitted } from "../../model/settings.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { RecordSet } from "../facts/record-set.ts";
import { isVisibleTo } from "../facts/visible-records.ts";
import type { GroupOptions } from "../../model/schedule.ts";
import { mayBeDeleted, mayForgetTransactions, mayLoseCommitted } from "../promises.ts";
import { mayBeCleanedElsewhere } from "../promises-of-cleaning.ts";
import { mayStayUnowned } from "../promises-of-groups.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** When the trouble is over, everything that is in the logs reaches every group that wants it. */
export const recordsAreDelivered: Property = {
  id: "records-are-delivered",
  sentence: "After healing, every record in the log has been delivered to each group that subscribes to its topic.",
  source: "Kafka's documentation of message delivery semantics",
  expectation: "eventually",
  evidence: "client",
  blames: "client",
  assumes: "auto.offset.reset=earliest; not for groups that commit before they process, which may pass over records",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const group of trial.options.groups) {
      if (!trial.holdings.some((holding) => holding.group === group.id)) continue;
      const seen = new RecordSet();
      for (const { event } of trial.delivered) if (event.group === group.id) seen.add(event);
      for (const { partition, records } of trial.logs.values()) {
        if (!group.topics.some((topic) => partition.slice(0, partition.lastIndexOf("-")) === topic)) continue;
        for (const record of records) {
          if (!isVisibleTo(group, record)) continue;
          const { at, offset, value } = record;
          judged++;
          if (seen.has({ partition, offset, value })) continue;
          const isGone = mayBeDeleted(trial, partition, offset) ?? mayBeCleanedElsewhere(trial, partition, { offset, value });
          const permission = mayPassOver(group) ?? isGone ?? mayLoseCommitted(trial, partition) ?? mayHang(trial, group);
          breaches.push({
            message: `${value} is at ${partition} offset ${offset} and was never delivered to ${group.id}.`,
            witness: [at],
            partition,
            ...(permission !== undefined && { permission }),
          });
        }
      }
    }
    return { judged, breaches };
  },
};

/** Why it may never come to a record: its partition is nobody's, or a transaction before it is never ended. */
const mayHang = (trial: TrialFacts, group: GroupOptions): Permission | undefined =>
  mayStayUnowned(trial, group) ?? (readsCommitted(group.config) ? mayForgetTransactions(trial) : undefined);

function mayPassOver(group: GroupOptions): Permission | undefined {
  if (group.commit === "before-processing") {
    return { setting: "commit before processing", why: "a member may die between its commit and the delivery: at most once" };
  }
  return group.config["auto.offset.reset"] === "latest"
    ? { setting: "auto.offset.reset=latest", why: "a group without a committed offset begins at the end of the log" }
    : undefined;
}
