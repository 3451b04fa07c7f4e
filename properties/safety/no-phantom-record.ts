import type { TopicPartition } from "../../model/ids.ts";
import type { Seen } from "../facts/trial-facts.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** Nothing is in a log, and nothing is delivered, that was not put there. */
export const noPhantomRecord: Property = {
  id: "no-phantom-record",
  sentence: "Every record that is read was sent, to that partition, and the send did not definitely fail.",
  source: "the producer's contract: a definite error means that nothing was written",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "nothing",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    const look = (partition: TopicPartition, { at, offset, value }: Pick<Seen, "at" | "offset" | "value">): void => {
      judged++;
      const send = trial.sends.get(value);
      const read = `${value} was read at ${partition} offset ${offset}`;
      if (send === undefined) {
        breaches.push({ message: `${read}, but nobody has sent it.`, witness: [at], partition });
      } else if (send.partition !== partition) {
        const message = `${read}, but it was sent to ${send.partition}.`;
        breaches.push({ message, witness: [send.startedAt, at], partition });
      } else if (send.outcome.kind === "failed") {
        const message = `${read}, but the send definitely failed: ${send.outcome.error}.`;
        breaches.push({ message, witness: [send.startedAt, send.outcome.at, at], partition });
      }
    };
    for (const { partition, records } of trial.logs.values()) for (const seen of records) look(partition, seen);
    for (const { at, event } of trial.delivered) look(event.partition, { at, offset: event.offset, value: event.value });
    return { judged, breaches };
  },
};
