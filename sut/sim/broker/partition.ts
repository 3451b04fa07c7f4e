/**
 * A partition on one broker: its replica, the role that the metadata gives it, and the requests that wait for it.
 */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import type { BrokerId, LeaderEpoch, Offset } from "../../../model/ids.ts";
import type { PartitionRegistration } from "../controller/metadata-image.ts";
import type { FetchPartition, PartitionFetchResponse } from "../protocol/fetch.ts";
import { nextOffset } from "../protocol/record-batch.ts";
import type { Record, RecordBatch, TransactionMarker } from "../protocol/record-batch.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";
import { nearerReplica, tellFollowerRead } from "./follower-reads.ts";
import { listOffset, notListed } from "./list-offset.ts";
import type { ListedOffset } from "./list-offset.ts";
import { PartitionLeader } from "./partition-leader.ts";
import type { AppendResult, IsrProposal, LeaderListener } from "./partition-leader.ts";
import type { Replica } from "./replica.ts";

/** Called once, when an append is as safe as was asked for, or cannot become so. */
export type OnSettled = (outcome: { readonly error: ErrorCode; readonly baseOffset: Offset }) => void;

interface AppendWaiter {
  readonly baseOffset: Offset;
  readonly endOffset: Offset;
  /** Waits for a batch that was appended before and has come again. */
  readonly isDuplicate: boolean;
  readonly onSettled: OnSettled;
}

/** Who fetches: a follower with its broker epoch, or a consumer. */
export type Fetcher = Follower | ConsumerFetcher;

export interface ConsumerFetcher {
  readonly kind: "consumer";
  /** It is to be given nothing of transactions that are open (`isolation.level=read_committed`). */
  readonly readsCommitted: boolean;
  /** Where it is, if it says so (KIP-392). */
  readonly rack?: string;
}

/** Who asks for offsets. */
export interface Asker {
  readonly kind: Fetcher["kind"];
  readonly readsCommitted: boolean;
}

export interface Follower {
  readonly kind: "follower";
  readonly id: BrokerId;
  readonly brokerEpoch: number;
}

const noOffset = offset(-1);
const noRecords: readonly RecordBatch[] = [];
const nothingToExpire = (): void => undefined;

export class Partition implements LeaderListener {
  readonly replica: Replica;
  private readonly askController: (proposal: IsrProposal) => void;
  private registration: PartitionRegistration | undefined;
  private term: PartitionLeader | undefined;
  private appendWaiters: readonly AppendWaiter[] = [];
  private readonly fetchWaiters: (() => void)[] = [];

  constructor(replica: Replica, askController: (partition: Partition, proposal: IsrProposal) => void) {
    this.replica = replica;
    this.askController = (proposal) => askController(this, proposal);
  }

  /** The term in which this broker leads the partition, if it does. */
  get leading(): PartitionLeader | undefined {
    return this.term;
  }

  /** The epoch and leader that this broker knows of; -1 for an epoch it has not been told. */
  get known(): { readonly leaderId: BrokerId; readonly leaderEpoch: LeaderEpoch } {
    const { leader, leaderEpoch } = this.registration ?? { leader: -1 as BrokerId, leaderEpoch: -1 as LeaderEpoch };
    return { leaderId: leader, leaderEpoch };
  }

  /** The disk with its log has failed. */
  private get isOffline(): boolean {
    return this.replica.context.logDir.hasFailed;
  }

  /** Takes the role that the metadata gives this broker. True where a new leader epoch has begun. */
  apply(registration: PartitionRegistration): boolean {
    const before = this.registration;
    this.registration = registration;
    const isNewEpoch = before === undefined || registration.leaderEpoch > before.leaderEpoch;
    if (!isNewEpoch) {
      this.term?.adoptMetadata(registration);
      return false;
    }
    const { context } = this.replica;
    this.term = undefined;
    this.failAppends(errorCode.NOT_LEADER_OR_FOLLOWER);
    if (registration.leader === context.id) {
      this.term = new PartitionLeader(this.replica, registration, this);
      this.term.begin();
    } else {
      this.becomeFollower(registration);
    }
    this.wakeFetches();
    return true;
  }

  /** This broker has no replica any more: whoever waits here is sent elsewhere. */
  close(): void {
    this.term = undefined;
    this.failAppends(errorCode.NOT_LEADER_OR_FOLLOWER);
    this.wakeFetches();
  }

