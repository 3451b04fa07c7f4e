import { indexOf, offset, topicOf } from "../../../model/ids.ts";
import type { Offset, TopicPartition } from "../../../model/ids.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

const timestampOf = { earliest: -2, latest: -1 } as const;

/**
 * The first offset of a partition, or the high watermark, by its leader's word (`ListOffsets`, API 2, version 3). Undefined
 * where the broker that was asked does not lead it, or cannot say yet.
 */
export async function listOffset(
  of: Peer,
  partition: TopicPartition,
  which: keyof typeof timestampOf,
): Promise<Offset | undefined> {
  const body = new ProtocolWriter().int32(-1).int8(0);
  body.array([topicOf(partition)], (topic) => {
    body.string(topic).array([indexOf(partition)], (index) => body.int32(index).int64(timestampOf[which]));
  });
  const reader = await roundTrip(of, { apiKey: 2, apiVersion: 3, isFlexible: false, body });
  reader.int32();
  const topics = reader.array(() => {
    reader.string();
    return reader.array(() => {
      reader.int32();
      const errorCode = reader.int16();
      reader.int64();
      return { errorCode, found: reader.int64() };
    });
  });
  const answer = topics.flat()[0];
  return answer === undefined || answer.errorCode !== 0 ? undefined : offset(answer.found);
}
