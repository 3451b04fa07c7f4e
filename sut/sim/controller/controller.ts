/**
 * The active controller: registers and fences brokers, elects leaders, and decides on ISR changes. All it decides is a record
 * of the metadata log and is answered when a majority has it. When brokers were last heard of is soft state: a new
 * controller starts every session anew, so a dead broker may be fenced late (KIP-631).
 *
 * Leaves out topic creation, and everything that is not about replication.
 */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { leaderEpoch, noLeader, partitionEpoch, topicPartition } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import type { BrokerSettings } from "../../../model/settings.ts";
import type { Timer } from "../event-loop.ts";
import type { Host } from "../host.ts";
import type * as cluster from "../protocol/cluster.ts";
import type { Respond } from "../protocol/messages.ts";
import type { AllocateProducerIdsRequest } from "../protocol/produce.ts";
import type { AlterPartitionReassignmentsRequest } from "../protocol/reassignments.ts";
import type { Recorder } from "../recorder.ts";
import type { Rules } from "../rules/rules.ts";
import { changedBy, MetadataImage } from "./metadata-image.ts";
import type { MetadataRecord, PartitionRegistration } from "./metadata-image.ts";
import { alterIsr, electAnybody, preferLeader, removeFromService, electMissingLeaders } from "./partition-changes.ts";
import type { DecisionContext } from "./partition-changes.ts";
import type { Quorum } from "./quorum.ts";
import { cancelReassignment, reassign } from "./reassignment.ts";
import type { ReassignmentOutcome } from "./reassignment.ts";
import { refusedHeartbeat, refusedProposal, refusedProposals } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";

/** How many producer ids a broker is given at a time. */
const producerIdBlockLength = 1000;

interface Session {
  readonly heardUs: number;
  readonly metadataOffset: number;
}

interface Undecided {
  readonly offset: number;
  readonly settle: (isCommitted: boolean) => void;
}

export interface ControllerNode {
  /** The term in which it is in office. */
  readonly controllerEpoch: number;
  readonly host: Host;
  readonly quorum: Quorum;
  readonly rules: Rules;
  readonly settings: BrokerSettings;
  readonly record: Recorder;
}

export class Controller {
  private readonly node: ControllerNode;
  /** The metadata with what is not committed yet. */
  private readonly image: MetadataImage = new MetadataImage();
  private readonly context: DecisionContext;
  private readonly sessions = new Map<BrokerId, Session>();
  /** Where the log told that a broker shuts down; it may go when every other broker has read that far. */
  private readonly shutdownOffsets = new Map<BrokerId, number>();
  private undecided: readonly Undecided[] = [];
  private sessionTimer: Timer | undefined;

  constructor(node: ControllerNode) {
    this.node = node;
    const { rules, settings } = node;
    this.context = { image: this.image, rules, hasElr: settings["eligible.leader.replicas.version"] === 1 };
    for (const { records } of node.quorum.batches) for (const { value } of records) this.image.apply(value);
    for (const broker of this.image.brokers.keys()) this.touch(broker, 0);
    this.watchSessions();
  }

  /** Records up to `offset` are decided. */
  onCommitted(offset: number): void {
    const decided = this.undecided.filter((one) => one.offset <= offset);
    if (decided.length === 0) return;
    this.undecided = this.undecided.filter((one) => one.offset > offset);
    for (const { settle } of decided) settle(true);
  }

  /** Another controller is in office, or will be: nothing that is undecided will be decided here. */
  resign(): void {
    this.sessionTimer?.cancel();
    const { undecided } = this;
    this.undecided = [];
    for (const { settle } of undecided) settle(false);
  }

  onBrokerRegistration(request: cluster.BrokerRegistrationRequest, respond: Respond<"BrokerRegistration">): void {
    const { brokerId, incarnationId, previousBrokerEpoch } = request;
    const before = this.image.brokers.get(brokerId);
    const accept = (records: readonly MetadataRecord[], brokerEpoch: number): void =>
      this.write(records, (isCommitted) =>
        respond(
          isCommitted ? { errorCode: errorCode.NONE, brokerEpoch } : { errorCode: errorCode.NOT_CONTROLLER, brokerEpoch: -1 },
        ),
      );
    if (before?.incarnationId === incarnationId) {
      // The same process again, because it has not heard of its registration.
      accept([], before.epoch);
      return;
    }
    if (before !== undefined && !before.fenced && !before.inControlledShutdown && this.hasSession(brokerId)) {
      const error = errorCode.DUPLICATE_BROKER_REGISTRATION;
      const refusal: Refusal = { kind: "registration-refused", broker: brokerId, error: errorName(error) };
      this.refuse(error, [refusal], (code) => respond({ errorCode: code, brokerEpoch: -1 }));
      return;
    }
    const isUnclean = before !== undefined && before.epoch !== previousBrokerEpoch;
    const brokerEpoch = this.node.quorum.endOffset;
    this.touch(brokerId, 0);
    this.shutdownOffsets.delete(brokerId);
    accept(
      [
        { type: "RegisterBrokerRecord", brokerId, brokerEpoch, incarnationId, fenced: true, isUnclean },
        ...removeFromService(this.context, brokerId, { isUnclean }),
      ],
      brokerEpoch,
    );
    if (isUnclean && this.context.hasElr) this.write(electMissingLeaders(this.context), () => undefined);
  }

