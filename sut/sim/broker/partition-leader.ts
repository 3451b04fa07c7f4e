/**
 * One term of a partition's leader: appends, follows the followers, moves the high watermark, and proposes who is in sync.
 *
 * It decides nothing by itself: each question goes to a rule. It tells its owner what it did through `LeaderListener`.
 */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset, producerId } from "../../../model/ids.ts";
import type { BrokerId, LeaderEpoch, Offset, PartitionEpoch } from "../../../model/ids.ts";
import type { PartitionRegistration } from "../controller/metadata-image.ts";
import type { FetchPartition } from "../protocol/fetch.ts";
import { lastSequence } from "../protocol/record-batch.ts";
import type { Record, TransactionMarker } from "../protocol/record-batch.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";
import type { ReadableFollower } from "../rules/read-replica.ts";
import type { BrokerContext } from "./context.ts";
import { placed, sequenceSeen } from "./new-batch.ts";
import type { NewBatch } from "./new-batch.ts";
import type { Replica } from "./replica.ts";

export interface LeaderListener {
  /** Records were appended. */
  onAppend(): void;
  /** The high watermark has moved, or the ISR has: whoever waits for either should look again. */
  onProgress(): void;
  /** Ask the controller for this ISR. */
  onIsrWanted(proposal: IsrProposal): void;
}

/** An ISR that is asked for and not confirmed yet. */
export interface IsrProposal {
  readonly leaderEpoch: LeaderEpoch;
  readonly partitionEpoch: PartitionEpoch;
  readonly isr: readonly { readonly brokerId: BrokerId; readonly brokerEpoch: number }[];
}

export type AppendResult =
  | { readonly kind: "appended" | "duplicate"; readonly baseOffset: Offset; readonly endOffset: Offset }
  | { readonly kind: "refused"; readonly error: ErrorCode };

/** What the leader knows of one follower (KIP-903's broker epoch among it). */
interface Follower {
  readonly id: BrokerId;
  /** -1 until it has fetched in this term. */
  endOffset: Offset;
  /** Where its log starts, by its last fetch; -1 until then. */
  logStart: Offset;
  caughtUpUs: number;
  fetchedUs: number;
  leaderEndAtFetch: Offset;
  brokerEpoch: number;
}

const unknownOffset = offset(-1);
const nobody: ProducerIdentity = { producerId: producerId(-1), producerEpoch: -1 };

export class PartitionLeader {
  readonly leaderEpoch: LeaderEpoch;
  readonly epochStartOffset: Offset;
  private readonly context: BrokerContext;
  private readonly replica: Replica;
  private readonly listener: LeaderListener;
  private followers: readonly Follower[] = [];
  private minIsr = 1;
  private isr: readonly BrokerId[];
  private partitionEpoch: PartitionEpoch;
  private proposal: IsrProposal | undefined;

  constructor(replica: Replica, registration: PartitionRegistration, listener: LeaderListener) {
    const { context } = replica;
    this.context = context;
    this.replica = replica;
    this.listener = listener;
    this.leaderEpoch = registration.leaderEpoch;
    this.isr = registration.isr;
    this.partitionEpoch = registration.partitionEpoch;
    this.epochStartOffset = replica.endOffset;
    if (context.rules.entersEpochOnElection({ leaderEpoch: this.leaderEpoch, logEndOffset: this.epochStartOffset })) {
      replica.log.epochs.assign(this.leaderEpoch, this.epochStartOffset);
    }
    this.assign(registration);
    context.record.broker({
      kind: "became-leader",
      broker: context.id,
      partition: replica.name,
      leaderEpoch: this.leaderEpoch,
      partitionEpoch: this.partitionEpoch,
      isr: this.isr,
      epochStartOffset: this.epochStartOffset,
    });
  }

  /** The replicas are these, also while they are being moved: what is known of those that stay is kept. */
  private assign({ replicas, topic }: PartitionRegistration): void {
    const { context, followers } = this;
    const { config } = context.image.topics.get(topic)!;
    this.minIsr = Math.min(config["min.insync.replicas"], replicas.length);
    const isSame = followers.length === replicas.length - 1 && followers.every(({ id }) => replicas.includes(id));
    if (isSame) return;
    this.followers = replicas.filter((id) => id !== context.id).map((id) => this.follower(id) ?? this.newFollower(id));
  }

  /** The ISR may be down to this replica alone: then all it has is committed. */
  begin(): void {
    this.advance();
  }

