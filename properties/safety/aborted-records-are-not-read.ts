import { readsCommitted } from "../../model/settings.ts";
import type { Seen, TrialFacts } from "../facts/trial-facts.ts";
import { mayLoseCommitted } from "../promises.ts";
import { mayMissMarkers } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** What `isolation.level=read_committed` is for. */
export const abortedRecordsAreNotRead: Property = {
  id: "aborted-records-are-not-read",
  sentence: "A consumer with isolation.level=read_committed is given no record of a transaction that was not committed.",
  source: "KIP-98; Kafka's documentation of isolation.level",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "no committed record was lost with permission",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    const known = new Map(trial.options.groups.map((group) => [group.id, readsCommitted(group.config)]));
    const uncommitted = uncommittedRecords(trial);
    for (const { at, event } of trial.delivered) {
      if (known.get(event.group) !== true) continue;
      judged++;
      const record = uncommitted.get(`${event.partition}@${event.offset}`);
      if (record?.value !== event.value) continue;
      const permission = mayLoseCommitted(trial, event.partition) ?? mayMissMarkers(trial, event.partition);
      breaches.push({
        message: `${event.client} was given ${event.value}, ${event.partition} offset ${event.offset}, of a transaction that was not committed.`,
        witness: [at, record.at],
        partition: event.partition,
        ...(permission !== undefined && { permission }),
      });
    }
    return { judged, breaches };
  },
};

function uncommittedRecords(trial: TrialFacts): ReadonlyMap<string, Seen> {
  const found = new Map<string, Seen>();
  for (const { partition, records } of trial.logs.values()) {
    for (const record of records) {
      if (record.fate === "abort" || record.fate === "open") found.set(`${partition}@${record.offset}`, record);
    }
  }
  return found;
}
