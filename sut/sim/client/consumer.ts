/**
 * A consumer in a group, with the application around it: polls, processes one record after the other, and commits when its
 * group's commit mode says.
 *
 * As with the Java client everything but heartbeats happens while the application polls, so a handler that is busy holds up
 * a rebalance, and one that is busy for longer than `max.poll.interval.ms` loses its place. In an eager rebalance the member gives
 * up all it holds before it joins; in a cooperative one (KIP-429) it goes on with it, and gives up only what it is not given again.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { MemberId, Offset, TopicPartition } from "../../../model/ids.ts";
import { offset } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import type { GroupOptions } from "../../../model/schedule.ts";
import { isCooperative } from "../../../model/settings.ts";
import type { ConsumerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import type { ClientContext } from "./context.ts";
import { CoordinatorChannel } from "./coordinator-channel.ts";
import { Fetcher } from "./fetcher.ts";
import type { FetchedRecord } from "./fetcher.ts";
import { GroupMembership, isMembershipError } from "./group-membership.ts";
import { HeldPartitions } from "./held-partitions.ts";
import type { InGroup } from "./held-partitions.ts";
import { ClientMetadata } from "./metadata.ts";
import { OffsetCommitter } from "./offset-committer.ts";
import type { TransactionalOutput } from "./transactional-output.ts";

export class Consumer {
  private readonly context: ClientContext;
  private readonly group: GroupOptions;
  private readonly settings: ConsumerSettings;
  private readonly isCooperative: boolean;
  private readonly instance: string | undefined;
  private readonly metadata: ClientMetadata;
  private readonly membership: GroupMembership;
  private readonly committer: OffsetCommitter;
  private readonly fetcher: Fetcher;
  private readonly held: HeldPartitions;
  private readonly output: TransactionalOutput | undefined;
  /** An assignment that the application has not polled for yet. */
  private joined: readonly TopicPartition[] | undefined;
  private uncommitted = new Map<TopicPartition, Offset>();
  private isBusy = true;
  private isClosing = false;
  private isDead = false;
  private isStarted = false;
  private slowHandlerMs: number | undefined;
  private pollTimer: Timer | undefined;
  private autoCommitDueUs = 0;

  /** With an output every run of records is processed in a transaction. */
  constructor(context: ClientContext, group: GroupOptions, settings: ConsumerSettings, output?: TransactionalOutput) {
    this.context = context;
    this.group = group;
    this.settings = settings;
    this.output = output;
    this.instance = group.instances?.[context.id];
    this.isCooperative = isCooperative(settings["partition.assignment.strategy"]);
    this.metadata = new ClientMetadata(context, group.topics, () => this.onMetadata());
    const coordinator = new CoordinatorChannel(context, group.id);
    this.held = new HeldPartitions(context, group.id);
    this.committer = new OffsetCommitter(context, coordinator, { id: group.id, instance: this.instance }, settings);
    this.membership = new GroupMembership(
      context,
      coordinator,
      { id: group.id, topics: group.topics, settings, instance: this.instance },
      {
        partitionsOf: (topic) => this.metadata.partitionsOf(topic),
        onJoined: (partitions) => {
          this.joined = partitions;
          this.poll();
        },
        onRejoinNeeded: () => this.poll(),
        onFenced: (member) => this.die(member),
      },
    );
    this.fetcher = new Fetcher(context, settings, this.metadata, {
      onRecords: () => this.poll(),
      onReset: (partition, position) => this.held.begin(partition, position, settings["auto.offset.reset"]),
    });
    this.metadata.refresh();
  }

  /** In its group, with nothing to process, to commit or to join: a consumer that has come to rest. */
  get isIdle(): boolean {
    return !this.isBusy && this.membership.isSettled && this.joined === undefined && this.uncommitted.size === 0;
  }

  /** How far a partition has been delivered; undefined where it is not assigned. */
  positionOf(partition: TopicPartition): Offset | undefined {
    return this.fetcher.positionOf(partition);
  }

  /** From now on every record takes that long to process; undefined for as long as the group's options say. */
  setHandlerMs(handlerMs: number | undefined): void {
    this.slowHandlerMs = handlerMs;
  }

  /** Leaves the group in good order after what is being processed, and ends the process. */
  stop(): void {
    this.isClosing = true;
    this.poll();
  }

  private onMetadata(): void {
    if (!this.isStarted && this.group.topics.every((topic) => this.metadata.partitionsOf(topic) !== undefined)) {
      this.isStarted = true;
      this.isBusy = false;
      this.poll();
    } else if (this.isStarted) {
      this.fetcher.fetch();
    } else {
      this.metadata.refreshLater(this.settings["retry.backoff.ms"]);
    }
  }

  // --- the application's loop ------------------------------------------------------------------------------------------

  /** One turn: see to the group if need be, else commit what is left to commit, else process what has been fetched. */
  private poll(): void {
    if (this.isBusy || this.isDead) return;
    const { membership } = this;
    if (membership.hasLostMembership) this.losePartitions();
    if (this.joined !== undefined) this.completeJoin(this.joined);
    else if (membership.isJoining) this.goOnMeanwhile();
    else if (this.isClosing) this.close();
    else if (!membership.isSettled) this.rejoin();
    else if (this.uncommitted.size > 0) this.commitProcessed();
    else {
      this.autoCommit();
      this.takeRecords();
    }
  }

  /**
   * What is still held is processed also while the member joins. It can commit nothing until it has: whoever commits before it
   * processes, or with its output, has to wait.
   */
  private goOnMeanwhile(): void {
    const mustWait = this.isClosing || this.group.commit === "before-processing" || this.output !== undefined;
    if (!mustWait) this.takeRecords();
  }

  private takeRecords(): void {
    const records = this.fetcher.take(this.settings["max.poll.records"]);
    if (records.length > 0) this.deliver(records);
  }

  private done(): void {
    this.isBusy = false;
    this.poll();
  }

  private deliver(records: readonly FetchedRecord[]): void {
    this.isBusy = true;
    const holder = this.held.holder!;
    for (const record of records) this.held.tell("delivered", holder, record);
    if (this.group.commit !== "before-processing") {
      this.process(records);
      return;
    }
    const { offset: last, partition } = records.at(-1)!;
    this.commit([{ partition, offset: offset(last + 1) }], (error) => {
      if (error === errorCode.NONE) this.process(records);
      else this.done();
    });
  }

  /** Processes one record after the other. The member is out of its group when that takes longer than the poll interval. */
  private process(records: readonly FetchedRecord[]): void {
    const { host } = this.context;
    const holder = this.held.holder!;
    this.pollTimer = host.after(this.settings["max.poll.interval.ms"], () => this.membership.leave(() => undefined));
    let at = 0;
    const next = (): void => {
      const record = records[at++];
      if (record === undefined) {
        this.endRun(records.at(-1)!, holder);
        return;
      }
      host.after(this.slowHandlerMs ?? this.group.handlerMs, () => {
        this.held.tell("processed", holder, record);
        this.output?.write(record);
        if (this.group.commit === "after-processing") {
          this.uncommitted.set(record.partition, offset(record.offset + 1));
        }
        next();
      });
    };
    next();
  }

  private endRun({ offset: last, partition }: FetchedRecord, holder: InGroup): void {
    if (this.output === undefined) {
      this.pollTimer?.cancel();
      this.commitProcessed();
      return;
    }
    this.output.commit([{ partition, offset: offset(last + 1) }], holder, (error) => {
      this.pollTimer?.cancel();
      if (error === errorCode.NONE) this.done();
      else this.rewind(error, holder);
    });
  }

  /** Nothing of what was processed counts: the member begins again where its group has come to, if it is still in it. */
  private rewind(error: ErrorCode, holder: InGroup): void {
    if (isMembershipError(error)) this.membership.onFenced(error, holder.generation);
    if (this.isDead) return;
    const { partitions } = this.held;
    this.context.record.client({ kind: "rewound", ...holder, partitions });
    this.fetcher.clear();
    this.begin(partitions);
  }

  private commitProcessed(): void {
    this.isBusy = true;
    this.commitUncommitted(() => this.done());
  }

  // --- commits ---------------------------------------------------------------------------------------------------------

  private commit(offsets: readonly OffsetOf[], onDone: (error: ErrorCode) => void): void {
    const { generation, isJoining, memberId: member } = this.membership;
    if (isJoining || generation < 0) {
      // Thrown out already and aware of it, or between two generations: the client does not even ask.
      onDone(isJoining ? errorCode.REBALANCE_IN_PROGRESS : errorCode.UNKNOWN_MEMBER_ID);
      return;
    }
    this.committer.commit(offsets, { member, generation }, (error) => {
      if (isMembershipError(error)) this.membership.onFenced(error, generation);
      if (!this.isDead) onDone(error);
    });
  }

  /** Commits what has been processed and is not committed yet; what cannot be is tried again with the next poll. */
  private commitUncommitted(onDone: () => void): void {
    if (this.uncommitted.size === 0) {
      onDone();
      return;
    }
    this.commit(toOffsets(this.uncommitted), (error) => {
      if (error === errorCode.NONE) this.uncommitted.clear();
      onDone();
    });
  }

  /** Commits the positions of before this poll, now and then. Everything before them has been processed. */
  private autoCommit(): void {
    const { nowUs } = this.context.host;
    if (this.group.commit !== "auto" || nowUs < this.autoCommitDueUs || this.held.holder === undefined) return;
    this.autoCommitDueUs = nowUs + this.settings["auto.commit.interval.ms"] * 1000;
    const positions = this.fetcher.positions();
    if (positions.size > 0) this.commit(toOffsets(positions), () => undefined);
  }

  /** Before the member joins, or leaves, what was processed is committed, if it can be. */
  private commitBeforeRevocation(onDone: () => void): void {
    if (this.held.holder === undefined) onDone();
    else if (this.group.commit !== "auto") this.commitUncommitted(onDone);
    else {
      const positions = this.fetcher.positions();
      if (positions.size > 0) this.commit(toOffsets(positions), onDone);
      else onDone();
    }
  }

  // --- membership ------------------------------------------------------------------------------------------------------

  private rejoin(): void {
    this.isBusy = true;
    this.commitBeforeRevocation(() => {
      if (!this.isCooperative || this.membership.hasLostMembership) this.giveUpPartitions();
      this.membership.join();
      this.done();
    });
  }

  private losePartitions(): void {
    this.joined = undefined;
    if (this.held.holder !== undefined) this.giveUpPartitions();
  }

  private giveUpPartitions(): void {
    this.fetcher.clear();
    this.held.end(this.membership.hasLostMembership ? "lost" : "revoked");
  }

  /**
   * What is held and is not in the assignment is given back first, and then the group has to rebalance once more: only then may
   * others be given it. What was processed of it is committed before, in the new generation.
   */
  private completeJoin(partitions: readonly TopicPartition[]): void {
    this.joined = undefined;
    const revoked = this.held.partitions.filter((partition) => !partitions.includes(partition));
    if (revoked.length === 0) {
      this.takeOver(partitions);
      return;
    }
    this.isBusy = true;
    this.commitUncommitted(() => {
      // It may have been thrown out meanwhile, and then it has lost all it held.
      if (!this.membership.hasLostMembership) {
        this.fetcher.revoke(revoked);
        this.held.giveBack(revoked);
        this.membership.requestRejoin();
        this.takeOver(partitions);
      } else this.done();
    });
  }

  /** Another process has the place of this one: the application has nothing to go on with. */
  private die(member: MemberId): void {
    const { context, group } = this;
    this.isDead = true;
    this.losePartitions();
    const instance = this.instance!;
    context.record.client({ kind: "client-fenced", client: context.id, group: group.id, member, instance });
    context.host.kill();
  }

  private takeOver(partitions: readonly TopicPartition[]): void {
    const { generation, memberId: member } = this.membership;
    const kept = this.held.keptOf(partitions);
    const added = partitions.filter((partition) => !kept.includes(partition));
    this.held.assign({ member, generation }, partitions, this.isCooperative);
    this.uncommitted = new Map(
      this.context.rules.offsetsCarriedOver({ uncommitted: this.uncommitted, assigned: partitions, kept }),
    );
    this.autoCommitDueUs = this.context.host.nowUs + this.settings["auto.commit.interval.ms"] * 1000;
    if (added.length === 0) {
      this.done();
      return;
    }
    this.isBusy = true;
    this.begin(added);
  }

  /** Begins with partitions at their committed offsets, unless the member has to give them up before it is told any. */
  private begin(partitions: readonly TopicPartition[]): void {
    const { membership } = this;
    const isWanted = (): boolean => !membership.hasLostMembership && (this.isCooperative || membership.isSettled);
    this.committer.fetch(partitions, isWanted, (committed) => {
      if (committed !== undefined) {
        for (const [partition, position] of committed) this.held.begin(partition, position, "committed");
        this.fetcher.assign(partitions, committed);
      }
      this.done();
    });
  }

  private close(): void {
    this.isBusy = true;
    this.commitBeforeRevocation(() => {
      this.giveUpPartitions();
      this.membership.leave(() => {
        this.context.record.client({ kind: "client-stopped", client: this.context.id });
        this.context.host.kill();
      });
    });
  }
}

const toOffsets = (offsets: ReadonlyMap<TopicPartition, Offset>): readonly OffsetOf[] =>
  [...offsets].map(([partition, position]) => ({ partition, offset: position }));
