/** A member of a classic group at the coordinator, and the answers it may be waiting for. */

import type { ErrorCode } from "../../../model/error-code.ts";
import { errorCode } from "../../../model/error-code.ts";
import { generation, memberId, topicPartition } from "../../../model/ids.ts";
import type { ClientId, Generation, MemberId, TopicPartition } from "../../../model/ids.ts";
import type { Timer } from "../event-loop.ts";
import type { Host } from "../host.ts";
import type * as protocol from "../protocol/group.ts";
import type { Respond } from "../protocol/messages.ts";
import type { GroupMetadataMember } from "./coordinator-records.ts";

export interface GroupMember {
  readonly memberId: MemberId;
  /** Of a static member its `group.instance.id`. */
  readonly instanceId: string | undefined;
  readonly clientId: ClientId;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: protocol.JoinGroupRequest["protocols"];
  assignment: protocol.Assignment;
  heardUs: number;
  sessionTimer: Timer | undefined;
  /** Set while a join or a sync of the member waits for the others. */
  parkedJoin: Respond<"JoinGroup"> | undefined;
  parkedSync: Respond<"SyncGroup"> | undefined;
  /** It has asked for its part of the present generation. */
  hasSynced: boolean;
}

export const noMember: MemberId = memberId("");
export const noAssignment: protocol.Assignment = { assignedPartitions: [] };
const noGeneration: Generation = generation(-1);

/** A member as its first join describes it. */
export function newMember(request: protocol.JoinGroupRequest, id: MemberId, clientId: ClientId): GroupMember {
  const { groupInstanceId: instanceId, protocols, rebalanceTimeoutMs, sessionTimeoutMs } = request;
  const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs };
  const stored = { memberId: id, instanceId, clientId, ...timeouts, protocols, assignment: noAssignment };
  return { ...restoredMember(stored), hasSynced: false };
}

/** A member as the coordinator's log describes it. */
export function restoredMember(stored: GroupMetadataMember): GroupMember {
  return {
    ...stored,
    heardUs: 0,
    sessionTimer: undefined,
    parkedJoin: undefined,
    parkedSync: undefined,
    hasSynced: true,
  };
}

/** A member as the coordinator's log is to describe it. */
export function storedMember(member: GroupMember, assignment: protocol.Assignment): GroupMetadataMember {
  const { clientId, instanceId, memberId: id, protocols, rebalanceTimeoutMs, sessionTimeoutMs } = member;
  return { memberId: id, instanceId, clientId, sessionTimeoutMs, rebalanceTimeoutMs, protocols, assignment };
}

/** A join that is turned down. */
export function joinError(error: ErrorCode, id: MemberId): protocol.JoinGroupResponse {
  return { errorCode: error, generationId: noGeneration, protocolName: "", leader: noMember, memberId: id, members: [] };
}

/** Answers a join that waits, if one does. */
export function answerJoin(member: GroupMember, response: protocol.JoinGroupResponse): void {
  const respond = member.parkedJoin;
  member.parkedJoin = undefined;
  respond?.(response);
}

/** Answers a sync that waits, if one does: with the member's assignment, or with an error. */
export function answerSync(member: GroupMember, error: ErrorCode): void {
  const respond = member.parkedSync;
  member.parkedSync = undefined;
  respond?.({ errorCode: error, assignment: error === errorCode.NONE ? member.assignment : noAssignment });
}

/** The first protocol of the leader that everyone speaks. */
export function commonProtocol(members: readonly GroupMember[], leader: MemberId): string {
  const isCommon = (name: string): boolean => members.every(({ protocols }) => protocols.some((one) => one.name === name));
  const ofLeader = members.find((member) => member.memberId === leader)?.protocols ?? [];
  return ofLeader.find(({ name }) => isCommon(name))?.name ?? "";
}

/** What the leader is told of each member. */
export const toldToLeader = (members: readonly GroupMember[], protocolName: string): protocol.JoinGroupResponse["members"] =>
  members.map(({ instanceId, memberId: id, protocols }) => ({
    memberId: id,
    ...(instanceId !== undefined && { groupInstanceId: instanceId }),
    metadata: protocols.find(({ name }) => name === protocolName)!.metadata,
  }));

/** The member has been heard of: its session begins anew. `onOver` hears of its end, unless it has left before. */
export function heardOf(member: GroupMember, host: Host, onOver: () => void): void {
  member.heardUs = host.nowUs;
  if (member.sessionTimer === undefined) watchSession(member, { host, inMs: member.sessionTimeoutMs, onOver });
}

interface Watch {
  readonly host: Host;
  readonly inMs: number;
  readonly onOver: () => void;
}

/** Looks in a while whether the session is over. It cannot end while the member waits for the others. */
function watchSession(member: GroupMember, { host, inMs, onOver }: Watch): void {
  member.sessionTimer = host.after(inMs, () => {
    member.sessionTimer = undefined;
    const leftMs = member.sessionTimeoutMs - (host.nowUs - member.heardUs) / 1000;
    if (member.parkedJoin !== undefined || member.parkedSync !== undefined) heardOf(member, host, onOver);
    else if (leftMs > 0) watchSession(member, { host, inMs: leftMs, onOver });
    else onOver();
  });
}

/** The partitions of an assignment, one by one. */
export const partitionsOf = (assignment: protocol.Assignment): readonly TopicPartition[] =>
  assignment.assignedPartitions.flatMap(({ partitions, topic }) => partitions.map((index) => topicPartition(topic, index)));
