/**
 * The group coordinator of one broker: serves the groups whose partition of `__consumer_offsets` this broker leads.
 *
 * Everything it promises is in that partition's log first. When the broker comes to lead such a partition it reads the log;
 * until all that was there is committed it answers `COORDINATOR_LOAD_IN_PROGRESS` (Kafka answers a little earlier).
 * Leaves out offset expiry.
 */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { noLeader, offset, offsetsTopic, topicPartition } from "../../../model/ids.ts";
import type { ClientId, GroupId } from "../../../model/ids.ts";
import type { GroupDescription, Instances, OffsetOf } from "../../../model/history.ts";
import type { BrokerContext } from "../broker/context.ts";
import type { Partition } from "../broker/partition.ts";
import type { ReplicaManager } from "../broker/replica-manager.ts";
import type { TransactionVerifier } from "../broker/transaction-verifier.ts";
import type * as protocol from "../protocol/group.ts";
import type { Respond } from "../protocol/messages.ts";
import type { Record, RecordBatch } from "../protocol/record-batch.ts";
import type { TxnOffsetCommitRequest, WriteTxnMarkersRequest } from "../protocol/transaction.ts";
import { appendForCoordinator, coordinatorError, whenCommitted } from "./coordinator-log.ts";
import type { CoordinatorAppend } from "./coordinator-log.ts";
import { ClassicGroup } from "./classic-group.ts";
import { coordinatorPartition, coordinatorRecord } from "./coordinator-records.ts";
import type { CoordinatorValue, GroupMetadataValue, OffsetCommitValue } from "./coordinator-records.ts";
import { joinError, noAssignment } from "./group-member.ts";
import { GroupOffsets } from "./group-offsets.ts";

interface Group {
  readonly group: ClassicGroup;
  /** Its offsets, committed ones as everyone may see them. */
  readonly offsets: GroupOffsets;
}

/** The groups of one partition of `__consumer_offsets`, in one term of its leader. */
interface Shard {
  readonly partition: Partition;
  readonly groups: Map<GroupId, Group>;
  isLoaded: boolean;
}

/** A commit that is part of a transaction, or of none. */
type CommitRequest = protocol.OffsetCommitRequest | TxnOffsetCommitRequest;

export class GroupCoordinator {
  private readonly context: BrokerContext;
  private readonly replicas: ReplicaManager;
  private readonly verifier: TransactionVerifier;
  private readonly shards = new Map<number, Shard>();
  private membersNumbered = 0;

  constructor(context: BrokerContext, replicas: ReplicaManager, verifier: TransactionVerifier) {
    this.context = context;
    this.replicas = replicas;
    this.verifier = verifier;
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
    const committed = this.shardWith(id)?.groups.get(id)?.offsets.all() ?? [];
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
    this.commit(request, (code) => respond(commitResponse(request, code)));
  }

  /** The transaction's coordinator is asked first, as for every other partition (KIP-890); then it is a commit like others. */
  txnOffsetCommit(request: TxnOffsetCommitRequest, respond: Respond<"TxnOffsetCommit">): void {
    const { error, known } = this.find(request.groupId);
    const answer = (code: ErrorCode): void => respond(commitResponse(request, code));
    if (known === undefined) {
      answer(error);
      return;
    }
    const { producerEpoch, producerId, transactionalId } = request;
    const { partition } = this.shardWith(request.groupId)!;
    const isOpen = partition.replica.transactions.isOpenIn(producerId, producerEpoch);
    const { rules, settings } = this.context;
    if (!rules.mustVerify({ isOpen, version: settings["transaction.version"] })) {
      this.commit(request, answer);
      return;
    }
    this.verifier.verify({ transactionalId, producer: request, partition }, (code) => {
      if (code === errorCode.NONE) this.commit(request, answer);
      else answer(coordinatorError(code));
    });
  }

  /** A transaction with offsets of some group has ended: they count, or do not, once that is committed. */
  endTransaction(index: number, end: WriteTxnMarkersRequest, onSettled: (error: ErrorCode) => void): void {
    const shard = this.shards.get(index);
    if (shard?.partition.leading === undefined) {
      onSettled(errorCode.NOT_COORDINATOR);
      return;
    }
    if (!shard.isLoaded) {
      onSettled(errorCode.COORDINATOR_LOAD_IN_PROGRESS);
      return;
    }
    const { coordinatorEpoch, outcome, transactionVersion } = end;
    shard.partition.appendMarker(end, { outcome, coordinatorEpoch, transactionVersion }, ({ error }) => {
      if (error === errorCode.NONE) this.settleOffsets(shard, end);
      onSettled(error);
    });
  }

