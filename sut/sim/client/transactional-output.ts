/**
 * The output of a group member that processes exactly once, as Kafka's documentation has it: one record for each that was
 * processed, and with them, in one transaction, the offsets up to where it has come (KIP-98, KIP-447).
 *
 * Where its producer is fenced, because its transaction took too long or because the process has begun anew, the member goes on
 * with another one of the same transactional id, as Kafka Streams does.
 */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { indexOf } from "../../../model/ids.ts";
import type { Generation, GroupId, MemberId } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import type { ClientContext } from "./context.ts";
import type { FetchedRecord } from "./fetcher.ts";
import { Producer } from "./producer.ts";
import type { EndedAs } from "./transaction-manager.ts";

export interface OutputTo {
  readonly group: GroupId;
  /** Of a static member its `group.instance.id`. */
  readonly instance: string | undefined;
  readonly topic: string;
  /** How many partitions the topic has. */
  readonly partitions: number;
  readonly settings: ProducerSettings;
}

/** As whom the member has its partitions. */
interface Session {
  readonly member: MemberId;
  readonly generation: Generation;
}

interface Commit {
  readonly number: number;
  /** Why the offsets were not taken, where they were not. */
  error: ErrorCode;
  readonly onEnded: (error: ErrorCode) => void;
}

export class TransactionalOutput {
  private readonly context: ClientContext;
  private readonly to: OutputTo;
  private producer: Producer;
  private written = 0;
  private commits = 0;
  private committing: Commit | undefined;
  /** The producer was fenced in the middle of a transaction: what is left of it must not pass for a whole one. */
  private isBroken = false;

  constructor(context: ClientContext, to: OutputTo) {
    this.context = context;
    this.to = to;
    this.producer = this.newProducer();
  }

  /** Writes a record for one that has been processed. */
  write({ offset, partition }: FetchedRecord): void {
    if (this.isBroken) return;
    const { context, to } = this;
    const { group, partitions, topic } = to;
    const value = `${group}/${partition}@${offset}/${context.id}.${context.host.incarnation}.${this.written++}`;
    // All over the output's partitions, so that a transaction has several.
    const index = (indexOf(partition) + offset) % partitions;
    this.producer.send(value, { topic, partition: index, source: { group, partition, offset } }, partitions);
  }

  /**
   * Commits what was written since the last time, together with offsets of the group. `onEnded` hears `NONE`, or why none of it
   * counts; where nobody knows, the member has to ask for the group's offsets, which are not told before it is decided.
   */
  commit(offsets: readonly OffsetOf[], session: Session, onEnded: (error: ErrorCode) => void): void {
    const { context, to } = this;
    const { generation, member } = session;
    const committing: Commit = { number: this.commits++, error: errorCode.NONE, onEnded };
    this.committing = committing;
    const who = { client: context.id, group: to.group, member, generation };
    context.record.client({ kind: "commit-started", ...who, commit: committing.number, offsets });
    if (this.isBroken) {
      this.isBroken = false;
      this.onEnded("aborted");
      return;
    }
    const queue = this.producer.queue!;
    queue.addOffsets({ group: to.group, member, generation, instance: to.instance, offsets }, (error) => {
      committing.error = error;
    });
    queue.end("commit");
  }

  private newProducer(): Producer {
    const { settings, topic } = this.to;
    const producer: Producer = new Producer(this.context, {
      topics: [topic],
      settings,
      ownPartitioners: [],
      onTransactionEnded: (outcome) => {
        if (producer === this.producer) this.onProducerEnded(outcome);
      },
    });
    return producer;
  }

  private onProducerEnded(outcome: EndedAs): void {
    if (this.producer.isFenced) {
      this.producer = this.newProducer();
      this.isBroken = this.committing === undefined;
    }
    if (this.committing !== undefined) this.onEnded(outcome);
  }

  private onEnded(outcome: EndedAs): void {
    const { error, number: commit, onEnded } = this.committing!;
    this.committing = undefined;
    const { id: client, record } = this.context;
    const why = error === errorCode.NONE ? errorCode.TRANSACTION_ABORTABLE : error;
    if (outcome === "committed") record.client({ kind: "commit-acked", client, commit });
    else
      record.client({
        kind: outcome === "unknown" ? "commit-unknown" : "commit-refused",
        client,
        commit,
        error: errorName(why),
      });
    onEnded(outcome === "committed" ? errorCode.NONE : why);
  }
}
