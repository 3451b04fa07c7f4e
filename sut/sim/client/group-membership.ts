/**
 * A consumer's membership in a classic group: joining, assigning where it leads, heartbeats, and leaving.
 *
 * Behaves as the Java client's AbstractCoordinator with eager rebalancing. An answer that belongs to an earlier generation
 * than the present one is ignored (KAFKA-9823).
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { generation, indexOf, memberId, topicOf, topicPartition } from "../../../model/ids.ts";
import type { Generation, GroupId, MemberId, TopicPartition } from "../../../model/ids.ts";
import type { Assignor } from "../../../model/assignors/assignor.ts";
import { assignRange } from "../../../model/assignors/range.ts";
import { assignRoundRobin } from "../../../model/assignors/round-robin.ts";
import type { ConsumerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import { byTopic } from "../protocol/by-topic.ts";
import type { Assignment, JoinGroupResponse, SyncGroupRequest, SyncGroupResponse } from "../protocol/group.ts";
import { backoffMs } from "./context.ts";
import type { ClientContext } from "./context.ts";
import type { CoordinatorChannel } from "./coordinator-channel.ts";

/** What the Java client adds to the rebalance timeout when it waits for a join. */
const joinSlackMs = 5000;

const assignors: Readonly<Record<ConsumerSettings["partition.assignment.strategy"], Assignor>> = {
  range: assignRange,
  roundrobin: assignRoundRobin,
};

export interface MembershipListener {
  /** How many partitions a topic has, for the leader to share out. */
  partitionsOf(topic: string): number | undefined;
  onJoined(partitions: readonly TopicPartition[]): void;
  /** The group rebalances, or this member is out of it: it must join again when the application polls next. */
  onRejoinNeeded(): void;
}

const noMember = memberId("");
const noGeneration = generation(-1);

export class GroupMembership {
  private readonly context: ClientContext;
  private readonly coordinator: CoordinatorChannel;
  private readonly group: GroupId;
  private readonly topics: readonly string[];
  private readonly settings: ConsumerSettings;
  private readonly listener: MembershipListener;
  private id: MemberId = noMember;
  private currentGeneration: Generation = noGeneration;
  private needsJoin = true;
  private isOut = false;
  private attempts = 0;
  private heartbeatTimer: Timer | undefined;

  constructor(
    context: ClientContext,
    coordinator: CoordinatorChannel,
    group: { readonly id: GroupId; readonly topics: readonly string[]; readonly settings: ConsumerSettings },
    listener: MembershipListener,
  ) {
    this.context = context;
    this.coordinator = coordinator;
    this.group = group.id;
    this.topics = group.topics;
    this.settings = group.settings;
    this.listener = listener;
  }

  get memberId(): MemberId {
    return this.id;
  }

  get generation(): Generation {
    return this.currentGeneration;
  }

  get mustRejoin(): boolean {
    return this.needsJoin;
  }

  /** The coordinator has thrown this member out: it could not give its partitions back, it has lost them. */
  get hasLostMembership(): boolean {
    return this.isOut;
  }

  /** Joins, or joins again; `onJoined` of the listener tells when there is an assignment. */
  join(): void {
    this.stopHeartbeats();
    this.isOut = false;
    const { group, settings, topics } = this;
    const name = settings["partition.assignment.strategy"];
    const rebalanceTimeoutMs = settings["max.poll.interval.ms"];
    this.coordinator.send(
      {
        api: "JoinGroup",
        groupId: group,
        sessionTimeoutMs: settings["session.timeout.ms"],
        rebalanceTimeoutMs,
        memberId: this.id,
        protocolType: "consumer",
        protocols: [{ name, metadata: { topics } }],
      },
      rebalanceTimeoutMs + joinSlackMs,
      (response) => this.onJoinAnswered(response),
    );
  }

  /** Leaves in good order; `onLeft` is called when the coordinator has answered, or does not. */
  leave(onLeft: () => void): void {
    this.stopHeartbeats();
    const { group, id } = this;
    this.expel(errorCode.UNKNOWN_MEMBER_ID);
    if (id === noMember) onLeft();
    else {
      const request = { api: "LeaveGroup", groupId: group, memberId: id } as const;
      this.coordinator.send(request, this.settings["request.timeout.ms"], () => onLeft());
    }
  }

  /** The coordinator has refused a request of this generation with an error that ends the membership. */
  onFenced(error: ErrorCode, ofGeneration: Generation): void {
    if (ofGeneration !== this.currentGeneration || this.needsJoin) return;
    if (error === errorCode.REBALANCE_IN_PROGRESS) this.needsJoin = true;
    else this.expel(error);
    this.listener.onRejoinNeeded();
  }

  private expel(error: ErrorCode): void {
    if (error !== errorCode.ILLEGAL_GENERATION) this.id = noMember;
    this.currentGeneration = noGeneration;
    this.isOut = true;
    this.needsJoin = true;
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
      generationId: this.currentGeneration,
      memberId: this.id,
      assignments: joined.leader === this.id ? this.assign(joined) : [],
    };
    const timeoutMs = this.settings["max.poll.interval.ms"] + joinSlackMs;
    this.coordinator.send(request, timeoutMs, (response) => this.onSyncAnswered(response));
  }

  private onSyncAnswered(response: SyncGroupResponse | undefined): void {
    const error = response?.errorCode ?? errorCode.DISCONNECTED;
    if (response === undefined || error !== errorCode.NONE) {
      this.rejoinAfter(error);
      return;
    }
    this.needsJoin = false;
    this.heartbeatLater();
    this.listener.onJoined(
      response.assignment.assignedPartitions.flatMap(({ partitions, topic }) =>
        partitions.map((index) => topicPartition(topic, index)),
      ),
    );
  }

  private rejoinAfter(error: ErrorCode): void {
    this.attempts++;
    if (error === errorCode.UNKNOWN_MEMBER_ID) this.id = noMember;
    this.currentGeneration = noGeneration;
    const isAtOnce = error === errorCode.REBALANCE_IN_PROGRESS || error === errorCode.UNKNOWN_MEMBER_ID;
    this.coordinator.isElsewhere(error);
    this.context.host.after(isAtOnce ? 0 : backoffMs(this.settings, this.attempts), () => this.join());
  }

  private assign({ members }: JoinGroupResponse): SyncGroupRequest["assignments"] {
    const counts = this.topics.flatMap((topic) => {
      const count = this.listener.partitionsOf(topic);
      return count === undefined ? [] : [[topic, count] as const];
    });
    const assignment = assignors[this.settings["partition.assignment.strategy"]]({
      subscriptions: new Map(members.map((member) => [member.memberId, member.metadata.topics])),
      partitions: new Map(counts),
    });
    return [...assignment].map(([member, partitions]) => ({ memberId: member, assignment: toAssignment(partitions) }));
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
    const request = { api: "Heartbeat", groupId: group, generationId: currentGeneration, memberId: id } as const;
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
  error === errorCode.REBALANCE_IN_PROGRESS || error === errorCode.ILLEGAL_GENERATION || error === errorCode.UNKNOWN_MEMBER_ID;

const toAssignment = (partitions: readonly TopicPartition[]): Assignment => ({
  assignedPartitions: byTopic(partitions, topicOf, (topic, ofTopic) => ({ topic, partitions: ofTopic.map(indexOf) })),
});