  offsetFetch(request: protocol.OffsetFetchRequest, client: ClientId): protocol.OffsetFetchResponse {
    const { error, known } = this.find(request.groupId);
    if (known !== undefined) {
      const { replica, known: term } = this.shardWith(request.groupId)!.partition;
      const at = { partition: replica.name, offset: replica.highWatermark, leaderEpoch: term.leaderEpoch };
      this.context.record.broker({ kind: "offsets-fetched", broker: this.context.id, group: request.groupId, client, at });
    }
    const { requireStable } = request;
    return {
      errorCode: error,
      topics: request.topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => {
          const partition = topicPartition(name, partitionIndex);
          const isPending = known?.offsets.isPending(partition) ?? false;
          const unstable = this.context.rules.checkOffsetFetch({ requireStable, isPending });
          const committed = unstable === errorCode.NONE ? known?.offsets.get(partition) : undefined;
          return { partitionIndex, committedOffset: committed ?? offset(-1), errorCode: unstable };
        }),
      })),
    };
  }

  // --- commits ---------------------------------------------------------------------------------------------------------

  private commit(request: CommitRequest, answer: (code: ErrorCode) => void): void {
    const { error, known } = this.find(request.groupId);
    if (known === undefined) {
      answer(error);
      return;
    }
    const refusal = this.checkCommit(known.group, request);
    if (refusal === errorCode.NONE && request.topics.length > 0) this.storeOffsets(known, request, answer);
    else answer(refusal);
  }

  private checkCommit(group: ClassicGroup, request: CommitRequest): ErrorCode {
    const { generationIdOrMemberEpoch, groupId, groupInstanceId: instance, memberId: member } = request;
    const isTransactional = request.api === "TxnOffsetCommit";
    const error = this.context.rules.checkOffsetCommit({
      groupState: group.state,
      groupGeneration: group.generation,
      membership: group.check(member, instance),
      generation: generationIdOrMemberEpoch,
      isTransactional,
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
      ...(isTransactional && { isTransactional }),
    });
    return error;
  }

  private storeOffsets(known: Group, request: CommitRequest, answer: (code: ErrorCode) => void): void {
    const { generationIdOrMemberEpoch, groupId, groupInstanceId: instance, memberId: member } = request;
    const commits: OffsetOf[] = [];
    for (const { name, partitions } of request.topics) {
      for (const { committedOffset, partitionIndex } of partitions) {
        commits.push({ partition: topicPartition(name, partitionIndex), offset: committedOffset });
      }
    }
    const records = commits.map(({ offset: position, partition }) =>
      coordinatorRecord({ type: "OffsetCommit", group: groupId, partition, offset: position }),
    );
    known.group.touch(member);
    const producer = request.api === "TxnOffsetCommit" ? request : undefined;
    let place = offset(-1);
    this.append(groupId, records, {
      ...(producer !== undefined && { producer }),
      onAppended: (at) => {
        place = at.offset;
        const who = { member, generation: generationIdOrMemberEpoch, ...(instance !== undefined && { instance }) };
        const inTransaction = producer === undefined ? {} : { producerId: producer.producerId };
        const accepted = { broker: this.context.id, group: groupId, ...who, offsets: commits, at, ...inTransaction };
        this.context.record.broker({ kind: "commit-accepted", ...accepted });
        if (producer !== undefined) for (const commit of commits) known.offsets.hold(producer.producerId, commit, place);
      },
      onCommitted: () => {
        if (producer === undefined) for (const commit of commits) known.offsets.commit(commit, place);
      },
      onSettled: answer,
    });
  }

  private settleOffsets(shard: Shard, { outcome, producerId }: WriteTxnMarkersRequest): void {
    for (const [group, { offsets }] of shard.groups) {
      const settled = offsets.end(producerId, outcome);
      if (settled.length === 0) continue;
      const { id: broker, record } = this.context;
      record.broker({ kind: "transactional-offsets-ended", broker, group, producerId, outcome, offsets: settled });
    }
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
    for (const batch of shard.partition.replica.log.all()) {
      const { marker, producerId, records } = batch;
      if (marker !== undefined) {
        for (const { offsets } of shard.groups.values()) offsets.end(producerId, marker.outcome);
        continue;
      }
      for (const { value } of records as readonly Record<CoordinatorValue>[]) {
        const { offsets } = this.groupIn(shard, value.group);
        if (value.type === "GroupMetadata") latest.set(value.group, value);
        else this.loadCommit(offsets, value, batch);
      }
    }
    shard.isLoaded = true;
    for (const [id, { group, offsets }] of shard.groups) {
      const value = latest.get(id);
      if (value !== undefined) group.restore(value);
      const pending = offsets.allPending();
      this.context.record.broker({
        kind: "group-loaded",
        broker: this.context.id,
        group: id,
        log: shard.partition.replica.name,
        generation: group.generation,
        members: group.memberIds,
        offsets: offsets.all(),
        ...(pending.length > 0 && { pending }),
      });
    }
  }

  private loadCommit(
    offsets: GroupOffsets,
    value: OffsetCommitValue,
    { baseOffset, isTransactional, producerId }: RecordBatch,
  ): void {
    const { offset: committed, partition } = value;
    if (isTransactional === true) offsets.hold(producerId, value, baseOffset);
    else {
      const held = this.context.rules.laterCommit(offsets.get(partition), committed);
      offsets.commit({ partition, offset: held }, baseOffset);
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
      known = { group, offsets: new GroupOffsets() };
      shard.groups.set(id, known);
    }
    return known;
  }
}

/** Which members are static; nothing where none is. */
function instancesOf(members: GroupMetadataValue["members"]): { readonly instances?: Instances } {
  const known = members.flatMap(({ instanceId, memberId }) =>
    instanceId === undefined ? [] : [[instanceId, memberId] as const],
  );
  return known.length === 0 ? {} : { instances: Object.fromEntries(known) };
}

const commitResponse = ({ topics }: CommitRequest, code: ErrorCode): protocol.OffsetCommitResponse => ({
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
  })),
});
