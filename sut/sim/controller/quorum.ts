/**
 * One node of the controllers' quorum: KRaft, the Raft of Kafka in which followers fetch (KIP-595), with pre-vote (KIP-996),
 * a leader that resigns when no majority listens (KAFKA-15489) and watermarks that travel at once (KIP-1166).
 *
 * The voters' leader is the active controller. Leaves out snapshots, changes of members, handing over on a clean stop.
 */

import { errorCode } from "../../../model/error-code.ts";
import { leaderEpoch, noLeader, offset, producerId } from "../../../model/ids.ts";
import type { BrokerId, Offset } from "../../../model/ids.ts";
import { Connections } from "../connections.ts";
import type { Timer } from "../event-loop.ts";
import type { BeginQuorumEpochRequest, VoteRequest } from "../protocol/cluster.ts";
import type { FetchRequest, FetchResponse, PartitionFetchResponse } from "../protocol/fetch.ts";
import type { Respond } from "../protocol/messages.ts";
import { nextOffset } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { MetadataRecord } from "./metadata-image.ts";
import { QuorumLeader } from "./quorum-leader.ts";
import { metadataTopic } from "./quorum-node.ts";
import type { QuorumListener, QuorumNode } from "./quorum-node.ts";
import { metadataFetch, voteRequest } from "./quorum-requests.ts";

/** How long a fetch may wait at the leader, and a node without a leader before it asks another one. */
const fetchWaitMs = 500;
const retryBackoffMs = 50;

type Role =
  | { readonly kind: "leader"; readonly term: QuorumLeader }
  | { readonly kind: "follower"; readonly leader: BrokerId }
  | { readonly kind: "prospective" | "candidate"; readonly granted: Set<BrokerId> }
  | { readonly kind: "unattached" };

export class Quorum {
  private readonly node: QuorumNode;
  private readonly listener: QuorumListener;
  private readonly peers: Connections;
  private role: Role = { kind: "unattached" };
  private highWatermark: Offset = offset(0);
  private isActive = false;
  private heardFromLeaderUs = 0;
  /** A follower that has not fetched from its leader yet has only heard say of it, and does not vote in its favour. */
  private hasFetched = false;
  private timer: Timer | undefined;
  /** Counts timeouts drawn and voters asked, so that each draw has a key of its own. */
  private draws = 0;

  constructor(node: QuorumNode, listener: QuorumListener) {
    this.node = node;
    this.peers = new Connections(node, "controller");
    this.listener = listener;
  }

  /** The leader as far as this node knows; -1 where it knows none. */
  get leaderId(): BrokerId {
    if (this.role.kind === "leader") return this.node.id;
    return this.role.kind === "follower" ? this.role.leader : noLeader;
  }

  /** All batches of this node's log, committed or not. */
  get batches(): readonly RecordBatch<MetadataRecord>[] {
    return this.node.disk.log.all() as readonly RecordBatch<MetadataRecord>[];
  }

  get endOffset(): Offset {
    return this.node.disk.log.endOffset;
  }

  get committedOffset(): Offset {
    return this.highWatermark;
  }

  /** A process begins, with what `quorum-state` says of the last term it knew. */
  start(): void {
    const { disk, id } = this.node;
    if (disk.leader !== undefined && disk.leader !== id) this.follow(disk.leader);
    else this.seekLeader();
  }

  /** The trial begins in the middle of a cluster's life: the whole log is committed and `leader` begins a term. */
  startInService(leader: BrokerId): void {
    this.commit(this.node.disk.log.endOffset);
    if (leader === this.node.id) this.takeOffice();
    else this.follow(leader);
  }

  /** The leader appends records as one atomic batch; returns the offset at whose commit they are decided. */
  append(records: readonly MetadataRecord[]): Offset {
    const { disk, host } = this.node;
    if (this.role.kind !== "leader") throw new Error(`${host.name} appends to the metadata log and is not its leader`);
    const batch: RecordBatch<MetadataRecord> = {
      baseOffset: disk.log.endOffset,
      partitionLeaderEpoch: leaderEpoch(disk.epoch),
      producerId: producerId(-1),
      producerEpoch: -1,
      baseSequence: -1,
      records: records.map((value) => ({ key: null, value })),
    };
    disk.log.append(batch, host.loop.nowUs);
    this.role.term.onAppend();
    return nextOffset(batch);
  }