  /** Members of the ISR by the leader's last word from the controller. */
  get inSync(): readonly BrokerId[] {
    return this.isr;
  }

  /** Whether it waits for the controller's word on another ISR. */
  get hasProposal(): boolean {
    return this.proposal !== undefined;
  }

  get isUnderMinIsr(): boolean {
    return this.isr.length < this.minIsr;
  }

  /**
   * Whether too few replicas have what is committed: whoever is yet to be confirmed, in or out, counts as a member here, as
   * it does for the watermark (`Partition.checkEnoughReplicasReachOffset`).
   */
  get isMaximalIsrTooSmall(): boolean {
    let size = 1;
    for (const { id } of this.followers) if (this.isInMaximalIsr(id)) size++;
    return size < this.minIsr;
  }

  /** Appends a batch under this term, unless it is out of turn, known already, or too few replicas are in sync for it. */
  append(batch: NewBatch, acks: -1 | 0 | 1): AppendResult {
    const { context, replica } = this;
    if (!replica.acceptsAppend) return this.refuse(errorCode.KAFKA_STORAGE_ERROR, acks, batch);
    if (acks === -1 && this.isUnderMinIsr) return this.refuse(errorCode.NOT_ENOUGH_REPLICAS, acks, batch);
    if (batch.producerId >= 0 && batch.marker === undefined) {
      const verdict = context.rules.judgeSequence(replica.producers.of(batch.producerId), {
        producerEpoch: batch.producerEpoch,
        firstSequence: batch.baseSequence,
        lastSequence: lastSequence(batch),
      });
      if (verdict.kind === "refuse") return this.refuse(verdict.error, acks, batch);
      if (verdict.kind === "duplicate") return this.answerDuplicate(verdict.baseOffset, batch);
    }
    const baseOffset = replica.endOffset;
    const stored = placed(batch, baseOffset, this.leaderEpoch);
    if (!replica.append(stored)) return this.refuse(errorCode.KAFKA_STORAGE_ERROR, acks, batch);
    const { name: partition } = replica;
    context.record.broker({ kind: "leader-appended", broker: context.id, partition, batch: replica.seen(stored), acks });
    this.listener.onAppend();
    this.advance();
    return { kind: "appended", baseOffset, endOffset: replica.endOffset };
  }

  /** Writes down how a producer's transaction has ended here, unless the word comes from the past. */
  appendMarker(producer: ProducerIdentity, marker: TransactionMarker): AppendResult {
    const { context, replica } = this;
    const { producerEpoch, producerId: id } = producer;
    const error = context.rules.checkMarker({
      producerEpoch,
      knownProducerEpoch: replica.producers.of(id)?.epoch ?? -1,
      coordinatorEpoch: marker.coordinatorEpoch,
      knownCoordinatorEpoch: replica.transactions.coordinatorEpochOf(id),
      version: marker.transactionVersion,
      isOpen: replica.transactions.isOpen(id),
    });
    const records = [{ key: null, value: `${marker.outcome} marker` }];
    const batch: NewBatch = { producerId: id, producerEpoch, baseSequence: -1, isTransactional: true, marker, records };
    // Whether anything can be appended at all is looked at before what it is.
    const isRefused = error !== errorCode.NONE && replica.acceptsAppend && !this.isUnderMinIsr;
    return isRefused ? this.refuse(error, -1, batch) : this.append(batch, -1);
  }

  /** Appends records of the broker's own, for a coordinator; with a producer they are part of its transaction. */
  appendOwn(records: readonly Record[], producer: ProducerIdentity | undefined): AppendResult {
    if (producer === undefined) return this.append({ ...nobody, baseSequence: -1, records }, -1);
    const { producerEpoch, producerId: id } = producer;
    return this.append({ producerId: id, producerEpoch, baseSequence: -1, isTransactional: true, records }, -1);
  }

  /** Is this fetch of a process that a newer one of the same broker has replaced? */
  isStale(follower: BrokerId, brokerEpoch: number): boolean {
    return (this.follower(follower)?.brokerEpoch ?? -1) > brokerEpoch;
  }

  isReplica(broker: BrokerId): boolean {
    return this.follower(broker) !== undefined;
  }

  private follower(id: BrokerId): Follower | undefined {
    for (const follower of this.followers) if (follower.id === id) return follower;
    return undefined;
  }

