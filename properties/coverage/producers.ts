/** Situations about producers: what they were told, and what became of their records. */

import type { EventOf } from "../../model/history.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Sighting } from "./sighting.ts";

export const producerSightings: readonly Sighting[] = [
  {
    id: "duplicate-recognised",
    sentence: "A leader recognised a batch that an idempotent producer had sent again.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("duplicate-recognised"),
  },
  {
    id: "duplicate-recognised-after-failover",
    sentence: "A leader recognised a batch that one of its predecessors had appended.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("duplicate-recognised", (duplicate) => wasAppendedElsewhere(trial, duplicate)),
  },
  {
    id: "too-few-in-sync",
    sentence: "A leader refused a record because too few replicas were in sync.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("produce-refused", ({ error }) => error.startsWith("NOT_ENOUGH_REPLICAS")),
  },
  {
    id: "append-settled-with-error",
    sentence: "A producer was told of an error though its record had been appended.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => trial.hasEvent("append-settled", ({ error }) => error !== "NONE"),
  },
  {
    id: "sequence-out-of-order",
    sentence: "A leader refused a batch because of its sequence number.",
    evidence: "broker",
    wasSeen: (trial) => trial.hasEvent("produce-refused", ({ error }) => error === "OUT_OF_ORDER_SEQUENCE_NUMBER"),
  },
  {
    id: "send-outcome-unknown",
    sentence: "A producer could not tell whether its record had been written.",
    evidence: "client",
    isExpected: true,
    wasSeen: ({ sends }) => [...sends.values()].some(({ outcome }) => outcome.kind === "unknown"),
  },
  {
    id: "unknown-record-read-back",
    sentence: "A record of which its producer could not tell whether it had been written was read back.",
    evidence: "client",
    wasSeen: ({ logs, sends }) =>
      [...sends.values()].some(
        ({ outcome, partition, value }) =>
          outcome.kind === "unknown" && logs.get(partition)?.records.some((record) => record.value === value) === true,
      ),
  },
];

function wasAppendedElsewhere(trial: TrialFacts, { baseOffset, batch, broker, partition }: Recognised): boolean {
  return trial.hasEvent(
    "leader-appended",
    (appended) =>
      appended.broker !== broker &&
      appended.partition === partition &&
      appended.batch.baseOffset === baseOffset &&
      appended.batch.producerId === batch.producerId,
  );
}

type Recognised = EventOf<"duplicate-recognised">;