  onVote(request: VoteRequest, respond: Respond<"Vote">): void {
    const { disk, rules } = this.node;
    if (!request.preVote && request.candidateEpoch > disk.epoch) this.enterEpoch(request.candidateEpoch);
    const { log } = disk;
    const voteGranted = rules.grantsVote({
      candidate: request.candidateId,
      candidateEpoch: request.candidateEpoch,
      candidateLog: { lastEpoch: request.lastOffsetEpoch, endOffset: request.lastOffset },
      voter: {
        epoch: disk.epoch,
        votedFor: request.preVote ? undefined : disk.votedFor,
        hasLeader: this.hasLiveLeader(),
        log: { lastEpoch: log.epochs.latest, endOffset: log.endOffset },
      },
    });
    if (voteGranted && !request.preVote) disk.votedFor = request.candidateId;
    respond({ leaderId: this.leaderId, leaderEpoch: disk.epoch, voteGranted });
  }

  onBeginQuorumEpoch(request: BeginQuorumEpochRequest, respond: Respond<"BeginQuorumEpoch">): void {
    this.learnLeader(request.leaderId, request.leaderEpoch);
    respond({ errorCode: errorCode.NONE });
  }

  onFetch(request: FetchRequest, respond: Respond<"Fetch">): void {
    const answer = (response: PartitionFetchResponse): void =>
      respond({ responses: [{ topic: metadataTopic, partitions: [response] }] });
    const { disk, rules } = this.node;
    const requested = request.topics[0]!.partitions[0]!.currentLeaderEpoch;
    if (requested > disk.epoch) this.enterEpoch(requested);
    if (this.role.kind !== "leader") {
      answer(this.refusal(errorCode.NOT_LEADER_OR_FOLLOWER));
      return;
    }
    if (rules.isOfDeposedController({ said: requested, known: disk.epoch })) {
      answer(this.refusal(errorCode.FENCED_LEADER_EPOCH));
      return;
    }
    this.role.term.onFetch(request, answer);
  }

  private refusal(error: PartitionFetchResponse["errorCode"]): PartitionFetchResponse {
    const { disk } = this.node;
    return {
      partitionIndex: 0,
      errorCode: error,
      highWatermark: this.highWatermark,
      logStartOffset: disk.log.startOffset,
      records: [],
      currentLeader: { leaderId: this.leaderId, leaderEpoch: leaderEpoch(disk.epoch) },
    };
  }

  private hasLiveLeader(): boolean {
    if (this.role.kind === "leader") return true;
    return this.role.kind === "follower" && this.hasFetched && this.leaderTimeLeftUs() > 0;
  }

  private leaderTimeLeftUs(): number {
    return this.heardFromLeaderUs + this.fetchTimeoutMs * 1000 - this.node.host.nowUs;
  }

  private get fetchTimeoutMs(): number {
    return this.node.settings["controller.quorum.fetch.timeout.ms"];
  }

  // --- changes of role -------------------------------------------------------------------------------------------------

  private setRole(role: Role): void {
    this.timer?.cancel();
    this.timer = undefined;
    const before = this.role;
    this.role = role;
    if (before.kind !== "leader") return;
    before.term.end((waiting) => waiting(this.refusal(errorCode.NOT_LEADER_OR_FOLLOWER)));
    if (!this.isActive) return;
    this.isActive = false;
    this.listener.onResigned();
  }

  private enterEpoch(epoch: number): void {
    const { disk } = this.node;
    disk.epoch = epoch;
    disk.votedFor = undefined;
    disk.leader = undefined;
    this.seekLeader();
  }

  private learnLeader(leader: BrokerId, epoch: number): void {
    const { disk, id, rules } = this.node;
    if (leader < 0 || leader === id || rules.isOfDeposedController({ said: epoch, known: disk.epoch })) return;
    if (epoch !== disk.epoch) {
      disk.epoch = epoch;
      disk.votedFor = undefined;
    } else if (this.leaderId >= 0) {
      return;
    }
    disk.leader = leader;
    this.follow(leader);
  }