  /**
   * Appends a producer's batch; `onSettled` hears when it is as safe as `acks` asks for, or that it is not known to be when
   * whoever waits calls what is returned here, because its time is over.
   */
  append(batch: RecordBatch, acks: -1 | 0 | 1, onSettled: OnSettled): () => void {
    const { term } = this;
    if (term !== undefined) return this.awaitAppend(term.append(batch, acks), acks, onSettled);
    onSettled({ error: errorCode.NOT_LEADER_OR_FOLLOWER, baseOffset: noOffset });
    return nothingToExpire;
  }

  /**
   * Appends records of a coordinator on this broker, as part of a transaction where it is for a producer; it hears when they are in
   * the log, and when they are committed.
   */
  appendOwn(
    records: readonly Record[],
    producer: ProducerIdentity | undefined,
    then: { readonly onAppended: (baseOffset: Offset) => void; readonly onSettled: OnSettled },
  ): void {
    const { term } = this;
    if (term === undefined) {
      then.onSettled({ error: errorCode.NOT_LEADER_OR_FOLLOWER, baseOffset: noOffset });
      return;
    }
    const result = term.appendOwn(records, producer);
    if (result.kind !== "refused") then.onAppended(result.baseOffset);
    this.awaitAppend(result, -1, then.onSettled);
  }

  /** Writes down how a transaction has ended here; `onSettled` hears when that is committed. */
  appendMarker(producer: ProducerIdentity, marker: TransactionMarker, onSettled: OnSettled): void {
    const { term } = this;
    if (term === undefined) onSettled({ error: errorCode.NOT_LEADER_OR_FOLLOWER, baseOffset: noOffset });
    else this.awaitAppend(term.appendMarker(producer, marker), -1, onSettled);
  }

  /** What a fetch gets now. */
  read(fetch: FetchPartition, fetcher: Fetcher): PartitionFetchResponse {
    const { replica, term } = this;
    const error = this.checkFetch(fetch, fetcher);
    if (error !== errorCode.NONE) return this.refuseFetch(fetch, fetcher, error);
    const nearer = term === undefined ? undefined : nearerReplica(term, replica, fetch, fetcher);
    if (nearer !== undefined) return { ...this.fetched(fetch, noRecords), preferredReadReplica: nearer };
    const { log } = replica;
    const { endOffset, endOffsetFor } = log;
    const { fetchOffset, lastFetchedEpoch } = fetch;
    const { rules } = replica.context;
    const isBelowLogStart = rules.isBelowLogStart({ fetchOffset, logStart: log.startOffset });
    if (isBelowLogStart || rules.isUnknownEpoch({ lastFetchedEpoch, latestEpoch: log.epochs.latest })) {
      return this.refuseFetch(fetch, fetcher, errorCode.OFFSET_OUT_OF_RANGE);
    }
    const diverging = rules.findDivergence({ lastFetchedEpoch, fetchOffset, leaderEndOffset: endOffset, endOffsetFor });
    if (diverging !== undefined) return { ...this.fetched(fetch, noRecords), divergingEpoch: diverging };
    if (fetchOffset > endOffset) return this.refuseFetch(fetch, fetcher, errorCode.OFFSET_OUT_OF_RANGE);
    const bound = this.readBound(fetcher);
    const records = fetchOffset < bound ? log.read(fetchOffset, bound) : noRecords;
    if (term === undefined && records.length > 0) tellFollowerRead(replica, fetch, records);
    const answer = this.fetched(fetch, records);
    const last = records.at(-1);
    if (last === undefined || fetcher.kind === "follower" || !fetcher.readsCommitted) return answer;
    return { ...answer, abortedTransactions: replica.transactions.abortedBetween(fetchOffset, nextOffset(last)) };
  }

  /** Up to where whoever fetches is given anything. */
  private readBound(fetcher: Fetcher): Offset {
    const { replica } = this;
    const { endOffset: logEndOffset, highWatermark } = replica;
    if (fetcher.kind === "follower") return logEndOffset;
    if (fetcher.readsCommitted) return replica.lastStableOffset;
    return replica.context.rules.consumerReadBound({ highWatermark, logEndOffset });
  }