  /** A follower's fetch says that it has everything before `fetchOffset`. */
  onFetch({ brokerEpoch, id }: { readonly brokerEpoch: number; readonly id: BrokerId }, fetch: FetchPartition): void {
    const follower = this.follower(id)!;
    const { nowUs } = this.context.host;
    const leaderEnd = this.replica.endOffset;
    if (fetch.fetchOffset >= leaderEnd) follower.caughtUpUs = nowUs;
    else if (fetch.fetchOffset >= follower.leaderEndAtFetch) {
      follower.caughtUpUs = Math.max(follower.caughtUpUs, follower.fetchedUs);
    }
    const isNews = follower.endOffset !== fetch.fetchOffset;
    follower.endOffset = fetch.fetchOffset;
    follower.logStart = fetch.logStartOffset ?? unknownOffset;
    follower.fetchedUs = nowUs;
    follower.leaderEndAtFetch = leaderEnd;
    follower.brokerEpoch = brokerEpoch;
    if (isNews) this.recordFetch(follower, fetch);
    this.expandIsr(follower);
    if (isNews) this.advance();
  }

  /** The followers as those who could serve consumers, `rackOf` telling where each is. */
  readableFollowers(rackOf: (broker: BrokerId) => string | undefined): readonly ReadableFollower[] {
    const { nowUs } = this.context.host;
    return this.followers.map(({ caughtUpUs, endOffset, id, logStart }) => {
      const caughtUpMsAgo = (nowUs - caughtUpUs) / 1000;
      return { id, rack: rackOf(id), isInSync: this.isr.includes(id), endOffset, logStart, caughtUpMsAgo };
    });
  }

  /** Members of the ISR that have fallen behind are to leave it. Called now and then. */
  shrinkIsr(): void {
    if (this.proposal !== undefined) return;
    const { nowUs } = this.context.host;
    const lagging = this.followers.filter(
      (follower) =>
        this.isr.includes(follower.id) &&
        this.context.rules.isOutOfSync({
          followerEndOffset: follower.endOffset,
          leaderEndOffset: this.replica.endOffset,
          caughtUpMsAgo: (nowUs - follower.caughtUpUs) / 1000,
          lagTimeMaxMs: this.context.settings["replica.lag.time.max.ms"],
        }),
    );
    if (lagging.length > 0) this.propose(this.isr.filter((id) => !lagging.some((follower) => follower.id === id)));
  }

  /** The controller's word on the ISR and the replicas, from the metadata log. Older news is no news. */
  adoptMetadata(registration: PartitionRegistration): void {
    const { isr, partitionEpoch } = registration;
    if (partitionEpoch < this.partitionEpoch) return;
    this.assign(registration);
    if (partitionEpoch === this.partitionEpoch) return;
    this.isr = isr;
    this.partitionEpoch = partitionEpoch;
    this.settleProposal();
  }

  /** The controller's answer to a proposal. */
  takeAnswer(
    proposal: IsrProposal,
    answer: {
      readonly isr: readonly BrokerId[];
      readonly partitionEpoch: PartitionEpoch;
      readonly leaderEpoch: LeaderEpoch;
    },
  ): void {
    const { leaderEpoch, partitionEpoch } = this;
    const isOfThisTerm = answer.leaderEpoch === leaderEpoch;
    const answeredEpoch = answer.partitionEpoch;
    const question = { isPending: this.isPending(proposal), isOfThisTerm, answeredEpoch, partitionEpoch };
    if (!this.context.rules.countsProposalAnswer(question)) return;
    this.isr = answer.isr;
    this.partitionEpoch = answer.partitionEpoch;
    this.settleProposal();
  }

  /** The controller has turned the proposal down: the last confirmed ISR stands. */
  dropProposal(proposal: IsrProposal): void {
    if (this.proposal === proposal) this.settleProposal();
  }

  isPending(proposal: IsrProposal): boolean {
    return this.proposal === proposal;
  }

  /** The ISR and whoever may be in it: with a pending proposal both the old and the new members count (KIP-497). */
  isInMaximalIsr(broker: BrokerId): boolean {
    return this.isr.includes(broker) || (this.proposal?.isr.some(({ brokerId }) => brokerId === broker) ?? false);
  }

  private settleProposal(): void {
    this.proposal = undefined;
    const { context, replica } = this;
    const at = { broker: context.id, partition: replica.name };
    context.record.broker({ kind: "isr-adopted", ...at, isr: this.isr, partitionEpoch: this.partitionEpoch });
    if (context.rules.recomputesOnIsrChange({ isrSize: this.isr.length })) this.advance();
    this.listener.onProgress();
  }

