/** Creates and deletes topics (`CreateTopics`, API 19, version 4; `DeleteTopics`, API 20, version 3). */

import type { BrokerId } from "../../../model/ids.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

export interface NewTopic {
  readonly name: string;
  /** The replicas of each partition, the preferred leader first. */
  readonly assignment: readonly (readonly BrokerId[])[];
  /** Topic settings under Kafka's names. */
  readonly config: Readonly<Record<string, string>>;
}

export interface TopicResult {
  readonly name: string;
  /** 0 where it was done; 36 where a topic that is to be created exists, 3 where one that is to be deleted does not. */
  readonly errorCode: number;
}

/** Asks for topics to be created; what became of each is in its result. Rejects where the broker does not answer. */
export async function createTopics(at: Peer, topics: readonly NewTopic[]): Promise<readonly TopicResult[]> {
  const body = new ProtocolWriter();
  body.array(topics, ({ assignment, config, name }) => {
    // Both are -1 because the assignment says it all.
    body.string(name).int32(-1).int16(-1);
    body.array([...assignment.entries()], ([index, replicas]) => {
      body.int32(index).array(replicas, (replica) => body.int32(replica));
    });
    body.array(Object.entries(config), ([key, value]) => body.string(key).string(value));
  });
  body.int32(at.timeoutMs).boolean(false);
  const reader = await roundTrip(at, { apiKey: 19, apiVersion: 4, isFlexible: false, body });
  reader.int32();
  return reader.array(() => {
    const name = reader.string();
    const errorCode = reader.int16();
    reader.string();
    return { name, errorCode };
  });
}

/** Asks for topics to be deleted; what became of each is in its result. Rejects where the broker does not answer. */
export async function deleteTopics(at: Peer, topics: readonly string[]): Promise<readonly TopicResult[]> {
  const body = new ProtocolWriter();
  body.array(topics, (topic) => body.string(topic)).int32(at.timeoutMs);
  const reader = await roundTrip(at, { apiKey: 20, apiVersion: 3, isFlexible: false, body });
  reader.int32();
  return reader.array(() => ({ name: reader.string(), errorCode: reader.int16() }));
}
