/**
 * A consumer's membership in a classic group: joining, assigning where it leads, heartbeats, and leaving.
 *
 * Behaves as the Java client's AbstractCoordinator, for eager and for cooperative rebalances (KIP-429) alike: what a member keeps
 * while it joins is not for the coordinator to know. An answer that belongs to an earlier generation
 * than the present one is ignored (KAFKA-9823).
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { generation, indexOf, memberId, topicOf, topicPartition } from "../../../model/ids.ts";
import type { Generation, GroupId, MemberId, TopicPartition } from "../../../model/ids.ts";
import type { Owned } from "../../../model/assignors/assignor.ts";
import { isSticky } from "../../../model/settings.ts";
import type { ConsumerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { Assignment, JoinGroupResponse, Subscription, SyncGroupRequest, SyncGroupResponse } from "../protocol/group.ts";
import { noClaim } from "../rules/assignment.ts";
import { backoffMs } from "./context.ts";
import type { ClientContext } from "./context.ts";
import type { CoordinatorChannel } from "./coordinator-channel.ts";

/** What the Java client adds to the rebalance timeout when it waits for a join. */
const joinSlackMs = 5000;

export interface MembershipListener {
  /** How many partitions a topic has, for the leader to share out. */
  partitionsOf(topic: string): number | undefined;
  onJoined(partitions: readonly TopicPartition[]): void;
  /** The group rebalances, or this member is out of it: it must join again when the application polls next. */
  onRejoinNeeded(): void;
  /** Another process has this member's `group.instance.id` now: there is no way back. */
  onFenced(as: MemberId): void;
}

const noMember = memberId("");
const noGeneration = generation(-1);

export class GroupMembership {
  private readonly context: ClientContext;
  private readonly coordinator: CoordinatorChannel;
  private readonly group: GroupId;
  private readonly topics: readonly string[];
  private readonly settings: ConsumerSettings;
  /** What goes along with each request of a static member. */
  private readonly instance: { readonly groupInstanceId?: string };
  private readonly listener: MembershipListener;
  private id: MemberId = noMember;
  private currentGeneration: Generation = noGeneration;
  /** What the last assignment was: a sticky assignor is told of it. */
  private claim: Owned = noClaim;
  private needsJoin = true;
  private isUnderWay = false;
  private isOut = false;
  /** Counts the requests to join, so that what is answered to one that was given up is ignored. */
  private joins = 0;
  private attempts = 0;
  private heartbeatTimer: Timer | undefined;

  constructor(
    context: ClientContext,
    coordinator: CoordinatorChannel,
    group: {
      readonly id: GroupId;
      readonly topics: readonly string[];
      readonly settings: ConsumerSettings;
      /** Of a static member its `group.instance.id` (KIP-345). */
      readonly instance: string | undefined;
    },
    listener: MembershipListener,
  ) {
    this.context = context;
    this.coordinator = coordinator;
    this.group = group.id;
    this.topics = group.topics;
    this.settings = group.settings;
    this.instance = group.instance === undefined ? {} : { groupInstanceId: group.instance };
    this.listener = listener;
  }

  get memberId(): MemberId {
    return this.id;
  }

  get generation(): Generation {
    return this.currentGeneration;
  }

  /** A request to join has been sent, and what comes of it is not known yet. */
  get isJoining(): boolean {
    return this.isUnderWay;
  }

  /** It has a place in a generation, as far as it knows, and nothing to be seen to. */
  get isSettled(): boolean {
    return !this.needsJoin;
  }

  /** The coordinator has thrown this member out: it could not give its partitions back, it has lost them. */
  get hasLostMembership(): boolean {
    return this.isOut;
  }

  /** Joins, or joins again; `onJoined` of the listener tells when there is an assignment. */
  join(): void {
    this.stopHeartbeats();
    this.isOut = false;
    this.isUnderWay = true;
    const { group, settings } = this;
    const rebalanceTimeoutMs = settings["max.poll.interval.ms"];
    this.coordinator.send(
      {
        api: "JoinGroup",
        groupId: group,
        ...this.instance,
        sessionTimeoutMs: settings["session.timeout.ms"],
        rebalanceTimeoutMs,
        memberId: this.id,
        protocolType: "consumer",
        protocols: [{ name: settings["partition.assignment.strategy"], metadata: this.subscription }],
      },
      rebalanceTimeoutMs + joinSlackMs,
      this.ifCurrent((response) => this.onJoinAnswered(response)),
    );
  }

