/**
 * The group coordinator of one broker: serves the groups whose partition of `__consumer_offsets` this broker leads.
 *
 * Everything it promises is in that partition's log first. When the broker comes to lead such a partition it reads the log;
 * until all that was there is committed it answers `COORDINATOR_LOAD_IN_PROGRESS` (Kafka answers a little earlier).
 * Leaves out offset expiry and transactional offsets.
 */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { noLeader, offset, offsetsTopic, topicPartition } from "../../../model/ids.ts";
import type { ClientId, GroupId, Offset, TopicPartition } from "../../../model/ids.ts";
import type { GroupDescription, Instances, OffsetOf } from "../../../model/history.ts";
import type { BrokerContext } from "../broker/context.ts";
import type { Partition } from "../broker/partition.ts";
import type { ReplicaManager } from "../broker/replica-manager.ts";
import type * as protocol from "../protocol/group.ts";
import type { Respond } from "../protocol/messages.ts";
import type { Record } from "../protocol/record-batch.ts";
import { appendForCoordinator, whenCommitted } from "./coordinator-log.ts";
import type { CoordinatorAppend } from "./coordinator-log.ts";
import { ClassicGroup } from "./classic-group.ts";
import { coordinatorPartition, coordinatorRecord } from "./coordinator-records.ts";
import type { CoordinatorValue, GroupMetadataValue } from "./coordinator-records.ts";
import { joinError, noAssignment } from "./group-member.ts";

interface Group {
  readonly group: ClassicGroup;
  /** Committed offsets as everyone may see them. */
  readonly offsets: Map<TopicPartition, Offset>;
}

/** The groups of one partition of `__consumer_offsets`, in one term of its leader. */
interface Shard {
  readonly partition: Partition;
  readonly groups: Map<GroupId, Group>;
  isLoaded: boolean;
}

export class GroupCoordinator {
  private readonly context: BrokerContext;
  private readonly replicas: ReplicaManager;
  private readonly shards = new Map<number, Shard>();
  private membersNumbered = 0;

  constructor(context: BrokerContext, replicas: ReplicaManager) {
    this.context = context;
    this.replicas = replicas;
  }

  /** A new leader epoch of a partition of `__consumer_offsets` has begun on this broker. */
  onNewEpoch(index: number): void {
    const before = this.shards.get(index);
    this.shards.delete(index);
    if (before !== undefined) this.unload(before);
    const partition = this.replicas.get(offsetsTopic, index);
    if (partition?.leading === undefined) return;
    const shard: Shard = { partition, groups: new Map(), isLoaded: false };
    this.shards.set(index, shard);
    const upTo = partition.replica.endOffset;
    whenCommitted(this.context, { partition, upTo, isWanted: () => this.shards.get(index) === shard }, () => this.load(shard));
  }

  /** What the coordinator would tell an administrator about a group; undefined where it is not its coordinator. */
  describe(id: GroupId): Omit<GroupDescription, "running"> | undefined {
    const state = this.stateOf(id);
    if (state === undefined) return undefined;
    const committed = offsetsOf(this.shardWith(id)?.groups.get(id)?.offsets ?? new Map());
    return { group: id, state, members: this.membersOf(id), committed };
  }

  /** The part of the description that changes last; undefined where this broker is not the group's coordinator. */
  stateOf(id: GroupId): GroupDescription["state"] | undefined {
    const shard = this.shardWith(id);
    return shard?.isLoaded === true ? (shard.groups.get(id)?.group.state ?? "Empty") : undefined;
  }

  membersOf(id: GroupId): readonly ClientId[] {
    return this.shardWith(id)?.groups.get(id)?.group.clientIds ?? [];
  }

  findCoordinator({ key }: protocol.FindCoordinatorRequest): protocol.FindCoordinatorResponse {
    const { image } = this.context;
    const shard = this.shardOf(key) ?? -1;
    const leader = image.partitions.get(topicPartition(offsetsTopic, shard))?.leader ?? noLeader;
    const error = leader < 0 ? errorCode.COORDINATOR_NOT_AVAILABLE : errorCode.NONE;
    return { errorCode: error, nodeId: leader };
  }

