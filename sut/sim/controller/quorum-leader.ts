/**
 * The term of one leader of the controllers' quorum: how far the others have fetched, what is committed by a majority, and
 * whether a majority still listens.
 */

import { errorCode } from "../../../model/error-code.ts";
import { leaderEpoch, offset } from "../../../model/ids.ts";
import type { BrokerId, Offset } from "../../../model/ids.ts";
import type { Timer } from "../event-loop.ts";
import type { FetchRequest, PartitionFetchResponse } from "../protocol/fetch.ts";
import type { QuorumNode } from "./quorum-node.ts";

type Answer = (response: PartitionFetchResponse) => void;

interface Parked {
  readonly fetchOffset: Offset;
  readonly knownWatermark: Offset;
  readonly answer: Answer;
  readonly timer: Timer;
}

export class QuorumLeader {
  private readonly node: QuorumNode;
  private readonly onWatermark: (highWatermark: Offset) => void;
  /** Offset of the first record of this term; until it is committed nothing is. */
  readonly epochStartOffset: Offset;
  private readonly fetched = new Map<BrokerId, { endOffset: Offset; atUs: number }>();
  private parked: Parked[] = [];
  private highWatermark: Offset;

  constructor(node: QuorumNode, highWatermark: Offset, onWatermark: (highWatermark: Offset) => void) {
    this.node = node;
    this.highWatermark = highWatermark;
    this.onWatermark = onWatermark;
    this.epochStartOffset = node.disk.log.endOffset;
  }

  /** New records are in the log: whoever waits for them is answered. */
  onAppend(): void {
    this.advance();
    this.answerParked();
  }

  /** A fetch of the current epoch. It says how far the sender has come, which may commit more. */
  onFetch(request: FetchRequest, answer: Answer): void {
    const { replicaId } = request.replicaState;
    const { fetchOffset, highWatermark, lastFetchedEpoch } = request.topics[0]!.partitions[0]!;
    const { log } = this.node.disk;
    const diverging = this.node.rules.findDivergence({
      lastFetchedEpoch,
      fetchOffset,
      leaderEndOffset: log.endOffset,
      endOffsetFor: log.endOffsetFor,
    });
    if (diverging !== undefined) {
      answer({ ...this.response(log.endOffset), divergingEpoch: diverging });
      return;
    }
    if (this.node.voters.includes(replicaId)) this.noteFetch(replicaId, fetchOffset);
    const knownWatermark = highWatermark ?? offset(0);
    if (fetchOffset < log.endOffset || knownWatermark < this.highWatermark) answer(this.response(fetchOffset));
    else this.park({ fetchOffset, knownWatermark, answer }, request.maxWaitMs);
  }

  private noteFetch(voter: BrokerId, endOffset: Offset): void {
    const { nowUs } = this.node.host;
    const before = this.fetched.get(voter);
    if (before?.endOffset === endOffset) {
      before.atUs = nowUs;
      return;
    }
    this.fetched.set(voter, { endOffset, atUs: nowUs });
    this.advance();
  }

  /** Voters that have not fetched since `sinceUs`; the leader itself is never among them. */
  silentVoters(sinceUs: number): readonly BrokerId[] {
    return this.node.voters.filter((voter) => voter !== this.node.id && (this.fetched.get(voter)?.atUs ?? -1) < sinceUs);
  }

  /** The term is over: whoever waits is told nothing and will time out or hear of the next leader. */
  end(answer: (waiting: Answer) => void): void {
    const waiting = this.parked;
    this.parked = [];
    for (const { answer: parked, timer } of waiting) {
      timer.cancel();
      answer(parked);
    }
  }

  private advance(): void {
    const { disk, id, voters } = this.node;
    // Nobody is ahead of the leader, so there is nothing to commit: most fetches find it so.
    if (disk.log.endOffset <= this.highWatermark) return;
    const ends = voters.map((voter) => (voter === id ? disk.log.endOffset : (this.fetched.get(voter)?.endOffset ?? 0)));
    ends.sort((left, right) => right - left);
    const byMajority = offset(ends[Math.floor(voters.length / 2)]!);
    if (byMajority <= this.highWatermark || byMajority <= this.epochStartOffset) return;
    this.highWatermark = byMajority;
    this.onWatermark(byMajority);
    this.answerParked();
  }

  private park(fetch: Omit<Parked, "timer">, maxWaitMs: number): void {
    const timer = this.node.host.after(maxWaitMs, () => {
      this.parked = this.parked.filter((one) => one !== parked);
      fetch.answer(this.response(fetch.fetchOffset));
    });
    const parked: Parked = { ...fetch, timer };
    this.parked.push(parked);
  }

  private answerParked(): void {
    const { endOffset } = this.node.disk.log;
    const isReady = (one: Parked): boolean => one.fetchOffset < endOffset || one.knownWatermark < this.highWatermark;
    const ready = this.parked.filter(isReady);
    if (ready.length === 0) return;
    this.parked = this.parked.filter((one) => !isReady(one));
    for (const { answer, fetchOffset, timer } of ready) {
      timer.cancel();
      answer(this.response(fetchOffset));
    }
  }

  private response(from: Offset): PartitionFetchResponse {
    const { disk, id } = this.node;
    return {
      partitionIndex: 0,
      errorCode: errorCode.NONE,
      highWatermark: this.highWatermark,
      logStartOffset: disk.log.startOffset,
      records: disk.log.read(from, disk.log.endOffset),
      currentLeader: { leaderId: id, leaderEpoch: leaderEpoch(disk.epoch) },
    };
  }
}
