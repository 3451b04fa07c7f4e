/**
 * A consumer in a group, with the application around it: polls, processes one record after the other, and commits when its
 * group's commit mode says.
 *
 * As with the Java client everything but heartbeats happens while the application polls, so a handler that is busy holds up
 * a rebalance, and one that is busy for longer than `max.poll.interval.ms` loses its place.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { Generation, MemberId, Offset, TopicPartition } from "../../../model/ids.ts";
import { offset } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import type { GroupOptions } from "../../../model/schedule.ts";
import type { ConsumerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import type { ClientContext } from "./context.ts";
import { CoordinatorChannel } from "./coordinator-channel.ts";
import { Fetcher } from "./fetcher.ts";
import type { FetchedRecord } from "./fetcher.ts";
import { GroupMembership, isMembershipError } from "./group-membership.ts";
import { ClientMetadata } from "./metadata.ts";
import { OffsetCommitter } from "./offset-committer.ts";

interface InGroup {
  readonly client: string;
  readonly group: string;
  readonly member: MemberId;
  readonly generation: Generation;
}

export class Consumer {
  private readonly context: ClientContext;
  private readonly group: GroupOptions;
  private readonly settings: ConsumerSettings;
  private readonly metadata: ClientMetadata;
  private readonly membership: GroupMembership;
  private readonly committer: OffsetCommitter;
  private readonly fetcher: Fetcher;
  private assignedPartitions: readonly TopicPartition[] = [];
  /** As whom the partitions are held; undefined while there are none. */
  private holding: InGroup | undefined;
  private uncommitted: ReadonlyMap<TopicPartition, Offset> = new Map();
  private isBusy = true;
  private isClosing = false;
  private isStarted = false;
  private slowHandlerMs: number | undefined;
  private pollTimer: Timer | undefined;
  private autoCommitDueUs = 0;

  constructor(context: ClientContext, group: GroupOptions, settings: ConsumerSettings) {
    this.context = context;
    this.group = group;
    this.settings = settings;
    this.metadata = new ClientMetadata(context, group.topics, () => this.onMetadata());
    const coordinator = new CoordinatorChannel(context, group.id);
    this.committer = new OffsetCommitter(context, coordinator, group.id, settings);
    this.membership = new GroupMembership(
      context,
      coordinator,
      { id: group.id, topics: group.topics, settings },
      {
        partitionsOf: (topic) => this.metadata.partitionsOf(topic),
        onJoined: (partitions) => this.onJoined(partitions),
        onRejoinNeeded: () => this.poll(),
      },
    );
    this.fetcher = new Fetcher(context, settings, this.metadata, {
      onRecords: () => this.poll(),
      onReset: (partition, position) => this.onReset(partition, position),
    });
    this.metadata.refresh();
  }

  /** In its group, with nothing to process, to commit or to join: a consumer that has come to rest. */
  get isIdle(): boolean {
    return !this.isBusy && !this.membership.mustRejoin && this.uncommitted.size === 0;
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

  /** One turn: rejoin if need be, else commit what is left to commit, else process what has been fetched. */
  private poll(): void {
    if (this.isBusy) return;
    if (this.isClosing) this.close();
    else if (this.membership.mustRejoin) this.rejoin();
    else if (this.uncommitted.size > 0) this.commitProcessed();
    else {
      this.autoCommit();
      const records = this.fetcher.take(this.settings["max.poll.records"]);
      if (records.length > 0) this.deliver(records);
    }
  }

  private done(): void {
    this.isBusy = false;
    this.poll();
  }

  private deliver(records: readonly FetchedRecord[]): void {
    this.isBusy = true;
    const holding = this.holding!;
    for (const record of records) this.tell("delivered", holding, record);
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

  /** Field by field: copying what holds and what is read into a third object takes several times as long, for every record. */
  private tell(kind: "delivered" | "processed", { client, generation, group, member }: InGroup, record: FetchedRecord): void {
    const { offset: position, partition, value } = record;
    this.context.record.client({ kind, client, group, member, generation, partition, offset: position, value });
  }

  /** Processes one record after the other. The member is out of its group when that takes longer than the poll interval. */
  private process(records: readonly FetchedRecord[]): void {
    const { host } = this.context;
    const holding = this.holding!;
    this.pollTimer = host.after(this.settings["max.poll.interval.ms"], () => this.membership.leave(() => undefined));
    let at = 0;
    const next = (): void => {
      const record = records[at++];
      if (record === undefined) {
        this.pollTimer?.cancel();
        this.commitProcessed();
        return;
      }
      host.after(this.slowHandlerMs ?? this.group.handlerMs, () => {
        this.tell("processed", holding, record);
        if (this.group.commit === "after-processing") {
          this.uncommitted = new Map(this.uncommitted).set(record.partition, offset(record.offset + 1));
        }
        next();
      });
    };
    next();
  }

  /** Commits what has been processed and is not committed yet; what cannot be is tried again with the next poll. */
  private commitProcessed(): void {
    if (this.uncommitted.size === 0) {
      this.done();
      return;
    }
    this.isBusy = true;
    this.commit(toOffsets(this.uncommitted), (error) => {
      if (error === errorCode.NONE) this.uncommitted = new Map();
      this.done();
    });
  }

  // --- commits ---------------------------------------------------------------------------------------------------------

  private commit(offsets: readonly OffsetOf[], onDone: (error: ErrorCode) => void): void {
    const { generation, memberId: member } = this.membership;
    if (generation < 0) {
      // Thrown out already, and aware of it: the client does not even ask.
      onDone(errorCode.UNKNOWN_MEMBER_ID);
      return;
    }
    this.committer.commit(offsets, { member, generation }, (error) => {
      if (isMembershipError(error)) this.membership.onFenced(error, generation);
      onDone(error);
    });
  }

  /** Commits the positions of before this poll, now and then. Everything before them has been processed. */
  private autoCommit(): void {
    const { nowUs } = this.context.host;
    if (this.group.commit !== "auto" || nowUs < this.autoCommitDueUs || this.holding === undefined) return;
    this.autoCommitDueUs = nowUs + this.settings["auto.commit.interval.ms"] * 1000;
    const positions = this.fetcher.positions();
    if (positions.size > 0) this.commit(toOffsets(positions), () => undefined);
  }

  /** Before partitions are given back, what was processed is committed, if it can be. */
  private commitBeforeRevocation(onDone: () => void): void {
    const isDue = this.group.commit === "auto" && this.holding !== undefined && !this.membership.hasLostMembership;
    const positions = this.fetcher.positions();
    if (isDue && positions.size > 0) this.commit(toOffsets(positions), onDone);
    else onDone();
  }

  // --- membership ------------------------------------------------------------------------------------------------------

  private rejoin(): void {
    this.isBusy = true;
    this.commitBeforeRevocation(() => {
      this.giveUpPartitions();
      this.membership.join();
    });
  }

  private giveUpPartitions(): void {
    const { holding } = this;
    this.holding = undefined;
    this.fetcher.clear();
    if (holding === undefined) return;
    const kind = this.membership.hasLostMembership ? "lost" : "revoked";
    this.context.record.client({ kind, ...holding, partitions: this.assignedPartitions });
    this.assignedPartitions = [];
  }

  private onJoined(partitions: readonly TopicPartition[]): void {
    const { generation, memberId: member } = this.membership;
    this.holding = { client: this.context.id, group: this.group.id, member, generation };
    this.assignedPartitions = partitions;
    this.context.record.client({ kind: "assigned", ...this.holding, partitions });
    this.uncommitted = this.context.rules.offsetsCarriedOver({ uncommitted: this.uncommitted, assigned: partitions });
    this.autoCommitDueUs = this.context.host.nowUs + this.settings["auto.commit.interval.ms"] * 1000;
    if (partitions.length === 0) {
      this.done();
      return;
    }
    this.committer.fetch(partitions, (committed) => {
      for (const [partition, position] of committed) this.recordPosition(partition, position, "committed");
      this.fetcher.assign(partitions, committed);
      this.done();
    });
  }

  private onReset(partition: TopicPartition, position: Offset): void {
    this.recordPosition(partition, position, this.settings["auto.offset.reset"]);
  }

  private recordPosition(partition: TopicPartition, position: Offset, from: "committed" | "earliest" | "latest"): void {
    this.context.record.client({ kind: "position-set", ...this.holding!, partition, offset: position, from });
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