  joinGroup(request: protocol.JoinGroupRequest, client: ClientId, respond: Respond<"JoinGroup">): void {
    const { error, known } = this.find(request.groupId);
    if (known === undefined) respond(joinError(error, request.memberId));
    else known.group.join(request, client, respond);
  }

  syncGroup(request: protocol.SyncGroupRequest, respond: Respond<"SyncGroup">): void {
    const { error, known } = this.find(request.groupId);
    if (known === undefined) respond({ errorCode: error, assignment: noAssignment });
    else known.group.sync(request, respond);
  }

  heartbeat(request: protocol.HeartbeatRequest): protocol.HeartbeatResponse {
    const { error, known } = this.find(request.groupId);
    return { errorCode: known?.group.heartbeat(request) ?? error };
  }

  leaveGroup(request: protocol.LeaveGroupRequest): protocol.LeaveGroupResponse {
    const { error, known } = this.find(request.groupId);
    return { errorCode: known?.group.leave(request) ?? error };
  }

  offsetCommit(request: protocol.OffsetCommitRequest, respond: Respond<"OffsetCommit">): void {
    const { error, known } = this.find(request.groupId);
    const answer = (code: ErrorCode): void => respond(commitResponse(request, code));
    if (known === undefined) {
      answer(error);
      return;
    }
    const refusal = this.checkCommit(known.group, request);
    if (refusal === errorCode.NONE && request.topics.length > 0) this.storeOffsets(known, request, answer);
    else answer(refusal);
  }