  /** What was held is in good order, and the group is to rebalance once more: some of it has been given back (KIP-429). */
  requestRejoin(): void {
    this.needsJoin = true;
  }

  /** Leaves in good order; `onLeft` is called when the coordinator has answered, or does not. */
  leave(onLeft: () => void): void {
    this.stopHeartbeats();
    const { group, id, instance } = this;
    this.expel(errorCode.UNKNOWN_MEMBER_ID);
    // A static member keeps its place until its session is over: its process may be back before.
    if (id === noMember || instance.groupInstanceId !== undefined) onLeft();
    else {
      const request = { api: "LeaveGroup", groupId: group, memberId: id } as const;
      this.coordinator.send(request, this.settings["request.timeout.ms"], () => onLeft());
    }
  }

  /** The coordinator has refused a request of this generation with an error that ends the membership. */
  onFenced(error: ErrorCode, ofGeneration: Generation): void {
    if (ofGeneration !== this.currentGeneration || this.needsJoin) return;
    if (error === errorCode.FENCED_INSTANCE_ID) {
      this.giveUp();
      return;
    }
    if (error === errorCode.REBALANCE_IN_PROGRESS) this.needsJoin = true;
    else this.expel(error);
    this.listener.onRejoinNeeded();
  }

  private expel(error: ErrorCode): void {
    this.joins++;
    this.isUnderWay = false;
    this.needsJoin = true;
    this.currentGeneration = noGeneration;
    this.loseMembership(error);
  }

  private giveUp(): void {
    const { id } = this;
    this.stopHeartbeats();
    this.expel(errorCode.FENCED_INSTANCE_ID);
    this.listener.onFenced(id);
  }

  private loseMembership(error: ErrorCode): void {
    if (error !== errorCode.ILLEGAL_GENERATION) this.id = noMember;
    this.isOut = true;
    const strategy = this.settings["partition.assignment.strategy"];
    this.claim = this.context.rules.claimAfterLoss({ claim: this.claim, strategy });
  }

  private get subscription(): Subscription {
    const { claim, topics } = this;
    return { topics, ...(isSticky(this.settings["partition.assignment.strategy"]) && { owned: claim }) };
  }

  /** What is to be done with the answer to a request of this attempt to join, unless there is another one by then. */
  private ifCurrent<Answer>(onAnswer: (answer: Answer) => void): (answer: Answer) => void {
    const attempt = ++this.joins;
    return (answer) => {
      if (attempt === this.joins) onAnswer(answer);
    };
  }

  private onJoinAnswered(response: JoinGroupResponse | undefined): void {
    const error = response?.errorCode ?? errorCode.DISCONNECTED;
    if (response !== undefined && error === errorCode.NONE) {
      this.attempts = 0;
      this.id = response.memberId;
      this.currentGeneration = response.generationId;
      this.sync(response);
    } else if (response !== undefined && error === errorCode.MEMBER_ID_REQUIRED) {
      this.id = response.memberId;
      this.join();
    } else {
      this.rejoinAfter(error);
    }
  }

  private sync(joined: JoinGroupResponse): void {
    const request: SyncGroupRequest = {
      api: "SyncGroup",
      groupId: this.group,
      ...this.instance,
      generationId: this.currentGeneration,
      memberId: this.id,
      assignments: joined.leader === this.id && joined.skipAssignment !== true ? this.assign(joined) : [],
    };
    const timeoutMs = this.settings["max.poll.interval.ms"] + joinSlackMs;
    this.coordinator.send(
      request,
      timeoutMs,
      this.ifCurrent((response) => this.onSyncAnswered(response)),
    );
  }

