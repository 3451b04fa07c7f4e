import { topicOf, topicPartition } from "../../model/ids.ts";
import { partitionOfKey } from "../../model/partitioners/murmur2.ts";
import type { Send } from "../facts/sends.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** All clients find a key's records in the same partition, which is what order by key and joins by key rest on. */
export const keyDecidesPartition: Property = {
  id: "key-decides-partition",
  sentence: "As long as a topic has as many partitions, every record of a key is in the one that murmur2 of the key names.",
  source: "Kafka's documentation of partitioner.class; BuiltInPartitioner.partitionForKey",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "partitioner.class=default and partitioner.ignore.keys=false, and a step that names no partition",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const { partition, records } of trial.logs.values()) {
      for (const { at, offset, value } of records) {
        const send = trial.sends.get(value);
        const count = send === undefined ? undefined : countOf(send);
        if (send?.key === undefined || count === undefined) continue;
        judged++;
        const right = topicPartition(topicOf(partition), partitionOfKey(send.key, count));
        if (right === partition) continue;
        const message = `${value} has the key ${JSON.stringify(send.key)}, which belongs to ${right} of ${count}, and is at ${partition} offset ${offset}.`;
        breaches.push({ message, witness: [send.startedAt, at], partition });
      }
    }
    return { judged, breaches };
  },
};

/** How many partitions a key decided among; undefined where it decided nothing. */
function countOf({ chosenAmong, settings }: Send): number | undefined {
  const isByKey = settings["partitioner.class"] === "default" && !settings["partitioner.ignore.keys"];
  return isByKey ? chosenAmong?.length : undefined;
}
