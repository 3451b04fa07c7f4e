/**
 * What a group member does and is told, read from its connections: the assignment it gets and with which generation, what it
 * commits and with which outcome. All of it as it was on the wire; see wire-tap.ts.
 *
 * Every commit request is one commit of the history, also one that repeats another.
 */

import { generation, memberId, offset } from "../../../../model/ids.ts";
import type { ClientId, Generation, GroupId, MemberId, Offset, TopicPartition } from "../../../../model/ids.ts";
import type { OffsetOf } from "../../../../model/history.ts";
import type { ProtocolReader } from "../../wire/protocol-reader.ts";
import { commitOutcome } from "./outcome.ts";
import { readMemberAssignment, readPartitions } from "./read-partitions.ts";
import { ReadingTap } from "./reading-tap.ts";
import type { Report } from "./report.ts";
import { whenAnswered } from "./wire-tap.ts";
import type { RequestListener, ResponseListener } from "./wire-tap.ts";

/** One assignment, as its member has it. */
export interface Holding {
  readonly member: MemberId;
  readonly generation: Generation;
  /** With their names in the schedule. */
  readonly partitions: readonly TopicPartition[];
}

export interface MemberTapOptions {
  readonly client: ClientId;
  readonly group: GroupId;
  readonly report: Report;
  /** What a partition on the cluster is called in the schedule. */
  readonly inSchedule: (partition: TopicPartition) => TopicPartition;
}

const unknownMember = 25;
const illegalGeneration = 22;

export class MemberTap {
  private readonly options: MemberTapOptions;
  private readonly reading: ReadingTap<Holding>;
  private current: Holding | undefined;
  /** The coordinator has said that the member is out of its group. */
  private isFenced = false;
  private commits = 0;

  constructor(options: MemberTapOptions) {
    this.options = options;
    this.reading = new ReadingTap(
      () => this.current,
      (holding, { from, offset: position, partition }) => {
        const where = { partition: options.inSchedule(partition), offset: position, from };
        options.report.event({ kind: "position-set", ...this.inGroup(holding), ...where });
      },
    );
  }

  /** The assignment that the member has now. */
  get holding(): Holding | undefined {
    return this.current;
  }

  /** Under which assignment the records from this offset on were asked for; the partition has its name on the cluster. */
  fetchedUnder(partition: TopicPartition, from: Offset): Holding | undefined {
    return this.reading.fetchedUnder(partition, from);
  }

  /** kafkajs is going back to what is committed of a partition; it has its name on the cluster. */
  beginAnew(partition: TopicPartition): void {
    this.reading.beginAnew(partition);
  }

  /** What is said of every event in a group. */
  inGroup({ generation: number, member }: Holding): {
    readonly client: ClientId;
    readonly group: GroupId;
    readonly member: MemberId;
    readonly generation: Generation;
  } {
    const { client, group } = this.options;
    return { client, group, member, generation: number };
  }

  /** The member has its partitions no longer. */
  giveUp(): void {
    const { current } = this;
    if (current === undefined) return;
    this.current = undefined;
    const kind = this.isFenced ? "lost" : "revoked";
    this.options.report.event({ kind, ...this.inGroup(current), partitions: current.partitions });
  }

  /** The APIs that are read, each in the version that kafkajs 2.2 speaks with Kafka 4. */
  listeners(): readonly RequestListener[] {
    return [
      ...this.reading.listeners(),
      { apiKey: 8, apiVersion: 5, onRequest: (body) => this.onCommit(body) },
      { apiKey: 11, apiVersion: 5, onRequest: () => this.onLeaving() },
      { apiKey: 12, apiVersion: 3, onRequest: () => this.onHeartbeat() },
      { apiKey: 13, apiVersion: 3, onRequest: () => this.onLeaving() },
      { apiKey: 14, apiVersion: 3, onRequest: (body) => this.onSync(body) },
    ];
  }

  /** JoinGroup and LeaveGroup: with the eager protocol, who joins again has given back what it had. */
  private onLeaving(): undefined {
    this.giveUp();
  }

  private onSync(body: ProtocolReader): ResponseListener {
    body.string();
    const joined = generation(body.int32());
    const member = memberId(body.string());
    return whenAnswered((response) => {
      response.int32();
      if (response.int16() !== 0) return;
      const partitions = readMemberAssignment(response.lengthAndBytes()).map(this.options.inSchedule);
      this.giveUp();
      this.current = { member, generation: joined, partitions };
      this.isFenced = false;
      this.options.report.event({ kind: "assigned", ...this.inGroup(this.current), partitions });
    });
  }

  private onHeartbeat(): ResponseListener {
    return whenAnswered((response) => {
      response.int32();
      this.noteError(response.int16());
    });
  }

  private noteError(errorCode: number): void {
    if (errorCode === unknownMember || errorCode === illegalGeneration) this.isFenced = true;
  }

  private onCommit(body: ProtocolReader): ResponseListener {
    body.string();
    const number = generation(body.int32());
    const member = memberId(body.string());
    const { client, group, inSchedule, report } = this.options;
    const offsets = readPartitions(body, (partition): OffsetOf => {
      const committed = offset(body.int64());
      body.string();
      // With a negative one kafkajs has its position reset, after it was told that it is out of range.
      if (committed < 0) this.beginAnew(partition);
      return { partition: inSchedule(partition), offset: committed };
    });
    const commit = this.commits++;
    report.event({ kind: "commit-started", client, group, member, generation: number, commit, offsets });
    const settle = (answers: readonly number[] | null): void => {
      for (const answer of answers ?? []) this.noteError(answer);
      const { error, kind } = commitOutcome(answers);
      report.event(kind === "commit-acked" ? { kind, client, commit } : { kind, client, commit, error });
    };
    return {
      onLost: () => settle(null),
      onResponse: (response) => {
        response.int32();
        settle(readPartitions(response, () => response.int16()));
      },
    };
  }
}
