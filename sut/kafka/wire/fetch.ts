import { indexOf, topicOf } from "../../../model/ids.ts";
import type { Offset, TopicPartition } from "../../../model/ids.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { readRecordBatches } from "./record-batches.ts";
import type { FetchedRecord } from "./record-batches.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

/** How much is fetched at once. */
const fetchBytesMax = 1_000_000;

export interface FetchAnswer {
  /** 0 where the broker leads the partition and has answered; Kafka's error code otherwise. */
  readonly errorCode: number;
  /** Those at and after the offset asked for, up to the high watermark. */
  readonly records: readonly FetchedRecord[];
}

/** Fetches committed records of one partition from `from` on, without waiting for more (`Fetch`, API 1, version 4). */
export async function fetch(of: Peer, partition: TopicPartition, from: Offset): Promise<FetchAnswer> {
  const body = new ProtocolWriter().int32(-1).int32(0).int32(0).int32(fetchBytesMax).int8(0);
  body.array([topicOf(partition)], (topic) => {
    body.string(topic).array([indexOf(partition)], (index) => body.int32(index).int64(from).int32(fetchBytesMax));
  });
  const reader = await roundTrip(of, { apiKey: 1, apiVersion: 4, isFlexible: false, body });
  reader.int32();
  const topics = reader.array(() => {
    reader.string();
    return reader.array(() => {
      reader.int32();
      const errorCode = reader.int16();
      reader.int64();
      reader.int64();
      reader.array(() => {
        reader.int64();
        reader.int64();
      });
      const records = readRecordBatches(reader.lengthAndBytes());
      return { errorCode, records: records.filter(({ offset }) => offset >= from) };
    });
  });
  return topics.flat()[0]!;
}