  onBrokerHeartbeat(request: cluster.BrokerHeartbeatRequest, respond: Respond<"BrokerHeartbeat">): void {
    const { brokerEpoch, brokerId, currentMetadataOffset, wantShutDown } = request;
    const error = this.checkBroker(brokerId, brokerEpoch);
    if (error !== errorCode.NONE) {
      this.refuse(error, [refusedHeartbeat(request, error)], (code) =>
        respond({ errorCode: code, isFenced: true, shouldShutDown: false }),
      );
      return;
    }
    this.touch(brokerId, currentMetadataOffset);
    const { fenced, inControlledShutdown } = this.image.brokers.get(brokerId)!;
    let changes: readonly MetadataRecord[] = [];
    if (wantShutDown && !fenced && !inControlledShutdown) changes = this.shuttingDown(brokerId, brokerEpoch);
    else if (!wantShutDown && fenced && currentMetadataOffset > brokerEpoch) changes = this.unfencing(brokerId, brokerEpoch);
    this.write(changes, (isCommitted) =>
      respond({
        errorCode: isCommitted ? errorCode.NONE : errorCode.NOT_CONTROLLER,
        isFenced: this.image.brokers.get(brokerId)!.fenced,
        shouldShutDown: isCommitted && wantShutDown && this.mayGo(brokerId),
      }),
    );
  }

  onAlterPartition(request: cluster.AlterPartitionRequest, respond: Respond<"AlterPartition">): void {
    const error = this.checkBroker(request.brokerId, request.brokerEpoch);
    if (error !== errorCode.NONE) {
      this.refuse(error, refusedProposals(request, error), (code) => respond({ errorCode: code, topics: [] }));
      return;
    }
    const changes: MetadataRecord[] = [];
    const refusals: Refusal[] = [];
    const topics = request.topics.map(({ partitions, topicName }) => ({
      topicName,
      partitions: partitions.map((proposal): AlterPartitionResult => {
        const partition = this.image.partitions.get(topicPartition(topicName, proposal.partitionIndex));
        const refusal = this.checkProposal(request.brokerId, partition, proposal);
        if (refusal !== errorCode.NONE) {
          refusals.push(refusedProposal(request, topicName, proposal, refusal));
          return alterPartitionResult(proposal, refusal, partition);
        }
        const isr = proposal.newIsrWithEpochs.map(({ brokerId }) => brokerId);
        const change = alterIsr(this.context, partition!, isr);
        changes.push(change);
        const granted = changedBy(partition!, change);
        // Its proposal has completed a reassignment that leaves no place for it.
        const outcome = granted.leader === request.brokerId ? errorCode.NONE : errorCode.NEW_LEADER_ELECTED;
        return alterPartitionResult(proposal, outcome, granted);
      }),
    }));
    this.write(changes, (isCommitted) => {
      if (isCommitted) this.tell(refusals);
      respond(isCommitted ? { errorCode: errorCode.NONE, topics } : { errorCode: errorCode.NOT_CONTROLLER, topics: [] });
    });
  }

  onElectLeaders(request: cluster.ElectLeadersRequest, respond: Respond<"ElectLeaders">): void {
    const changes: MetadataRecord[] = [];
    const refusals: Refusal[] = [];
    const election = request.electionType === 0 ? "preferred" : "unclean";
    const results = request.topicPartitions.map(({ partitions, topic }) => ({
      topic,
      partitionResult: partitions.map((partitionId) => {
        const partition = topicPartition(topic, partitionId);
        const error = this.elect(this.image.partitions.get(partition), election, changes);
        if (error !== errorCode.NONE) {
          refusals.push({ kind: "election-refused", partition, election, error: errorName(error) });
        }
        return { partitionId, errorCode: error };
      }),
    }));
    this.write(changes, (isCommitted) => {
      if (isCommitted) this.tell(refusals);
      respond({
        errorCode: isCommitted ? errorCode.NONE : errorCode.NOT_CONTROLLER,
        replicaElectionResults: isCommitted ? results : [],
      });
    });
  }