  private expandIsr(follower: Follower): void {
    if (this.proposal !== undefined || this.isr.includes(follower.id)) return;
    const { context, replica } = this;
    const isCaughtUp = context.rules.mayJoinIsr({
      followerEndOffset: follower.endOffset,
      highWatermark: replica.highWatermark,
      epochStartOffset: this.epochStartOffset,
    });
    if (isCaughtUp && this.isEligible(follower)) this.propose([...this.isr, follower.id]);
  }

  private isEligible({ id, brokerEpoch }: Follower): boolean {
    const { image, rules } = this.context;
    const registeredEpoch = image.brokers.get(id)?.epoch ?? -1;
    return rules.isEligibleForIsr({ isActive: image.isActive(id), registeredEpoch, fetchedEpoch: brokerEpoch });
  }

  private isWaitedFor(follower: Follower, isCaughtUp: boolean): boolean {
    return this.context.rules.isWaitedFor({ isCaughtUp, isEligible: this.isEligible(follower) });
  }

  private propose(isr: readonly BrokerId[]): void {
    const { context, replica } = this;
    this.proposal = {
      leaderEpoch: this.leaderEpoch,
      partitionEpoch: this.partitionEpoch,
      isr: isr.map((brokerId) => ({ brokerId, brokerEpoch: this.follower(brokerId)?.brokerEpoch ?? -1 })),
    };
    const brokerEpochs = this.proposal.isr.map(({ brokerEpoch }) => brokerEpoch);
    context.record.broker({ kind: "isr-proposed", broker: context.id, partition: replica.name, isr, brokerEpochs });
    this.listener.onIsrWanted(this.proposal);
  }

  private advance(): void {
    const { context, replica } = this;
    const { endOffset: logEndOffset } = replica;
    // It never goes beyond the log's end.
    if (replica.highWatermark === logEndOffset) return;
    const { nowUs } = context.host;
    const lagUs = context.settings["replica.lag.time.max.ms"] * 1000;
    const highWatermark = context.rules.nextHighWatermark({
      highWatermark: replica.highWatermark,
      logEndOffset,
      isrSize: this.isr.length,
      minIsr: this.minIsr,
      followers: this.followers.map((follower) => {
        const isInMaximalIsr = this.isInMaximalIsr(follower.id);
        const isCaughtUp = follower.endOffset === logEndOffset || nowUs - follower.caughtUpUs <= lagUs;
        const isAboutToJoin = !isInMaximalIsr && this.isWaitedFor(follower, isCaughtUp);
        return { endOffset: follower.endOffset, isInMaximalIsr, isAboutToJoin };
      }),
    });
    if (highWatermark <= replica.highWatermark) return;
    replica.setHighWatermark(highWatermark);
    context.record.broker({ kind: "high-watermark-advanced", broker: context.id, partition: replica.name, highWatermark });
    this.listener.onProgress();
  }

  private newFollower(id: BrokerId): Follower {
    const { nowUs } = this.context.host;
    return {
      id,
      endOffset: unknownOffset,
      logStart: unknownOffset,
      caughtUpUs: this.isr.includes(id) ? nowUs : Number.NEGATIVE_INFINITY,
      fetchedUs: Number.NEGATIVE_INFINITY,
      leaderEndAtFetch: unknownOffset,
      brokerEpoch: -1,
    };
  }

  private refuse(error: ErrorCode, acks: -1 | 0 | 1, batch: NewBatch): AppendResult {
    const at = { broker: this.context.id, partition: this.replica.name };
    const seen = { error: errorName(error), acks, batch: sequenceSeen(batch) };
    this.context.record.broker({ kind: "produce-refused", ...at, ...seen });
    return { kind: "refused", error };
  }

  private answerDuplicate(baseOffset: Offset, batch: NewBatch): AppendResult {
    const at = { broker: this.context.id, partition: this.replica.name };
    this.context.record.broker({ kind: "duplicate-recognised", ...at, baseOffset, batch: sequenceSeen(batch) });
    return { kind: "duplicate", baseOffset, endOffset: offset(baseOffset + batch.records.length) };
  }

  private recordFetch({ brokerEpoch, id: follower }: Follower, fetch: FetchPartition): void {
    this.context.record.broker({
      kind: "fetch-accepted",
      broker: this.context.id,
      partition: this.replica.name,
      follower,
      brokerEpoch,
      requestedEpoch: fetch.currentLeaderEpoch,
      fetchOffset: fetch.fetchOffset,
      lastFetchedEpoch: fetch.lastFetchedEpoch,
    });
  }
}