  private onSyncAnswered(response: SyncGroupResponse | undefined): void {
    const error = response?.errorCode ?? errorCode.DISCONNECTED;
    if (response === undefined || error !== errorCode.NONE) {
      this.rejoinAfter(error);
      return;
    }
    this.needsJoin = false;
    this.isUnderWay = false;
    this.heartbeatLater();
    const partitions = response.assignment.assignedPartitions.flatMap(({ partitions: indexes, topic }) =>
      indexes.map((index) => topicPartition(topic, index)),
    );
    this.claim = { generation: this.currentGeneration, partitions };
    this.listener.onJoined(partitions);
  }

  private rejoinAfter(error: ErrorCode): void {
    if (error === errorCode.FENCED_INSTANCE_ID) {
      this.giveUp();
      return;
    }
    this.attempts++;
    if (error === errorCode.UNKNOWN_MEMBER_ID || error === errorCode.ILLEGAL_GENERATION) this.loseMembership(error);
    this.currentGeneration = noGeneration;
    const isAtOnce = error === errorCode.REBALANCE_IN_PROGRESS || error === errorCode.UNKNOWN_MEMBER_ID;
    this.coordinator.isElsewhere(error);
    const tryAgain = this.ifCurrent(() => {
      this.isUnderWay = false;
      this.listener.onRejoinNeeded();
    });
    this.context.host.after(isAtOnce ? 0 : backoffMs(this.settings, this.attempts), () => tryAgain(undefined));
  }

  private assign({ members }: JoinGroupResponse): SyncGroupRequest["assignments"] {
    const topics = this.topics.flatMap((topic) => {
      const partitions = this.listener.partitionsOf(topic);
      return partitions === undefined ? [] : [{ topic, partitions }];
    });
    const strategy = this.settings["partition.assignment.strategy"];
    const question = {
      subscriptions: new Map(members.map((member) => [member.memberId, member.metadata.topics])),
      partitions: new Map(topics.map(({ partitions, topic }) => [topic, partitions])),
      owned: new Map(members.map((member) => [member.memberId, member.metadata.owned ?? noClaim])),
    };
    const shares = [...this.context.rules.shareOut({ strategy, question })];
    this.context.record.client({
      kind: "shared-out",
      client: this.context.id,
      group: this.group,
      member: this.id,
      generation: this.currentGeneration,
      strategy,
      members: members.map((one) => ({ member: one.memberId, ...one.metadata })),
      topics,
      assignment: shares.map(([member, partitions]) => ({ member, partitions })),
    });
    return shares.map(([member, partitions]) => ({ memberId: member, assignment: toAssignment(partitions) }));
  }

  // --- heartbeats ------------------------------------------------------------------------------------------------------

  private heartbeatLater(): void {
    this.heartbeatTimer?.cancel();
    this.heartbeatTimer = this.context.host.after(this.settings["heartbeat.interval.ms"], () => this.heartbeat());
  }

  private stopHeartbeats(): void {
    this.heartbeatTimer?.cancel();
    this.heartbeatTimer = undefined;
  }

  private heartbeat(): void {
    const { currentGeneration, group, id } = this;
    if (this.isOut) return;
    const about = { generationId: currentGeneration, memberId: id };
    const request = { api: "Heartbeat", groupId: group, ...this.instance, ...about } as const;
    this.coordinator.send(request, this.settings["session.timeout.ms"], (response) => {
      if (this.currentGeneration !== currentGeneration || this.isOut) return;
      const error = response?.errorCode ?? errorCode.DISCONNECTED;
      this.coordinator.isElsewhere(error);
      if (isMembershipError(error)) this.onFenced(error, currentGeneration);
      if (!this.isOut && this.heartbeatTimer !== undefined) this.heartbeatLater();
    });
  }
}

/** Whether an error says something about the membership, rather than about the way to the coordinator. */
export const isMembershipError = (error: ErrorCode): boolean =>
  error === errorCode.REBALANCE_IN_PROGRESS ||
  error === errorCode.ILLEGAL_GENERATION ||
  error === errorCode.UNKNOWN_MEMBER_ID ||
  error === errorCode.FENCED_INSTANCE_ID;

const toAssignment = (partitions: readonly TopicPartition[]): Assignment => ({
  assignedPartitions: byTopic(partitions, topicOf, (topic, ofTopic) => ({ topic, partitions: ofTopic.map(indexOf) })),
});