  /** Takes note of how far a follower has come, after its fetch was answered with `answer`. */
  noteFetch(fetch: FetchPartition, follower: Follower, answer: PartitionFetchResponse): void {
    const { term } = this;
    if (term === undefined || answer.errorCode !== errorCode.NONE) return;
    const isDiverging = answer.divergingEpoch !== undefined;
    if (!this.replica.context.rules.countsAsProgress({ isDiverging })) return;
    term.onFetch(follower, fetch);
  }

  /** The offset that somebody asks for, or an error while the leader cannot say. */
  listOffset(timestamp: number, requestedEpoch: LeaderEpoch, { kind: asker, readsCommitted }: Asker): ListedOffset {
    const { replica, term } = this;
    if (this.isOffline) return notListed(errorCode.KAFKA_STORAGE_ERROR);
    if (term === undefined) return notListed(errorCode.NOT_LEADER_OR_FOLLOWER);
    const { rules } = replica.context;
    const error = rules.checkLeaderEpoch({ asker, requested: requestedEpoch, current: term.leaderEpoch });
    if (error !== errorCode.NONE) return notListed(error);
    const { epochStartOffset } = term;
    const { highWatermark, log } = replica;
    const lastStableOffset = readsCommitted ? replica.lastStableOffset : undefined;
    return listOffset({ log, highWatermark, lastStableOffset, epochStartOffset, rules }, timestamp, asker);
  }

  /** Deletes the records before an offset, -1 for all that are committed; tells where the log starts then. */
  deleteRecords(before: Offset): { readonly error: ErrorCode; readonly logStart: Offset } {
    const { replica, term } = this;
    if (this.isOffline) return { error: errorCode.KAFKA_STORAGE_ERROR, logStart: noOffset };
    if (term === undefined) return { error: errorCode.NOT_LEADER_OR_FOLLOWER, logStart: noOffset };
    const { context, highWatermark, logStart: current, name: partition } = replica;
    if (!replica.log.isDeleted) return { error: errorCode.POLICY_VIOLATION, logStart: noOffset };
    const logStart = context.rules.logStartAfterDelete({ before, logStart: current, highWatermark });
    if (logStart === undefined) return { error: errorCode.OFFSET_OUT_OF_RANGE, logStart: noOffset };
    if (logStart > current) {
      replica.advanceLogStart(logStart);
      context.record.broker({ kind: "log-start-advanced", broker: context.id, partition, logStart, why: "delete-records" });
    }
    return { error: errorCode.NONE, logStart };
  }

  /** Calls `onChange` whenever a fetch of this partition could be answered differently. */
  watch(onChange: () => void): void {
    this.fetchWaiters.push(onChange);
  }

  unwatch(onChange: () => void): void {
    const at = this.fetchWaiters.indexOf(onChange);
    if (at >= 0) this.fetchWaiters.splice(at, 1);
  }

  onAppend(): void {
    this.wakeFetches();
  }

  onProgress(): void {
    this.completeAppends();
    this.wakeFetches();
  }

  onIsrWanted(proposal: IsrProposal): void {
    this.askController(proposal);
  }

  private becomeFollower(registration: PartitionRegistration): void {
    const { replica } = this;
    const { context } = replica;
    const { leader, leaderEpoch } = registration;
    context.record.broker({ kind: "became-follower", broker: context.id, partition: replica.name, leaderEpoch, leader });
    const { highWatermark, endOffset: logEndOffset } = replica;
    const kept = context.rules.keptOnBecomingFollower({ logEndOffset, highWatermark });
    if (kept < logEndOffset) replica.truncateTo(kept);
  }

  private checkFetch(fetch: FetchPartition, fetcher: Fetcher): ErrorCode {
    const { registration, term } = this;
    if (this.isOffline) return errorCode.KAFKA_STORAGE_ERROR;
    const requested = fetch.currentLeaderEpoch;
    const { rules } = this.replica.context;
    const isServed = rules.mayServe({ asker: fetcher.kind, isLeader: term !== undefined });
    if (registration === undefined || !isServed) return errorCode.NOT_LEADER_OR_FOLLOWER;
    const error = rules.checkLeaderEpoch({ asker: fetcher.kind, requested, current: registration.leaderEpoch });
    if (error !== errorCode.NONE || fetcher.kind === "consumer" || term === undefined) return error;
    if (!term.isReplica(fetcher.id)) return errorCode.UNKNOWN_LEADER_EPOCH;
    return term.isStale(fetcher.id, fetcher.brokerEpoch) ? errorCode.NOT_LEADER_OR_FOLLOWER : errorCode.NONE;
  }