  private follow(leader: BrokerId): void {
    this.setRole({ kind: "follower", leader });
    this.heardFromLeaderUs = this.node.host.nowUs;
    this.hasFetched = false;
    this.fetch(leader);
    this.watchLeader();
  }

  private seekLeader(): void {
    this.setRole({ kind: "unattached" });
    this.askSomeone();
    this.callElectionLater();
  }

  private takeOffice(): void {
    const { disk, id, host } = this.node;
    const term = new QuorumLeader(this.node, this.highWatermark, (highWatermark) => this.commit(highWatermark));
    this.setRole({ kind: "leader", term });
    disk.leader = id;
    const startedUs = host.nowUs;
    this.append([{ type: "LeaderChangeRecord", leaderId: id }]);
    this.tellVoters(startedUs);
    this.watchQuorum(startedUs);
  }

  // --- elections -------------------------------------------------------------------------------------------------------

  private callElectionLater(): void {
    if (!this.node.voters.includes(this.node.id)) return;
    const timeoutMs = this.node.settings["controller.quorum.election.timeout.ms"];
    this.timer = this.node.host.after(timeoutMs * (1 + this.draw("election")), () => this.campaign("prospective"));
  }

  private campaign(kind: "prospective" | "candidate"): void {
    const { disk, id, voters } = this.node;
    if (kind === "candidate") {
      disk.epoch++;
      disk.votedFor = id;
      disk.leader = undefined;
    }
    const granted = new Set([id]);
    const role: Role = { kind, granted };
    this.setRole(role);
    this.callElectionLater();
    if (this.countVotes(role)) return;
    for (const voter of voters) if (voter !== id) this.askForVote(voter, role);
  }

  private askForVote(voter: BrokerId, role: Role & { readonly kind: "prospective" | "candidate" }): void {
    const { disk } = this.node;
    const request = voteRequest(this.node, { isPreVote: role.kind === "prospective" });
    this.peers.to(voter).send(request, this.fetchTimeoutMs, (response) => {
      if (response === undefined || this.role !== role) return;
      if (response.leaderEpoch > disk.epoch) {
        if (response.leaderId >= 0) this.learnLeader(response.leaderId, response.leaderEpoch);
        else this.enterEpoch(response.leaderEpoch);
      } else if (response.voteGranted) {
        role.granted.add(voter);
        this.countVotes(role);
      } else if (response.leaderId >= 0 && role.kind === "prospective") {
        this.learnLeader(response.leaderId, response.leaderEpoch);
      }
    });
  }

  /** True where the votes suffice, and the next thing has been done about it. */
  private countVotes(role: Role & { readonly kind: "prospective" | "candidate" }): boolean {
    if (role.granted.size <= this.node.voters.length / 2) return false;
    if (role.kind === "prospective") this.campaign("candidate");
    else this.takeOffice();
    return true;
  }

  // --- in office -------------------------------------------------------------------------------------------------------

  private tellVoters(sinceUs: number): void {
    if (this.role.kind !== "leader") return;
    const { disk, id } = this.node;
    for (const voter of this.role.term.silentVoters(sinceUs)) {
      this.peers
        .to(voter)
        .send({ api: "BeginQuorumEpoch", leaderId: id, leaderEpoch: disk.epoch }, this.fetchTimeoutMs, () => undefined);
    }
  }

  /** Every half fetch timeout: reminds voters that do not fetch who leads, and resigns when no majority has for 1.5 of it. */
  private watchQuorum(startedUs: number): void {
    const halfMs = this.fetchTimeoutMs / 2;
    this.timer = this.node.host.after(halfMs, () => {
      if (this.role.kind !== "leader") return;
      const { nowUs } = this.node.host;
      const silent = this.role.term.silentVoters(nowUs - 3 * halfMs * 1000);
      const isAlone = silent.length >= this.node.voters.length / 2;
      if (isAlone && nowUs - startedUs >= 3 * halfMs * 1000) {
        this.seekLeader();
        return;
      }
      this.tellVoters(nowUs - halfMs * 1000);
      this.watchQuorum(startedUs);
    });
  }

