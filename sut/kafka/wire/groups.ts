/** Asks about a consumer group and its coordinator, and clears groups away. */

import { brokerId, indexOf, memberId, offset, topicOf, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, MemberId, TopicPartition } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

/** The coordinator of a group (`FindCoordinator`, API 10, version 2); undefined where there is none at the moment. */
export async function findCoordinator(of: Peer, group: string): Promise<BrokerId | undefined> {
  const body = new ProtocolWriter().string(group).int8(0);
  const reader = await roundTrip(of, { apiKey: 10, apiVersion: 2, isFlexible: false, body });
  reader.int32();
  const error = reader.int16();
  reader.string();
  const coordinator = reader.int32();
  return error === 0 && coordinator > 0 ? brokerId(coordinator) : undefined;
}

export interface DescribedGroup {
  readonly errorCode: number;
  /** `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, or `Dead` for a group that is not there. */
  readonly state: string;
  readonly members: readonly { readonly member: MemberId; readonly clientId: string }[];
}

/** What the coordinator says of a group (`DescribeGroups`, API 15, version 2). */
export async function describeGroup(at: Peer, group: string): Promise<DescribedGroup> {
  const body = new ProtocolWriter();
  body.array([group], (id) => body.string(id));
  const reader = await roundTrip(at, { apiKey: 15, apiVersion: 2, isFlexible: false, body });
  reader.int32();
  const groups = reader.array(() => {
    const errorCode = reader.int16();
    reader.string();
    const state = reader.string();
    reader.string();
    reader.string();
    const members = reader.array(() => {
      const member = memberId(reader.string());
      const clientId = reader.string();
      reader.string();
      reader.lengthAndBytes();
      reader.lengthAndBytes();
      return { member, clientId };
    });
    return { errorCode, state, members };
  });
  return groups[0]!;
}

/** The group's committed offsets, as an administrator asks for them (`OffsetFetch`, API 9, version 4); undefined after an error. */
export async function committedOffsets(
  at: Peer,
  group: string,
  partitions: readonly TopicPartition[],
): Promise<readonly OffsetOf[] | undefined> {
  const body = new ProtocolWriter().string(group);
  body.array([...Map.groupBy(partitions, topicOf)], ([topic, some]) => {
    body.string(topic).array(some, (partition) => body.int32(indexOf(partition)));
  });
  const reader = await roundTrip(at, { apiKey: 9, apiVersion: 4, isFlexible: false, body });
  reader.int32();
  const topics = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => {
      const partition = topicPartition(topic, reader.int32());
      const committed = reader.int64();
      reader.string();
      return { partition, committed, errorCode: reader.int16() };
    });
  });
  const all = topics.flat();
  if (reader.int16() !== 0 || all.some(({ errorCode }) => errorCode !== 0)) return undefined;
  return all
    .filter(({ committed }) => committed >= 0)
    .map(({ committed, partition }) => ({ partition, offset: offset(committed) }));
}

/** Takes members out of a group without asking them (`LeaveGroup`, API 13, version 3). Returns the error code. */
export async function removeMembers(at: Peer, group: string, members: readonly MemberId[]): Promise<number> {
  const body = new ProtocolWriter().string(group);
  body.array(members, (member) => body.string(member).string(null));
  const reader = await roundTrip(at, { apiKey: 13, apiVersion: 3, isFlexible: false, body });
  reader.int32();
  return reader.int16();
}

/** Deletes a group that has no members, with its offsets (`DeleteGroups`, API 42, version 1). Returns the error code. */
export async function deleteGroup(at: Peer, group: string): Promise<number> {
  const body = new ProtocolWriter();
  body.array([group], (id) => body.string(id));
  const reader = await roundTrip(at, { apiKey: 42, apiVersion: 1, isFlexible: false, body });
  reader.int32();
  const results = reader.array(() => {
    reader.string();
    return reader.int16();
  });
  return results[0] ?? 0;
}