  offsetFetch(request: protocol.OffsetFetchRequest, client: ClientId): protocol.OffsetFetchResponse {
    const { error, known } = this.find(request.groupId);
    if (known !== undefined) {
      const { replica, known: term } = this.shardWith(request.groupId)!.partition;
      const at = { partition: replica.name, offset: replica.highWatermark, leaderEpoch: term.leaderEpoch };
      this.context.record.broker({ kind: "offsets-fetched", broker: this.context.id, group: request.groupId, client, at });
    }
    return {
      errorCode: error,
      topics: request.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({
          partitionIndex,
          committedOffset: known?.offsets.get(topicPartition(name, partitionIndex)) ?? offset(-1),
          errorCode: error,
        })),
      })),
    };
  }

  // --- commits ---------------------------------------------------------------------------------------------------------

  private checkCommit(group: ClassicGroup, request: protocol.OffsetCommitRequest): ErrorCode {
    const { generationIdOrMemberEpoch, groupId, groupInstanceId: instance, memberId: member } = request;
    const error = this.context.rules.checkOffsetCommit({
      groupState: group.state,
      groupGeneration: group.generation,
      membership: group.check(member, instance),
      generation: generationIdOrMemberEpoch,
    });
    if (error === errorCode.NONE) return error;
    this.context.record.broker({
      kind: "commit-rejected",
      broker: this.context.id,
      group: groupId,
      member,
      generation: generationIdOrMemberEpoch,
      error: errorName(error),
      ...(instance !== undefined && { instance }),
    });
    return error;
  }

  private storeOffsets(known: Group, request: protocol.OffsetCommitRequest, answer: (code: ErrorCode) => void): void {
    const { generationIdOrMemberEpoch, groupId, groupInstanceId: instance, memberId: member } = request;
    const commits: OffsetOf[] = [];
    for (const { name, partitions } of request.topics) {
      for (const { committedOffset, partitionIndex } of partitions) {
        commits.push({ partition: topicPartition(name, partitionIndex), offset: committedOffset });
      }
    }
    const records = commits.map((commit) => coordinatorRecord({ type: "OffsetCommit", group: groupId, ...commit }));
    known.group.touch(member);
    this.append(groupId, records, {
      onAppended: (at) =>
        this.context.record.broker({
          kind: "commit-accepted",
          broker: this.context.id,
          group: groupId,
          member,
          generation: generationIdOrMemberEpoch,
          offsets: commits,
          at,
          ...(instance !== undefined && { instance }),
        }),
      onCommitted: () => {
        for (const commit of commits) known.offsets.set(commit.partition, commit.offset);
      },
      onSettled: answer,
    });
  }

  private storeGroup(shard: Shard, value: GroupMetadataValue, onStored: (code: ErrorCode) => void): void {
    const { generation, group, members } = value;
    this.append(group, [coordinatorRecord(value)], {
      onAppended: (at) =>
        this.context.record.broker({
          kind: "group-stored",
          broker: this.context.id,
          group,
          generation,
          members: members.map(({ memberId }) => memberId),
          ...instancesOf(members),
          at,
        }),
      onCommitted: () => undefined,
      // When the term is over the group is about to be unloaded, and nothing is to be begun with it any more.
      onSettled: (code) => (shard.partition.leading === undefined ? undefined : onStored(code)),
    });
  }

  // --- the log ---------------------------------------------------------------------------------------------------------

  private append(group: GroupId, records: readonly Record[], then: CoordinatorAppend): void {
    appendForCoordinator(this.context, this.shardWith(group)!.partition, records, then);
  }

  private load(shard: Shard): void {
    const latest = new Map<GroupId, GroupMetadataValue>();
    for (const { records } of shard.partition.replica.log.all()) {
      for (const { value } of records as readonly Record<CoordinatorValue>[]) {
        const known = this.groupIn(shard, value.group);
        if (value.type === "GroupMetadata") latest.set(value.group, value);
        else {
          const before = known.offsets.get(value.partition);
          known.offsets.set(value.partition, this.context.rules.laterCommit(before, value.offset));
        }
      }
    }
    shard.isLoaded = true;
    for (const [id, { group, offsets }] of shard.groups) {
      const value = latest.get(id);
      if (value !== undefined) group.restore(value);
      this.context.record.broker({
        kind: "group-loaded",
        broker: this.context.id,
        group: id,
        log: shard.partition.replica.name,
        generation: group.generation,
        members: group.memberIds,
        offsets: offsetsOf(offsets),
      });
    }
  }

  private unload(shard: Shard): void {
    if (!shard.isLoaded) return;
    for (const { group } of shard.groups.values()) {
      group.unload();
      this.context.record.broker({ kind: "group-unloaded", broker: this.context.id, group: group.id });
    }
  }

  // --- looking up ------------------------------------------------------------------------------------------------------

  /** The partition of a group; undefined while this broker has read no metadata yet. */
  private shardOf(group: GroupId): number | undefined {
    const topic = this.context.image.topics.get(offsetsTopic);
    return topic === undefined ? undefined : coordinatorPartition(group, topic.partitions);
  }

  private shardWith(group: GroupId): Shard | undefined {
    const index = this.shardOf(group);
    return index === undefined ? undefined : this.shards.get(index);
  }

  private find(id: GroupId): { readonly error: ErrorCode; readonly known: Group | undefined } {
    const shard = this.shardWith(id);
    if (shard?.partition.leading === undefined) return { error: errorCode.NOT_COORDINATOR, known: undefined };
    if (!shard.isLoaded) return { error: errorCode.COORDINATOR_LOAD_IN_PROGRESS, known: undefined };
    return { error: errorCode.NONE, known: this.groupIn(shard, id) };
  }

  private groupIn(shard: Shard, id: GroupId): Group {
    let known = shard.groups.get(id);
    if (known === undefined) {
      const group = new ClassicGroup(this.context, id, {
        store: (value, onStored) => this.storeGroup(shard, value, onStored),
        numberMember: () => this.membersNumbered++,
      });
      known = { group, offsets: new Map() };
      shard.groups.set(id, known);
    }
    return known;
  }
}

const offsetsOf = (offsets: ReadonlyMap<TopicPartition, Offset>): readonly OffsetOf[] =>
  [...offsets].map(([partition, committed]) => ({ partition, offset: committed }));

/** Which members are static; nothing where none is. */
function instancesOf(members: GroupMetadataValue["members"]): { readonly instances?: Instances } {
  const known = members.flatMap(({ instanceId, memberId }) =>
    instanceId === undefined ? [] : [[instanceId, memberId] as const],
  );
  return known.length === 0 ? {} : { instances: Object.fromEntries(known) };
}

const commitResponse = ({ topics }: protocol.OffsetCommitRequest, code: ErrorCode): protocol.OffsetCommitResponse => ({
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
  })),
});