  private commit(highWatermark: Offset): void {
    if (highWatermark <= this.highWatermark) return;
    const before = this.highWatermark;
    this.highWatermark = highWatermark;
    const { log } = this.node.disk;
    this.listener.onCommitted(log.read(before, highWatermark, Infinity) as readonly RecordBatch<MetadataRecord>[]);
    if (this.role.kind === "leader" && !this.isActive && highWatermark > this.role.term.epochStartOffset) {
      this.isActive = true;
      this.listener.onActive();
    }
  }

  // --- following -------------------------------------------------------------------------------------------------------

  private watchLeader(): void {
    this.timer = this.node.host.after(this.leaderTimeLeftUs() / 1000, () => {
      if (this.leaderTimeLeftUs() > 0) this.watchLeader();
      else if (this.node.voters.includes(this.node.id)) this.campaign("prospective");
      else this.seekLeader();
    });
  }

  private fetch(leader: BrokerId): void {
    const { disk, rules } = this.node;
    const { epoch } = disk;
    const isCurrent = (): boolean =>
      this.role.kind === "follower" &&
      this.role.leader === leader &&
      !rules.isOfDeposedController({ said: epoch, known: disk.epoch });
    this.peers.to(leader).send(this.metadataFetch(fetchWaitMs), this.fetchTimeoutMs, (response) => {
      if (!isCurrent()) return;
      if (response !== undefined && this.takeIn(response)) this.fetch(leader);
      else if (isCurrent()) this.node.host.after(retryBackoffMs, () => (isCurrent() ? this.fetch(leader) : undefined));
    });
  }

  /** Handles what a leader sent; false where it was a refusal. */
  private takeIn(response: FetchResponse): boolean {
    const partition = response.responses[0]!.partitions[0]!;
    if (partition.errorCode !== errorCode.NONE) {
      this.learnFrom(partition);
      return false;
    }
    const { disk, host, rules } = this.node;
    const { log } = disk;
    this.heardFromLeaderUs = host.nowUs;
    this.hasFetched = true;
    if (partition.divergingEpoch !== undefined) {
      log.truncateTo(
        rules.truncationOffset({
          diverging: partition.divergingEpoch,
          logEndOffset: log.endOffset,
          endOffsetFor: log.endOffsetFor,
        }),
      );
      return true;
    }
    for (const batch of partition.records) {
      if (batch.baseOffset === log.endOffset) log.append(batch, host.loop.nowUs);
    }
    this.commit(offset(Math.min(partition.highWatermark, log.endOffset)));
    return true;
  }

  private learnFrom({ currentLeader }: PartitionFetchResponse): void {
    if (currentLeader === undefined) return;
    if (currentLeader.leaderId >= 0) this.learnLeader(currentLeader.leaderId, currentLeader.leaderEpoch);
    else if (currentLeader.leaderEpoch > this.node.disk.epoch) this.enterEpoch(currentLeader.leaderEpoch);
  }

  /** A node without a leader asks one voter after another who leads. */
  private askSomeone(): void {
    const { host, id, voters } = this.node;
    const others = voters.filter((voter) => voter !== id);
    if (others.length === 0) return;
    const voter = others[Math.floor(this.draw("ask") * others.length)]!;
    const askAgain = (): void => {
      host.after(2 * retryBackoffMs, () => (this.role.kind === "unattached" ? this.askSomeone() : undefined));
    };
    this.peers.to(voter).send(this.metadataFetch(0), this.fetchTimeoutMs, (response) => {
      if (this.role.kind !== "unattached") return;
      if (response !== undefined) this.learnFrom(response.responses[0]!.partitions[0]!);
      if (this.role.kind === "unattached") askAgain();
    });
  }

  private metadataFetch(maxWaitMs: number): FetchRequest {
    return metadataFetch(this.node, { highWatermark: this.highWatermark, maxWaitMs });
  }

  private draw(purpose: string): number {
    return this.node.network.chanceOf(`${this.node.host.name}/${purpose}/${this.node.host.incarnation}/${this.draws++}`);
  }
}