  private fetched({ partition }: FetchPartition, records: readonly RecordBatch[]): PartitionFetchResponse {
    const { highWatermark, log } = this.replica;
    return { partitionIndex: partition, errorCode: errorCode.NONE, highWatermark, logStartOffset: log.startOffset, records };
  }

  private refuseFetch(fetch: FetchPartition, fetcher: Fetcher, error: ErrorCode): PartitionFetchResponse {
    const { context, name: partition } = this.replica;
    context.record.broker({
      kind: "fetch-refused",
      broker: context.id,
      partition,
      follower: fetcher.kind === "follower" ? fetcher.id : (-1 as BrokerId),
      brokerEpoch: fetcher.kind === "follower" ? fetcher.brokerEpoch : -1,
      requestedEpoch: fetch.currentLeaderEpoch,
      fetchOffset: fetch.fetchOffset,
      error: errorName(error),
    });
    const answer: PartitionFetchResponse = {
      partitionIndex: fetch.partition,
      errorCode: error,
      highWatermark: noOffset,
      logStartOffset: noOffset,
      records: noRecords,
    };
    const tellsLeader = error === errorCode.NOT_LEADER_OR_FOLLOWER || error === errorCode.FENCED_LEADER_EPOCH;
    return tellsLeader ? { ...answer, currentLeader: this.known } : answer;
  }

  private awaitAppend(result: AppendResult, acks: -1 | 0 | 1, onSettled: OnSettled): () => void {
    if (result.kind === "refused") {
      onSettled({ error: result.error, baseOffset: noOffset });
      return nothingToExpire;
    }
    const { baseOffset, endOffset } = result;
    if (acks !== -1) {
      onSettled({ error: errorCode.NONE, baseOffset });
      return nothingToExpire;
    }
    const waiter: AppendWaiter = { baseOffset, endOffset, isDuplicate: result.kind === "duplicate", onSettled };
    this.appendWaiters = [...this.appendWaiters, waiter];
    this.completeAppends();
    return () => this.expire(waiter);
  }

  private expire(waiter: AppendWaiter): void {
    if (!this.appendWaiters.includes(waiter)) return;
    this.appendWaiters = this.appendWaiters.filter((other) => other !== waiter);
    this.settle(waiter, errorCode.REQUEST_TIMED_OUT, noOffset);
  }

  private settle({ baseOffset, endOffset, isDuplicate, onSettled }: AppendWaiter, error: ErrorCode, told: Offset): void {
    const { context, name: partition } = this.replica;
    const { id: broker, record } = context;
    if (!isDuplicate) {
      record.broker({ kind: "append-settled", broker, partition, baseOffset, endOffset, error: errorName(error) });
    }
    onSettled({ error, baseOffset: told });
  }

  private completeAppends(): void {
    if (this.appendWaiters.length === 0 || this.term === undefined) return;
    const { highWatermark } = this.replica;
    if (!this.appendWaiters.some(({ endOffset }) => endOffset <= highWatermark)) return;
    const done = this.appendWaiters.filter(({ endOffset }) => endOffset <= highWatermark);
    this.appendWaiters = this.appendWaiters.filter(({ endOffset }) => endOffset > highWatermark);
    const error = this.term.isMaximalIsrTooSmall ? errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND : errorCode.NONE;
    for (const waiter of done) this.settle(waiter, error, waiter.baseOffset);
  }

  private failAppends(error: ErrorCode): void {
    const failed = this.appendWaiters;
    this.appendWaiters = [];
    for (const waiter of failed) this.settle(waiter, error, noOffset);
  }

  private wakeFetches(): void {
    const { fetchWaiters } = this;
    let at = 0;
    while (at < fetchWaiters.length) {
      const onChange = fetchWaiters[at]!;
      onChange();
      // Who is answered waits no longer; nobody else comes or goes meanwhile.
      if (fetchWaiters[at] === onChange) at++;
    }
  }
}
