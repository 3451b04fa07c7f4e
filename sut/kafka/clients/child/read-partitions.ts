import { topicPartition } from "../../../../model/ids.ts";
import type { TopicPartition } from "../../../../model/ids.ts";
import type { ProtocolReader } from "../../wire/protocol-reader.ts";

/** Reads the form that most requests share: topics by name, and in each of them partitions by number with something more. */
export function readPartitions<T>(reader: ProtocolReader, read: (partition: TopicPartition) => T): readonly T[] {
  const topics = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => read(topicPartition(topic, reader.int32())));
  });
  return topics.flat();
}

/** Reads what a group's leader has assigned to a member (the consumer's embedded protocol); nothing where there are no bytes. */
export function readMemberAssignment(reader: ProtocolReader): readonly TopicPartition[] {
  if (reader.isAtEnd) return [];
  reader.int16();
  return readPartitions(reader, (partition) => partition);
}
