import { indexOf, topicOf } from "../../../model/ids.ts";
import type { TopicPartition } from "../../../model/ids.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

const preferred = 0;

/** Has the preferred replica of a partition elected (`ElectLeaders`, API 43, version 1). Returns the partition's error code. */
export async function electPreferredLeader(at: Peer, partition: TopicPartition): Promise<number> {
  const body = new ProtocolWriter().int8(preferred);
  body.array([topicOf(partition)], (topic) => {
    body.string(topic).array([indexOf(partition)], (index) => body.int32(index));
  });
  body.int32(at.timeoutMs);
  const reader = await roundTrip(at, { apiKey: 43, apiVersion: 1, isFlexible: false, body });
  reader.int32();
  const error = reader.int16();
  if (error !== 0) return error;
  const results = reader.array(() => {
    reader.string();
    return reader.array(() => {
      reader.int32();
      const partitionError = reader.int16();
      reader.string();
      return partitionError;
    });
  });
  return results.flat()[0] ?? 0;
}
