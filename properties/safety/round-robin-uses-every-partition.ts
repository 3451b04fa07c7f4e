import { topicOf, topicPartition } from "../../model/ids.ts";
import type { Send } from "../facts/sends.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** So many records a partition must have been sent in one run before a partition without any means something. */
const sendsPerPartitionMin = 3;

/** Records are spread over all partitions: one that gets nothing is capacity, and consumers, that do nothing. */
export const roundRobinUsesEveryPartition: Property = {
  id: "round-robin-uses-every-partition",
  sentence:
    "While the partitions that have a leader stay the same, a round-robin producer that sends three records a partition uses each of them.",
  source: "Kafka's documentation of partitioner.class, RoundRobinPartitioner; KAFKA-9965",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "partitioner.class=round-robin, one life of the producer, and steps that name no partition",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const run of runs(trial)) {
      const among = run[0]!.chosenAmong!;
      if (among.length < 2 || run.length < among.length * sendsPerPartitionMin) continue;
      judged++;
      const topic = topicOf(run[0]!.partition);
      const used = new Set(run.map(({ partition }) => partition));
      for (const index of among) {
        const partition = topicPartition(topic, index);
        if (used.has(partition)) continue;
        const message = `${run[0]!.client} sent ${run.length} records by turns to ${among.length} partitions of ${topic}, and none of them to ${partition}.`;
        breaches.push({ message, witness: run.map(({ startedAt }) => startedAt), partition });
      }
    }
    return { judged, breaches };
  },
};

/** Sends of one life of a round-robin producer to one topic, one after the other, while the same partitions had a leader. */
function runs(trial: TrialFacts): readonly (readonly Send[])[] {
  const all: Send[][] = [];
  const open = new Map<string, Send[]>();
  for (const send of trial.sends.values()) {
    const { chosenAmong, client, partition, session, settings } = send;
    if (chosenAmong === undefined || settings["partitioner.class"] !== "round-robin") continue;
    const key = `${client}/${session}/${topicOf(partition)}`;
    const run = open.get(key);
    if (run !== undefined && String(run[0]!.chosenAmong) === String(chosenAmong)) {
      run.push(send);
      continue;
    }
    const next = [send];
    open.set(key, next);
    all.push(next);
  }
  return all;
}
