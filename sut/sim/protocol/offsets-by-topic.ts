import { indexOf, topicOf } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import { byTopic } from "./by-topic.ts";
import type { OffsetCommitRequest } from "./group.ts";

/** Offsets as requests that commit them have them. */
export const offsetsByTopic = (offsets: readonly OffsetOf[]): OffsetCommitRequest["topics"] =>
  byTopic(
    offsets,
    ({ partition }) => topicOf(partition),
    (name, ofTopic) => ({ name, partitions: ofTopic.map(commitOf) }),
  );

const commitOf = ({ offset, partition }: OffsetOf) => ({ partitionIndex: indexOf(partition), committedOffset: offset });
