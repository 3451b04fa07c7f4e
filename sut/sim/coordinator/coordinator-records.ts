/** What a group coordinator keeps in `__consumer_offsets`: each group's last completed generation, and committed offsets. */

import type { ClientId, Generation, GroupId, MemberId, Offset, TopicPartition } from "../../../model/ids.ts";
import type { Assignment, Subscription } from "../protocol/group.ts";
import type { Record } from "../protocol/record-batch.ts";

export interface GroupMetadataValue {
  readonly type: "GroupMetadata";
  readonly group: GroupId;
  readonly generation: Generation;
  readonly protocolName: string;
  readonly leader: MemberId;
  readonly members: readonly GroupMetadataMember[];
}

export interface GroupMetadataMember {
  readonly memberId: MemberId;
  /** Of a static member its `group.instance.id`. */
  readonly instanceId: string | undefined;
  readonly clientId: ClientId;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocols: readonly { readonly name: string; readonly metadata: Subscription }[];
  readonly assignment: Assignment;
}

export interface OffsetCommitValue {
  readonly type: "OffsetCommit";
  readonly group: GroupId;
  readonly partition: TopicPartition;
  readonly offset: Offset;
}

export type CoordinatorValue = GroupMetadataValue | OffsetCommitValue;

/** A record that a later one of the same group, or of the same group and partition, replaces. */
export function coordinatorRecord(value: CoordinatorValue): Record<CoordinatorValue> {
  if (value.type === "GroupMetadata") {
    const key = `group ${value.group}`;
    return { key, value, title: `${key} generation ${value.generation}` };
  }
  const key = `commit ${value.group} ${value.partition}`;
  return { key, value, title: `${key} ${value.offset}` };
}

/**
 * The partition that a group or a transactional id belongs to, of `__consumer_offsets` or `__transaction_state`: Java's hash of
 * its id, modulo their number.
 */
export function coordinatorPartition(id: string, partitions: number): number {
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0;
  // Kafka's Utils.abs maps the smallest integer, which has no counterpart, to 0.
  return hash === -2147483648 ? 0 : Math.abs(hash) % partitions;
}
