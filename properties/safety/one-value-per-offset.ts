import type { TopicPartition } from "../../model/ids.ts";
import type { Send } from "../facts/sends.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { mayLoseAcked, mayLoseCommitted } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

interface Observation {
  readonly value: string;
  readonly at: number;
  /** Set where the producer was told of the offset; otherwise the record was read. */
  readonly send?: Send;
}

/** Everyone who ever sees an offset sees the same record there. */
export const oneValuePerOffset: Property = {
  id: "one-value-per-offset",
  sentence: "An offset stands for one record, whoever acknowledges or reads it, and whenever.",
  source: "Kafka's design documentation on replicated logs; KIP-101; KIP-320",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "as for lost records: an offset that a lost record had is given to another one",
  check: (trial) => {
    const first = new Map<TopicPartition, Map<number, Observation>>();
    const breaches: Breach[] = [];
    let judged = 0;
    const observe = (partition: TopicPartition, offset: number, seen: Observation): void => {
      judged++;
      const known = first.get(partition);
      const before = known?.get(offset);
      if (before === undefined) {
        if (known === undefined) first.set(partition, new Map([[offset, seen]]));
        else known.set(offset, seen);
        return;
      }
      if (before.value === seen.value) return;
      const permission = mayDiffer(trial, partition, [before, seen]);
      breaches.push({
        message: `${partition} offset ${offset} was ${before.value} and then ${seen.value}.`,
        witness: [before.at, seen.at].toSorted((left, right) => left - right),
        partition,
        ...(permission !== undefined && { permission }),
      });
    };
    for (const { partition, records } of trial.logs.values()) {
      for (const { at, offset, value } of records) observe(partition, offset, { value, at });
    }
    for (const { at, event } of trial.delivered) observe(event.partition, event.offset, { value: event.value, at });
    for (const send of trial.sends.values()) {
      const { outcome, partition, value } = send;
      if (outcome.kind !== "acked" || outcome.offset === null) continue;
      observe(partition, outcome.offset, { value, at: outcome.at, send });
    }
    return { judged, breaches };
  },
};

function mayDiffer(trial: TrialFacts, partition: TopicPartition, observations: readonly Observation[]): Permission | undefined {
  for (const { send } of observations) {
    const permission = send === undefined ? undefined : mayLoseAcked(trial, send);
    if (permission !== undefined) return permission;
  }
  return mayLoseCommitted(trial, partition);
}
