/**
 * One consumer group of the classic protocol at its coordinator: members, generations, and the rebalance that leads from one
 * to the next. Dynamic members, and static ones (KIP-345), which keep their place for as long as their session lasts.
 *
 * States as in Kafka: Empty, PreparingRebalance (members are to join), CompletingRebalance (the leader is to assign), Stable.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { generation } from "../../../model/ids.ts";
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
  commonProtocol,
  heardOf,
  joinError,
  newMember,
  noAssignment,
  noMember,
  partitionsOf,
  restoredMember,
  storedMember,
  toldToLeader,
} from "./group-member.ts";
import type { GroupMember } from "./group-member.ts";
import { GroupRoster } from "./group-roster.ts";
import type { GroupParts } from "./group-roster.ts";
import { InitialDelay } from "./initial-delay.ts";

export type GroupState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";

type Removal = EventOf<"member-removed">["why"];

export class ClassicGroup {
  readonly id: GroupId;
  private readonly context: BrokerContext;
  private readonly parts: GroupParts;
  private readonly roster: GroupRoster;
  private currentState: GroupState = "Empty";
  private currentGeneration: Generation = generation(0);
  private protocolName = "";
  private leader: MemberId = noMember;
  private rebalanceTimer: Timer | undefined;
  private readonly delay: InitialDelay;

  constructor(context: BrokerContext, id: GroupId, parts: GroupParts) {
    this.context = context;
    this.id = id;
    this.parts = parts;
    this.roster = new GroupRoster(context, parts.numberMember, () => this.completeJoinIfAllAreHere());
    this.delay = new InitialDelay(context.settings["group.initial.rebalance.delay.ms"]);
  }

  private get members(): Map<MemberId, GroupMember> {
    return this.roster.members;
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

  /** What is to be said of whoever sends a request as a member: nothing, or that it is none, or was replaced. */
  check(member: MemberId, instance: string | undefined): ErrorCode {
    return this.roster.check(member, instance);
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
    this.roster.pending.clear();
    for (const member of this.members.values()) {
      member.sessionTimer?.cancel();
      answerJoin(member, joinError(errorCode.NOT_COORDINATOR, member.memberId));
      answerSync(member, errorCode.NOT_COORDINATOR);
    }
  }

  join(request: protocol.JoinGroupRequest, clientId: ClientId, respond: Respond<"JoinGroup">): void {
    const { groupInstanceId: instance, memberId: id } = request;
    const former = instance === undefined ? undefined : this.roster.memberOf(instance);
    const refuse = (error: ErrorCode, as = id): void => respond(joinError(error, as));
    if (former === undefined && !this.roster.hasRoomFor(id)) refuse(errorCode.GROUP_MAX_SIZE_REACHED);
    else if (id === noMember) {
      if (former !== undefined) this.replace(former, request, clientId, respond);
      else if (instance !== undefined) this.admit(this.roster.newId(clientId), request, clientId, respond);
      else refuse(errorCode.MEMBER_ID_REQUIRED, this.roster.giveId(clientId, request.sessionTimeoutMs));
    } else if (this.roster.pending.remove(id)) this.admit(id, request, clientId, respond);
    else {
      const error = this.check(id, instance);
      if (error === errorCode.NONE) this.rejoin(this.members.get(id)!, request, respond);
      else refuse(error);
    }
  }

  sync(request: protocol.SyncGroupRequest, respond: Respond<"SyncGroup">): void {
    const member = this.members.get(request.memberId);
    const error = this.checkSync(request);
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
    const error = this.check(request.memberId, request.groupInstanceId);
    if (error !== errorCode.NONE) return error;
    if (request.generationId !== this.currentGeneration) return errorCode.ILLEGAL_GENERATION;
    this.heard(this.members.get(request.memberId)!);
    return this.currentState === "PreparingRebalance" ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  leave({ groupInstanceId: instance, memberId: leaving }: protocol.LeaveGroupRequest): ErrorCode {
    if (this.roster.pending.remove(leaving)) {
      this.completeJoinIfAllAreHere();
      return errorCode.NONE;
    }
    const error = this.check(leaving, instance);
    if (error === errorCode.NONE) this.remove(this.members.get(leaving)!, "left");
    return error;
  }

  /** An accepted commit is a sign of life. */
  touch(id: MemberId): void {
    const member = this.members.get(id);
    if (member !== undefined) this.heard(member);
  }

  // --- joining ---------------------------------------------------------------------------------------------------------

  private admit(id: MemberId, request: protocol.JoinGroupRequest, clientId: ClientId, respond: Respond<"JoinGroup">): void {
    const member = newMember(request, id, clientId);
    const { instanceId: instance } = member;
    member.parkedJoin = respond;
    this.members.set(id, member);
    const event = { kind: "member-joined", ...this.at(), member: id, client: clientId } as const;
    this.context.record.broker(instance === undefined ? event : { ...event, instance });
    this.delay.onMember();
    this.heard(member);
    this.prepareRebalance();
  }

  /** A static member is back as another process: it has the place of the former one, and that one is fenced. */
  private replace(
    former: GroupMember,
    request: protocol.JoinGroupRequest,
    clientId: ClientId,
    respond: Respond<"JoinGroup">,
  ): void {
    const member = newMember(request, this.roster.newId(clientId), clientId);
    member.assignment = former.assignment;
    former.sessionTimer?.cancel();
    answerJoin(former, joinError(errorCode.FENCED_INSTANCE_ID, former.memberId));
    answerSync(former, errorCode.FENCED_INSTANCE_ID);
    this.members.delete(former.memberId);
    this.members.set(member.memberId, member);
    if (this.leader === former.memberId) this.leader = member.memberId;
    const { currentState: state } = this;
    const { memberId: id } = member;
    const places = { former: former.memberId, member: id, instance: request.groupInstanceId! };
    this.context.record.broker({ kind: "member-replaced", ...this.at(), ...places, client: clientId, state });
    this.heard(member);
    const next = this.context.rules.afterReplacement({ groupState: state });
    if (next === "wait" || next === "rebalance") {
      member.parkedJoin = respond;
      this.prepareRebalance();
    } else if (next === "answer") respond(this.joinResponse(member));
    else
      this.storeMembers((error) => respond(error === errorCode.NONE ? this.joinResponse(member) : joinError(error, noMember)));
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
    const delayMs = this.currentState === "Empty" ? this.delay.begin(this.rebalanceTimeoutMs()) : 0;
    this.currentState = "PreparingRebalance";
    this.context.record.broker({ kind: "rebalance-started", ...this.at() });
    if (delayMs > 0) this.waitForMore(delayMs);
    else this.armRebalanceTimer(this.rebalanceTimeoutMs(), () => this.completeJoin());
    this.completeJoinIfAllAreHere();
  }

  /** A group that was empty waits for others to come, and somewhat longer where they do. */
  private waitForMore(delayMs: number): void {
    this.armRebalanceTimer(delayMs, () => {
      const moreMs = this.delay.extend();
      if (moreMs > 0) this.waitForMore(moreMs);
      else this.completeJoin();
    });
  }

  private completeJoinIfAllAreHere(): void {
    if (this.currentState !== "PreparingRebalance" || this.delay.isOn || this.roster.pending.size > 0) return;
    const areAllHere = [...this.members.values()].every(({ parkedJoin }) => parkedJoin !== undefined);
    if (areAllHere) this.completeJoin();
  }

  /** Whoever has joined makes up the next generation; whoever has not is out, but for static members. */
  private completeJoin(): void {
    this.rebalanceTimer?.cancel();
    this.delay.end();
    for (const member of this.members.values()) {
      if (member.parkedJoin === undefined && member.instanceId === undefined) this.forget(member, "rebalance-timed-out");
    }
    const here = [...this.members.values()].filter(({ parkedJoin }) => parkedJoin !== undefined);
    if (here.length === 0 && this.members.size > 0) {
      // Static members only, and none of them is back: there is nobody yet who could lead.
      this.armRebalanceTimer(this.rebalanceTimeoutMs(), () => this.completeJoin());
      return;
    }
    this.currentGeneration = generation(this.currentGeneration + 1);
    if (this.members.get(this.leader)?.parkedJoin === undefined) this.leader = here[0]?.memberId ?? noMember;
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
      this.parts.store(this.value([]), () => undefined);
      return;
    }
    this.protocolName = commonProtocol([...this.members.values()], this.leader);
    this.currentState = "CompletingRebalance";
    for (const member of this.members.values()) {
      this.heard(member);
      member.hasSynced = false;
      answerJoin(member, this.joinResponse(member));
    }
    this.armRebalanceTimer(this.rebalanceTimeoutMs(), () => this.dropThoseWhoDidNotSync());
  }

  private joinResponse(member: GroupMember): protocol.JoinGroupResponse {
    const { currentGeneration, currentState, leader, members, protocolName } = this;
    const isLeader = member.memberId === leader;
    return {
      errorCode: errorCode.NONE,
      generationId: currentGeneration,
      protocolName,
      leader,
      memberId: member.memberId,
      ...(isLeader && currentState === "Stable" && { skipAssignment: true as const }),
      members: isLeader ? toldToLeader([...members.values()], protocolName) : [],
    };
  }

  // --- assignment ------------------------------------------------------------------------------------------------------

  private checkSync(request: protocol.SyncGroupRequest): ErrorCode {
    const error = this.check(request.memberId, request.groupInstanceId);
    if (error !== errorCode.NONE) return error;
    if (request.generationId !== this.currentGeneration) return errorCode.ILLEGAL_GENERATION;
    return this.currentState === "PreparingRebalance" ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE;
  }

  private storeAssignment({ assignments }: protocol.SyncGroupRequest): void {
    const given = new Map(assignments.map(({ assignment, memberId: id }) => [id, assignment]));
    const stored = [...this.members.values()].map((member) => storedMember(member, given.get(member.memberId) ?? noAssignment));
    const { currentGeneration } = this;
    this.parts.store(this.value(stored), (error) => {
      if (this.currentState !== "CompletingRebalance" || this.currentGeneration !== currentGeneration) return;
      if (error === errorCode.NONE) this.becomeStable(stored);
      else this.startOver(error);
    });
  }

  /** Writes down who the members of a stable group are, with what they have. */
  private storeMembers(onStored: (error: ErrorCode) => void): void {
    this.parts.store(this.value([...this.members.values()].map((member) => storedMember(member, member.assignment))), onStored);
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
    heardOf(member, this.context.host, () => this.remove(member, "session-expired"));
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