  onAlterPartitionReassignments(
    request: AlterPartitionReassignmentsRequest,
    respond: Respond<"AlterPartitionReassignments">,
  ): void {
    const changes: MetadataRecord[] = [];
    const refusals: Refusal[] = [];
    const responses = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, replicas }) => {
        const partition = topicPartition(name, partitionIndex);
        const outcome = this.reassign(this.image.partitions.get(partition), replicas);
        if ("changes" in outcome) changes.push(...outcome.changes);
        else refusals.push({ kind: "reassignment-refused", partition, target: replicas, error: errorName(outcome.error) });
        return { partitionIndex, errorCode: outcome.error };
      }),
    }));
    this.write(changes, (isCommitted) => {
      if (isCommitted) this.tell(refusals);
      respond(isCommitted ? { errorCode: errorCode.NONE, responses } : { errorCode: errorCode.NOT_CONTROLLER, responses: [] });
    });
  }

  private reassign(partition: PartitionRegistration | undefined, target: readonly BrokerId[] | null): ReassignmentOutcome {
    if (partition === undefined) return { error: errorCode.UNKNOWN_TOPIC_OR_PARTITION };
    return target === null ? cancelReassignment(this.context, partition) : reassign(this.context, partition, target);
  }

  private elect(
    partition: PartitionRegistration | undefined,
    election: "preferred" | "unclean",
    changes: MetadataRecord[],
  ): ErrorCode {
    if (partition === undefined) return errorCode.UNKNOWN_TOPIC_OR_PARTITION;
    const { leader, replicas } = partition;
    const isPreferred = election === "preferred";
    if (isPreferred ? leader === replicas[0] : leader >= 0) return errorCode.ELECTION_NOT_NEEDED;
    const change = isPreferred ? preferLeader(this.context, partition) : electAnybody(this.context, partition);
    changes.push(...change);
    if (change.length > 0) return errorCode.NONE;
    return isPreferred ? errorCode.PREFERRED_LEADER_NOT_AVAILABLE : errorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE;
  }

  onAllocateProducerIds(request: AllocateProducerIdsRequest, respond: Respond<"AllocateProducerIds">): void {
    const error = this.checkBroker(request.brokerId, request.brokerEpoch);
    if (error !== errorCode.NONE) {
      this.refuse(error, [], (code) => respond({ errorCode: code, producerIdStart: -1, producerIdLen: 0 }));
      return;
    }
    const start = this.image.nextProducerId;
    const records: MetadataRecord[] = [{ type: "ProducerIdsRecord", nextProducerId: start + producerIdBlockLength }];
    this.write(records, (isCommitted) =>
      respond(
        isCommitted
          ? { errorCode: errorCode.NONE, producerIdStart: start, producerIdLen: producerIdBlockLength }
          : { errorCode: errorCode.NOT_CONTROLLER, producerIdStart: -1, producerIdLen: 0 },
      ),
    );
  }

  /**
   * Writes records as one batch; `settle` hears whether they were committed. An answer that needs no record still waits for
   * what was written before: it was given out of a state that may yet turn out never to have been.
   */
  private write(records: readonly MetadataRecord[], settle: (isCommitted: boolean) => void): void {
    const { quorum } = this.node;
    if (records.length === 0) {
      const last = this.undecided.at(-1);
      if (last === undefined) settle(true);
      else this.undecided = [...this.undecided, { offset: last.offset, settle }];
      return;
    }
    for (const record of records) this.image.apply(record);
    const offset = quorum.append(records);
    this.undecided = [...this.undecided, { offset, settle }];
    this.onCommitted(quorum.committedOffset);
  }

  private refuse(error: ErrorCode, refusals: readonly Refusal[], respond: (code: ErrorCode) => void): void {
    this.write([], (isCommitted) => {
      if (isCommitted) this.tell(refusals);
      respond(isCommitted ? error : errorCode.NOT_CONTROLLER);
    });
  }

  private tell(refusals: readonly Refusal[]): void {
    const { controllerEpoch, record } = this.node;
    for (const refusal of refusals) record.broker({ ...refusal, controllerEpoch });
  }

  private fencing(brokerId: BrokerId, brokerEpoch: number): readonly MetadataRecord[] {
    return [
      { type: "BrokerRegistrationChangeRecord", brokerId, brokerEpoch, fenced: true },
      ...removeFromService(this.context, brokerId),
    ];
  }

  private unfencing(brokerId: BrokerId, brokerEpoch: number): readonly MetadataRecord[] {
    return [
      { type: "BrokerRegistrationChangeRecord", brokerId, brokerEpoch, fenced: false },
      ...electMissingLeaders(this.context, brokerId),
    ];
  }

  private shuttingDown(brokerId: BrokerId, brokerEpoch: number): readonly MetadataRecord[] {
    const changes = removeFromService(this.context, brokerId);
    this.shutdownOffsets.set(brokerId, this.node.quorum.endOffset + 1 + changes.length);
    return [{ type: "BrokerRegistrationChangeRecord", brokerId, brokerEpoch, inControlledShutdown: true }, ...changes];
  }

  /** May a broker that shuts down go? When every broker in service knows that it leads nothing. */
  private mayGo(leaving: BrokerId): boolean {
    const offset = this.shutdownOffsets.get(leaving) ?? 0;
    return [...this.image.brokers].every(
      ([broker, { fenced }]) => broker === leaving || fenced || (this.sessions.get(broker)?.metadataOffset ?? 0) >= offset,
    );
  }

  private checkBroker(broker: BrokerId, brokerEpoch: number): ErrorCode {
    const registration = this.image.brokers.get(broker);
    if (registration === undefined) return errorCode.BROKER_ID_NOT_REGISTERED;
    return registration.epoch === brokerEpoch ? errorCode.NONE : errorCode.STALE_BROKER_EPOCH;
  }

  private checkProposal(
    sender: BrokerId,
    partition: PartitionRegistration | undefined,
    proposal: cluster.AlterPartitionData,
  ): ErrorCode {
    if (partition === undefined) return errorCode.UNKNOWN_TOPIC_OR_PARTITION;
    return this.node.rules.checkAlterPartition({
      sender,
      proposal: { ...proposal, isr: proposal.newIsrWithEpochs, isRecovering: proposal.leaderRecoveryState === 1 },
      partition,
      // -1: the leader has not heard from this member in its term, and asks for no more than that it stays.
      isEligible: (broker, brokerEpoch) =>
        this.image.isActive(broker) && (brokerEpoch < 0 || this.image.brokers.get(broker)!.epoch === brokerEpoch),
    });
  }

  private touch(broker: BrokerId, metadataOffset: number): void {
    this.sessions.set(broker, { heardUs: this.node.host.nowUs, metadataOffset });
  }

  private hasSession(broker: BrokerId): boolean {
    return this.sessionLeftUs(broker) > 0;
  }

  private sessionLeftUs(broker: BrokerId): number {
    const heardUs = this.sessions.get(broker)?.heardUs ?? 0;
    return heardUs + this.node.settings["broker.session.timeout.ms"] * 1000 - this.node.host.nowUs;
  }

  /** Fences brokers whose session has run out, one at a time, and looks again when the next one may have. */
  private watchSessions(): void {
    const inService = [...this.image.brokers].filter(([, { fenced }]) => !fenced);
    const silent = inService.find(([broker]) => !this.hasSession(broker));
    if (silent !== undefined) this.write(this.fencing(silent[0], silent[1].epoch), () => undefined);
    const leftUs = inService
      .filter(([broker]) => broker !== silent?.[0])
      .reduce((least, [broker]) => Math.min(least, this.sessionLeftUs(broker)), this.sessionTimeoutUs);
    this.sessionTimer = this.node.host.after(Math.max(leftUs, 1000) / 1000, () => this.watchSessions());
  }

  private get sessionTimeoutUs(): number {
    return this.node.settings["broker.session.timeout.ms"] * 1000;
  }
}

type AlterPartitionResult = cluster.AlterPartitionResponse["topics"][number]["partitions"][number];

function alterPartitionResult(
  { partitionIndex }: cluster.AlterPartitionData,
  error: ErrorCode,
  partition: PartitionRegistration | undefined,
): AlterPartitionResult {
  return {
    partitionIndex,
    errorCode: error,
    leaderId: partition?.leader ?? noLeader,
    leaderEpoch: partition?.leaderEpoch ?? leaderEpoch(-1),
    isr: partition?.isr ?? [],
    partitionEpoch: partition?.partitionEpoch ?? partitionEpoch(-1),
  };
}
