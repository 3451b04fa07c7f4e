/** Makes offsets of a group part of a producer's transaction, trying again while coordinators move (KIP-447). */

import { errorCode, isRetriable } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { Generation, GroupId, MemberId, TransactionalId } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import { offsetsByTopic } from "../protocol/offsets-by-topic.ts";
import type { TxnOffsetCommitRequest } from "../protocol/transaction.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";
import { backoffMs } from "./context.ts";
import type { ClientContext } from "./context.ts";
import { CoordinatorChannel } from "./coordinator-channel.ts";

/** What a member has processed, and as whom (`ConsumerGroupMetadata`). */
export interface OffsetsToCommit {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly generation: Generation;
  /** Of a static member its `group.instance.id`. */
  readonly instance: string | undefined;
  readonly offsets: readonly OffsetOf[];
}

interface OffsetsInTransaction extends OffsetsToCommit {
  readonly transactionalId: TransactionalId;
  readonly producer: ProducerIdentity;
}

export class TransactionalOffsets {
  private readonly context: ClientContext;
  private readonly settings: ProducerSettings;
  private readonly transactions: CoordinatorChannel;
  private readonly groups = new Map<GroupId, CoordinatorChannel>();

  constructor(context: ClientContext, settings: ProducerSettings, transactions: CoordinatorChannel) {
    this.context = context;
    this.settings = settings;
    this.transactions = transactions;
  }

  /** With version 2 the group's coordinator adds its partition to the transaction; before, the producer has it added first. */
  send(commit: OffsetsInTransaction, onDone: (error: ErrorCode) => void): void {
    if (this.context.transactionVersion === 2) {
      this.commit(commit, onDone);
      return;
    }
    const { group: groupId, producer, transactionalId } = commit;
    const { producerEpoch, producerId } = producer;
    const request = { api: "AddOffsetsToTxn", transactionalId, producerId, producerEpoch, groupId } as const;
    const attempt = (attempts: number): void =>
      this.transactions.send(request, this.settings["request.timeout.ms"], (response) => {
        const error = response?.errorCode ?? errorCode.DISCONNECTED;
        this.transactions.isElsewhere(error);
        if (isRetriable(error)) this.later(attempts, attempt);
        else if (error === errorCode.NONE) this.commit(commit, onDone);
        else onDone(error);
      });
    attempt(1);
  }

  private commit(commit: OffsetsInTransaction, onDone: (error: ErrorCode) => void): void {
    const coordinator = this.coordinatorOf(commit.group);
    const request = requestOf(commit);
    const attempt = (attempts: number): void =>
      coordinator.send(request, this.settings["request.timeout.ms"], (response) => {
        const error = response?.topics[0]?.partitions[0]?.errorCode ?? errorCode.DISCONNECTED;
        coordinator.isElsewhere(error);
        if (isRetriable(error)) this.later(attempts, attempt);
        else onDone(error);
      });
    attempt(1);
  }

  private later(attempts: number, attempt: (attempts: number) => void): void {
    this.context.host.after(backoffMs(this.settings, attempts), () => attempt(attempts + 1));
  }

  private coordinatorOf(group: GroupId): CoordinatorChannel {
    let channel = this.groups.get(group);
    if (channel === undefined) {
      channel = new CoordinatorChannel(this.context, group);
      this.groups.set(group, channel);
    }
    return channel;
  }
}

function requestOf({
  generation,
  group,
  instance,
  member,
  offsets,
  producer,
  transactionalId,
}: OffsetsInTransaction): TxnOffsetCommitRequest {
  const { producerEpoch, producerId } = producer;
  return {
    api: "TxnOffsetCommit",
    transactionalId,
    producerId,
    producerEpoch,
    groupId: group,
    generationIdOrMemberEpoch: generation,
    memberId: member,
    ...(instance !== undefined && { groupInstanceId: instance }),
    topics: offsetsByTopic(offsets),
  };
}
