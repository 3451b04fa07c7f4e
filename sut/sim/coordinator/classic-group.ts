/**
 * One consumer group of the classic protocol at its coordinator: members, generations, and the rebalance that leads from one
 * to the next. Dynamic members only; leaves out static membership (KIP-345) and size limits.
 *
 * States as in Kafka: Empty, PreparingRebalance (members are to join), CompletingRebalance (the leader is to assign), Stable.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { generation, memberId } from "../../../model/ids.ts";
import type { ClientId, Generation, GroupId, MemberId } from "../../../model/ids.ts";
import type { EventOf } from "../../../model/history.ts";
import type { Timer } from "../event-loop.ts";
import type * as protocol from "../protocol/group.ts";
import type { Respond } from "../protocol/messages.ts";
import type { BrokerContext } from "../broker/context.ts";
import type { GroupMetadataMember, GroupMetadataValue } from "./coordinator-records.ts";
import {
  answerJoin,
  answerSync,
  joinError,
  newMember,
  noAssignment,
  noMember,
  partitionsOf,
  restoredMember,
  storedMember,
} from "./group-member.ts";
import type { GroupMember } from "./group-member.ts";

export type GroupState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";

/** Stores the group's state; `onStored` hears whether it is safe. */
export type StoreGroup = (value: GroupMetadataValue, onStored: (error: ErrorCode) => void) => void;

type Removal = EventOf<"member-removed">["why"];

export class ClassicGroup {
  readonly id: GroupId;
  private readonly context: BrokerContext;
  private readonly store: StoreGroup;
  private readonly members = new Map<MemberId, GroupMember>();
  /** Ids that were given out and not used yet, each until its session would be over. */
  private readonly pending = new Map<MemberId, Timer>();
  private currentState: GroupState = "Empty";
  private currentGeneration: Generation = generation(0);
  private protocolName = "";
  private leader: MemberId = noMember;
  private rebalanceTimer: Timer | undefined;
  private isDelayed = false;
  private idsGiven = 0;

  constructor(context: BrokerContext, id: GroupId, store: StoreGroup) {
    this.context = context;
    this.id = id;
    this.store = store;
  }

  get state(): GroupState {
    return this.currentState;
  }

  get generation(): Generation {
    return this.currentGeneration;
  }

  get memberIds(): readonly MemberId[] {
    return [...this.members.keys()];
  }

  get clientIds(): readonly ClientId[] {
    return [...this.members.values()].map(({ clientId }) => clientId);
  }

  has(member: MemberId): boolean {
    return this.members.has(member);
  }

  /** Takes over a group as its last coordinator left it; everyone's session begins anew. */
  restore(value: GroupMetadataValue): void {
    for (const stored of value.members) this.members.set(stored.memberId, restoredMember(stored));
    this.currentGeneration = value.generation;
    this.protocolName = value.protocolName;
    this.leader = value.leader;
    this.currentState = this.members.size > 0 ? "Stable" : "Empty";
    for (const member of this.members.values()) this.heard(member);
  }

  /** This broker coordinates the group no more: whoever waits is sent elsewhere. */
  unload(): void {
    this.currentState = "Empty";
    this.rebalanceTimer?.cancel();
    for (const timer of this.pending.values()) timer.cancel();
    for (const member of this.members.values()) {
      member.sessionTimer?.cancel();
      answerJoin(member, joinError(errorCode.NOT_COORDINATOR, member.memberId));
      answerSync(member, errorCode.NOT_COORDINATOR);
    }
  }

  join(request: protocol.JoinGroupRequest, clientId: ClientId, respond: Respond<"JoinGroup">): void {
    const member = this.members.get(request.memberId);
    if (request.memberId === noMember) respond(joinError(errorCode.MEMBER_ID_REQUIRED, this.giveId(request, clientId)));
    else if (member !== undefined) this.rejoin(member, request, respond);
    else if (this.pending.has(request.memberId)) this.admit(request, clientId, respond);
    else respond(joinError(errorCode.UNKNOWN_MEMBER_ID, request.memberId));
  }

  sync(request: protocol.SyncGroupRequest, respond: Respond<"SyncGroup">): void {
    const member = this.members.get(request.memberId);
    const error = this.checkSync(member, request);
    if (error !== errorCode.NONE || member === undefined) {
      respond({ errorCode: error, assignment: noAssignment });
      return;
    }
    this.heard(member);
    member.hasSynced = true;
    if (this.currentState === "Stable") {
      respond({ errorCode: errorCode.NONE, assignment: member.assignment });
      return;
    }
    answerSync(member, errorCode.REBALANCE_IN_PROGRESS);
    member.parkedSync = respond;
    if (request.memberId === this.leader) this.storeAssignment(request);
  }

  heartbeat(request: protocol.HeartbeatRequest): ErrorCode {
    const member = this.members.get(request.memberId);
    if (member === undefined) return errorCode.UNKNOWN_MEMBER_ID;
    if (request.generationId !== this.currentGeneration) return errorCode.ILLEGAL_GENERATION;
    this.heard(member);
    return this.currentState === "PreparingRebalance" ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  leave(leaving: MemberId): ErrorCode {
    if (this.pending.has(leaving)) {
      this.pending.get(leaving)!.cancel();
      this.pending.delete(leaving);
      this.completeJoinIfAllAreHere();
      return errorCode.NONE;
    }
    const member = this.members.get(leaving);
    if (member === undefined) return errorCode.UNKNOWN_MEMBER_ID;
    this.remove(member, "left");
    return errorCode.NONE;
  }

  /** An accepted commit is a sign of life. */
  touch(id: MemberId): void {
    const member = this.members.get(id);
    if (member !== undefined) this.heard(member);
  }

  // --- joining ---------------------------------------------------------------------------------------------------------

  private giveId(request: protocol.JoinGroupRequest, clientId: ClientId): MemberId {
    const { host, id } = this.context;
    const given = memberId(`${clientId}-${id}.${host.incarnation}.${this.idsGiven++}`);
    const timer = host.after(request.sessionTimeoutMs, () => {
      this.pending.delete(given);
      this.completeJoinIfAllAreHere();
    });
    this.pending.set(given, timer);
    return given;
  }

  private admit(request: protocol.JoinGroupRequest, clientId: ClientId, respond: Respond<"JoinGroup">): void {
    this.pending.get(request.memberId)!.cancel();
    this.pending.delete(request.memberId);
    const member = newMember(request, clientId);
    member.parkedJoin = respond;
    this.members.set(member.memberId, member);
    this.context.record.broker({ kind: "member-joined", ...this.at(), member: member.memberId, client: clientId });
    this.heard(member);
    this.prepareRebalance();
  }

  private rejoin(member: GroupMember, request: protocol.JoinGroupRequest, respond: Respond<"JoinGroup">): void {
    const isSame = (): boolean => JSON.stringify(member.protocols) === JSON.stringify(request.protocols);
    const isPreparing = this.currentState === "PreparingRebalance";
    const isLeaderOfStable = this.currentState === "Stable" && member.memberId === this.leader;
    this.heard(member);
    if (!isPreparing && !isLeaderOfStable && isSame()) {
      respond(this.joinResponse(member));
      return;
    }
    answerJoin(member, joinError(errorCode.UNKNOWN_MEMBER_ID, member.memberId));
    member.protocols = request.protocols;
    member.sessionTimeoutMs = request.sessionTimeoutMs;
    member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
    member.parkedJoin = respond;
    this.prepareRebalance();
  }

  private prepareRebalance(): void {
    if (this.currentState === "PreparingRebalance") {
      this.completeJoinIfAllAreHere();
      return;
    }
    for (const member of this.members.values()) answerSync(member, errorCode.REBALANCE_IN_PROGRESS);
    const delayMs = this.context.settings["group.initial.rebalance.delay.ms"];
    this.isDelayed = this.currentState === "Empty" && delayMs > 0;
    this.currentState = "PreparingRebalance";
    this.context.record.broker({ kind: "rebalance-started", ...this.at() });
    this.armRebalanceTimer(this.isDelayed ? delayMs : this.rebalanceTimeoutMs(), () => this.completeJoin());
    this.completeJoinIfAllAreHere();
  }

  private completeJoinIfAllAreHere(): void {
    if (this.currentState !== "PreparingRebalance" || this.isDelayed || this.pending.size > 0) return;
    const areAllHere = [...this.members.values()].every(({ parkedJoin }) => parkedJoin !== undefined);
    if (areAllHere) this.completeJoin();
  }

  /** Whoever has joined makes up the next generation; whoever has not is out. */
  private completeJoin(): void {
    this.rebalanceTimer?.cancel();
    this.isDelayed = false;
    for (const member of this.members.values()) {
      if (member.parkedJoin === undefined) this.forget(member, "rebalance-timed-out");
    }
    this.currentGeneration = generation(this.currentGeneration + 1);
    if (!this.members.has(this.leader)) this.leader = this.memberIds[0] ?? noMember;
    const { currentGeneration, leader, memberIds: members } = this;
    this.context.record.broker({
      kind: "rebalance-completed",
      ...this.at(),
      generation: currentGeneration,
      leader,
      members,
    });
    if (this.members.size === 0) {
      this.currentState = "Empty";
      this.store(this.value([]), () => undefined);
      return;
    }
    this.protocolName = this.commonProtocol();
    this.currentState = "CompletingRebalance";
    for (const member of this.members.values()) {
      this.heard(member);
      member.hasSynced = false;
      answerJoin(member, this.joinResponse(member));
    }
    this.armRebalanceTimer(this.rebalanceTimeoutMs(), () => this.dropThoseWhoDidNotSync());
  }

  /** The first protocol of the leader that everyone speaks. */
  private commonProtocol(): string {
    const members = [...this.members.values()];
    const isCommon = (name: string): boolean => members.every(({ protocols }) => protocols.some((one) => one.name === name));
    return this.members.get(this.leader)!.protocols.find(({ name }) => isCommon(name))?.name ?? "";
  }

  private joinResponse(member: GroupMember): protocol.JoinGroupResponse {
    const others = member.memberId === this.leader ? [...this.members.values()] : [];
    return {
      errorCode: errorCode.NONE,
      generationId: this.currentGeneration,
      protocolName: this.protocolName,
      leader: this.leader,
      memberId: member.memberId,
      members: others.map(({ memberId: id, protocols }) => ({
        memberId: id,
        metadata: protocols.find(({ name }) => name === this.protocolName)!.metadata,
      })),
    };
  }

  // --- assignment ------------------------------------------------------------------------------------------------------

  private checkSync(member: GroupMember | undefined, request: protocol.SyncGroupRequest): ErrorCode {
    if (member === undefined) return errorCode.UNKNOWN_MEMBER_ID;
    if (request.generationId !== this.currentGeneration) return errorCode.ILLEGAL_GENERATION;
    return this.currentState === "PreparingRebalance" ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  private storeAssignment({ assignments }: protocol.SyncGroupRequest): void {
    const given = new Map(assignments.map(({ assignment, memberId: id }) => [id, assignment]));
    const stored = [...this.members.values()].map((member) => storedMember(member, given.get(member.memberId) ?? noAssignment));
    const { currentGeneration } = this;
    this.store(this.value(stored), (error) => {
      if (this.currentState !== "CompletingRebalance" || this.currentGeneration !== currentGeneration) return;
      if (error === errorCode.NONE) this.becomeStable(stored);
      else this.startOver(error);
    });
  }

  private becomeStable(stored: readonly GroupMetadataMember[]): void {
    this.currentState = "Stable";
    this.context.record.broker({
      kind: "group-stabilised",
      ...this.at(),
      generation: this.currentGeneration,
      assignment: stored.map(({ assignment, memberId: id }) => ({ member: id, partitions: partitionsOf(assignment) })),
    });
    for (const { assignment, memberId: id } of stored) {
      const member = this.members.get(id);
      if (member === undefined) continue;
      member.assignment = assignment;
      answerSync(member, errorCode.NONE);
    }
  }

  private startOver(error: ErrorCode): void {
    for (const member of this.members.values()) answerSync(member, error);
    this.prepareRebalance();
  }

  /** Members that were told of a generation and never asked for their part of it hold the others up (KAFKA-12890). */
  private dropThoseWhoDidNotSync(): void {
    const missing = [...this.members.values()].filter(({ hasSynced }) => !hasSynced);
    if (missing.length === 0) return;
    for (const member of missing) this.forget(member, "sync-timed-out");
    this.prepareRebalance();
  }

  // --- members ---------------------------------------------------------------------------------------------------------

  private remove(member: GroupMember, why: Removal): void {
    this.forget(member, why);
    this.prepareRebalance();
  }

  private forget(member: GroupMember, why: Removal): void {
    member.sessionTimer?.cancel();
    this.members.delete(member.memberId);
    answerJoin(member, joinError(errorCode.UNKNOWN_MEMBER_ID, member.memberId));
    answerSync(member, errorCode.UNKNOWN_MEMBER_ID);
    this.context.record.broker({ kind: "member-removed", ...this.at(), member: member.memberId, why });
  }

  private heard(member: GroupMember): void {
    member.heardUs = this.context.host.nowUs;
    if (member.sessionTimer === undefined) this.watchSession(member, member.sessionTimeoutMs);
  }

  /** Looks in a while whether the session is over. It cannot end while the member waits for the others. */
  private watchSession(member: GroupMember, inMs: number): void {
    const { host } = this.context;
    member.sessionTimer = host.after(inMs, () => {
      member.sessionTimer = undefined;
      const leftMs = member.sessionTimeoutMs - (host.nowUs - member.heardUs) / 1000;
      if (member.parkedJoin !== undefined || member.parkedSync !== undefined) this.heard(member);
      else if (leftMs > 0) this.watchSession(member, leftMs);
      else this.remove(member, "session-expired");
    });
  }

  private rebalanceTimeoutMs(): number {
    return Math.max(0, ...[...this.members.values()].map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs));
  }

  private armRebalanceTimer(delayMs: number, task: () => void): void {
    this.rebalanceTimer?.cancel();
    this.rebalanceTimer = this.context.host.after(delayMs, task);
  }

  private value(members: readonly GroupMetadataMember[]): GroupMetadataValue {
    const { currentGeneration, id, leader, protocolName } = this;
    return { type: "GroupMetadata", group: id, generation: currentGeneration, protocolName, leader, members };
  }

  private at(): { readonly broker: BrokerContext["id"]; readonly group: GroupId } {
    return { broker: this.context.id, group: this.id };
  }
}
