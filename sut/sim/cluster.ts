/**
 * The in-memory cluster: brokers, clients and the network between them on one event loop, and the commands that disturb them.
 */

import { brokerId, indexOf, offset, offsetsTopic, topicOf, topicPartition, transactionsTopic } from "../../model/ids.ts";
import type { BrokerId, ClientId, GroupId, Offset, TopicPartition, TransactionalId } from "../../model/ids.ts";
import type { GroupDescription, HistoryEvent, PartitionDescription } from "../../model/history.ts";
import type { OwnPartitioner } from "../../model/partitioners/own-partitioner.ts";
import { transactionalIdsOf } from "../../model/schedule.ts";
import type { GroupOptions, Schedule, TrialOptions } from "../../model/schedule.ts";
import { defaultBrokerSettings, readsCommitted, withDefaults } from "../../model/settings.ts";
import type { BrokerSettings } from "../../model/settings.ts";
import type { DeletionBound } from "../../model/fault.ts";
import type { ClusterView, ProcessState } from "../../fault-injection/cluster-view.ts";
import type { Command, Endpoint, Link as LinkOfEnds, RequestsOf } from "../../fault-injection/command.ts";
import type { Partition } from "./broker/partition.ts";
import { votersOf, writeMetadata } from "./boot.ts";
import { SimClients } from "./clients.ts";
import { LogReader } from "./client/log-reader.ts";
import { Reconnects } from "./client/reconnects.ts";
import { MetadataImage } from "./controller/metadata-image.ts";
import type { PartitionRegistration } from "./controller/metadata-image.ts";
import type { GroupCoordinator } from "./coordinator/group-coordinator.ts";
import { coordinatorPartition } from "./coordinator/coordinator-records.ts";
import { EventLoop } from "./event-loop.ts";
import { Host } from "./host.ts";
import type { Link } from "./link-faults.ts";
import { Network } from "./network.ts";
import { ClusterNode } from "./node.ts";
import type { ElectLeadersRequest } from "./protocol/cluster.ts";
import { Recorder } from "./recorder.ts";
import { recordMetadata } from "./record-metadata.ts";
import { RequestChannel } from "./request-channel.ts";
import type { RequestFaults, RequestsOfHost } from "./request-faults.ts";
import { upToHighWatermark } from "./rules/log-start.ts";
import type { Rules } from "./rules/rules.ts";

/** How long the administrator's client waits for an answer. */
const adminTimeoutMs = 2000;

const preferredElection = 0;
const uncleanElection = 1;

/** What has not come to rest yet of a part of the cluster, in words; undefined where it has. */
type Question = () => string | undefined;

/** What a cluster is built with, besides a schedule. */
export interface ClusterParts {
  readonly rules: Rules;
  readonly ownPartitioners: readonly OwnPartitioner[];
  /** Hears of what clients see, as it happens. */
  readonly onClientEvent: (event: HistoryEvent) => void;
}

export class SimCluster implements ClusterView {
  readonly loop: EventLoop = new EventLoop();
  readonly record: Recorder;
  readonly clientProcesses: SimClients;
  private readonly options: TrialOptions;
  private readonly rules: Rules;
  private readonly network: Network;
  private readonly nodes = new Map<BrokerId, ClusterNode>();
  private readonly hosts = new Map<BrokerId, Host>();
  private readonly admin: Host;
  private readonly transactionVersion: 0 | 2;
  /** The metadata as the controllers have decided it, whoever knows of it yet. */
  private readonly decided = new MetadataImage();
  private decidedOffset = 0;
  /** In the order in which they are told; the same for all of a trial, as no topic is made in it. */
  private questions: readonly Question[] = [];
  private lastWanting: Question | undefined;
  private readonly coordinators = new Map<GroupId, TopicPartition>();

  constructor(schedule: Schedule, { onClientEvent, ownPartitioners, rules }: ClusterParts) {
    const { noise, options } = schedule;
    const { loop } = this;
    this.options = options;
    this.rules = rules;
    this.record = new Recorder(loop, onClientEvent);
    this.network = new Network(loop, noise);
    for (let id = 1; id <= options.brokers; id++) this.hosts.set(brokerId(id), new Host(`broker-${id}`, loop));
    const settings = withDefaults(defaultBrokerSettings, options.brokerConfig);
    this.transactionVersion = settings["transaction.version"];
    const { hosts, network, record, transactionVersion } = this;
    const parts = { network, rules, record, hosts, ownPartitioners, transactionVersion };
    this.clientProcesses = new SimClients(options, parts);
    this.admin = new Host("admin", loop);
    this.admin.start();
    this.boot(settings);
  }

  execute(command: Command): void {
    switch (command.kind) {
      case "kill-broker":
        return this.nodes.get(command.broker)!.kill();
      case "power-off-broker":
        return this.nodes.get(command.broker)!.powerOff();
      case "stop-broker":
        return this.nodes.get(command.broker)!.stop();
      case "start-broker":
        return this.nodes.get(command.broker)!.start();
      case "pause-broker":
        return this.hosts.get(command.broker)!.pause();
      case "suspend-broker":
        return this.hosts.get(command.broker)!.suspend();
      case "resume-broker":
        return this.hosts.get(command.broker)!.resume();
      case "jump-clock":
        return this.hostOf(command.target).jumpClock(command.byMs * 1000);
      case "fail-disk":
        return this.nodes.get(command.broker)!.logDir.fail();
      case "replace-disk":
        return this.nodes.get(command.broker)!.replaceDisk();
      case "cut-link":
        return this.network.cut(this.linkOf(command));
      case "heal-link":
        return this.network.heal(this.linkOf(command));
      case "slow-link":
        return this.network.slow(this.linkOf(command), command.delayMs * 1000);
      case "quicken-link":
        return this.network.quicken(this.linkOf(command), command.delayMs * 1000);
      case "reset-connections":
        return this.network.reset(this.hostOf(command.from), this.hostOf(command.to), command.requests);
      case "lose-response":
        return this.requestFaults.loseResponse(this.requestsOf(command));
      case "keep-responses":
        return this.requestFaults.keepResponses(this.hostOf(command.from));
      case "delay-request":
        return this.requestFaults.arm(this.requestsOf(command), { delayUs: command.delayMs * 1000, breaks: false });
      case "duplicate-request":
        return this.requestFaults.arm(this.requestsOf(command), { delayUs: command.delayMs * 1000, breaks: true });
      case "pass-requests":
        return this.requestFaults.disarm(this.requestsOf(command));
      case "elect-leader":
        return this.electLeader(command.partition, preferredElection);
      case "elect-unclean-leader":
        return this.electLeader(command.partition, uncleanElection);
      case "reassign-partition":
        return this.reassignPartition(command.partition, command.replicas);
      case "cancel-reassignment":
        return this.reassignPartition(command.partition, null);
      case "delete-records":
        return this.deleteRecords(command.partition, command.before);
      default:
        return this.clientProcesses.execute(command);
    }
  }

  // --- the view --------------------------------------------------------------------------------------------------------

  get brokers(): ReadonlyMap<BrokerId, ProcessState> {
    return new Map([...this.hosts].map(([id, host]) => [id, host.isPaused ? "paused" : host.isUp ? "up" : "down"]));
  }

  get clients(): ReadonlyMap<string, ProcessState> {
    return this.clientProcesses.states();
  }

  get producers(): ReadonlySet<ClientId> {
    return new Set(this.options.producers.map(({ id }) => id));
  }

  get controller(): BrokerId | undefined {
    const active = [...this.nodes.values()].filter(({ isActiveController }) => isActiveController);
    return active.toSorted((left, right) => right.quorumEpoch - left.quorumEpoch)[0]?.id;
  }

  leaderOf(partition: TopicPartition): BrokerId | undefined {
    const leader = this.decided.partitions.get(partition)?.leader;
    return leader === undefined || leader < 0 ? undefined : leader;
  }

  replicasOf(partition: TopicPartition): readonly BrokerId[] {
    return this.decided.partitions.get(partition)?.replicas ?? [];
  }

  coordinatorOf(group: GroupId): BrokerId | undefined {
    let partition = this.coordinators.get(group);
    if (partition === undefined) {
      const { partitions } = this.decided.topics.get(offsetsTopic)!;
      partition = topicPartition(offsetsTopic, coordinatorPartition(group, partitions));
      this.coordinators.set(group, partition);
    }
    return this.leaderOf(partition);
  }

  // --- the end of a trial ----------------------------------------------------------------------------------------------

  /** Has everything come to rest? It is asked often: what was wanting when it was asked last mostly still is, and comes first. */
  isAtRest(): boolean {
    if (this.lastWanting?.() !== undefined) return false;
    this.lastWanting = this.questions.find((wanting) => wanting() !== undefined);
    return this.lastWanting === undefined;
  }

  /** What has not come to rest yet, in words. */
  unsettled(): readonly string[] {
    return this.questions.flatMap((wanting) => wanting() ?? []);
  }

  private allQuestions(): readonly Question[] {
    return [
      ...[...this.nodes.values()].map((node) => () => this.wantingOfNode(node)),
      ...[...this.decided.partitions.keys()].map((name) => () => this.wantingOfPartition(this.decided.partitions.get(name)!)),
      ...this.options.groups.map((group) => () => this.wantingOfGroup(group)),
      () => (this.network.hasLateMessages ? "messages that were held up to arrive" : undefined),
      ...this.options.producers.map(
        ({ id }) =>
          () =>
            this.wantingOfProducer(id),
      ),
      ...transactionalIdsOf(this.options).map((id) => () => this.wantingOfTransactions(id)),
    ];
  }

  /** Reads every log back; `onFinished` is called when all of them have been read. */
  readBack(onFinished: () => void): void {
    const partitions = this.options.topics.flatMap(({ name, partitions: count }) =>
      Array.from({ length: count }, (_, index) => topicPartition(name, index)),
    );
    const { admin: host, hosts, network, record, rules } = this;
    const { transactionVersion } = this;
    const reconnects = new Reconnects(host, network);
    const context = { id: host.name, host, network, rules, record, hosts, reconnects, transactionVersion };
    const reader = new LogReader(context, partitions, onFinished);
    reader.begin();
  }

  describePartitions(): readonly PartitionDescription[] {
    return [...this.decided.partitions.values()].map(({ isr, leader, name: partition, replicas }) => {
      return { partition, leader, replicas, isr };
    });
  }

  describeGroups(): readonly GroupDescription[] {
    return this.options.groups.map((group) => {
      const running = this.clientProcesses.running(group);
      const described = this.groupCoordinator(group.id)?.describe(group.id);
      return described === undefined
        ? { group: group.id, state: "unknown", members: [], committed: [], running }
        : { ...described, running };
    });
  }

  private groupCoordinator(group: GroupId): GroupCoordinator | undefined {
    const coordinator = this.coordinatorOf(group);
    return coordinator === undefined ? undefined : this.nodes.get(coordinator)!.broker?.coordinator;
  }

  private wantingOfNode({ broker, id, isStopping }: ClusterNode): string | undefined {
    const registration = this.decided.brokers.get(id);
    const isRegistered = registration?.fenced === false && broker?.lifecycle.brokerEpoch === registration.epoch;
    return isRegistered && !isStopping ? undefined : `broker ${id} to be in service`;
  }

  private wantingOfPartition(partition: PartitionRegistration): string | undefined {
    const { addingReplicas, index, isr, leader, name, removingReplicas, replicas, topic } = partition;
    if (addingReplicas.length > 0 || removingReplicas.length > 0) return `${name} to be moved`;
    const copyOn = (id: BrokerId): Partition | undefined => this.nodes.get(id)?.broker?.replicas.get(topic, index);
    const led = copyOn(leader);
    const isInSync = led?.leading?.hasProposal === false && isr.length === replicas.length;
    if (!isInSync) return `${name} to be in sync`;
    const { highWatermark } = led.replica;
    const isReplicated = replicas.every((id) => copyOn(id)?.replica.endOffset === highWatermark);
    return isReplicated ? undefined : `${name} to be replicated`;
  }

  private wantingOfGroup(group: GroupOptions): string | undefined {
    const { clientProcesses } = this;
    const coordinator = this.groupCoordinator(group.id);
    const running = clientProcesses.running(group);
    if (coordinator?.stateOf(group.id) !== (running.length > 0 ? "Stable" : "Empty")) return `group ${group.id} to settle`;
    const members = coordinator.membersOf(group.id);
    const isWhole = members.length === running.length && running.every((id) => members.includes(id));
    if (!isWhole) return `group ${group.id} to settle`;
    const isIdle = running.every((id) => clientProcesses.consumer(id).isIdle);
    if (!isIdle) return `members of ${group.id} to come to rest`;
    return running.length === 0 || this.isDrained(group, running) ? undefined : `group ${group.id} to catch up`;
  }

  private wantingOfTransactions(id: TransactionalId): string | undefined {
    const topic = this.decided.topics.get(transactionsTopic)!;
    const leader = this.leaderOf(topicPartition(transactionsTopic, coordinatorPartition(id, topic.partitions)));
    const coordinator = leader === undefined ? undefined : this.nodes.get(leader)?.broker?.transactions;
    return coordinator?.isSettled(id) === true ? undefined : `transactions of ${id} to end`;
  }

  private wantingOfProducer(id: ClientId): string | undefined {
    return this.clientProcesses.isBusy(id) ? `${id} to know what became of its records` : undefined;
  }

  /**
   * Every partition is held by some member, whose position has reached as far as the group may read: behind a transaction whose
   * marker was lost that is not the watermark.
   */
  private isDrained({ config, topics }: GroupOptions, running: readonly ClientId[]): boolean {
    const bound = readsCommitted(config) ? "lastStableOffset" : "highWatermark";
    const positionOf = (id: ClientId, partition: TopicPartition): Offset | undefined =>
      this.clientProcesses.consumer(id).positionOf(partition);
    for (const { index, leader, name, topic } of this.decided.partitions.values()) {
      if (!topics.includes(topic)) continue;
      const replica = this.nodes.get(leader)?.broker?.replicas.get(topic, index)?.replica;
      const holder = running.findLast((id) => positionOf(id, name) !== undefined);
      if (replica === undefined || holder === undefined || positionOf(holder, name) !== replica[bound]) return false;
    }
    return true;
  }

  // --- making it up ----------------------------------------------------------------------------------------------------

  private boot(settings: BrokerSettings): void {
    const { hosts, network, record, rules } = this;
    const voters = votersOf(this.options.brokers);
    for (const [id, host] of hosts) {
      const node = new ClusterNode(id, host, {
        network,
        rules,
        settings,
        record,
        voters,
        hosts,
        onCommitted: (batch) => {
          if (batch.baseOffset < this.decidedOffset) return;
          this.decidedOffset = offset(batch.baseOffset + batch.records.length);
          recordMetadata(record, this.decided, batch);
        },
      });
      this.nodes.set(id, node);
    }
    const epochs = writeMetadata(this.nodes, this.options, settings, rules);
    const controller = voters[Math.floor(network.chanceOf("first controller") * voters.length)]!;
    for (const [id, node] of this.nodes) node.startInService(controller, epochs.get(id)!);
    for (const { id } of this.options.producers) this.clientProcesses.start(id);
    this.questions = this.allQuestions();
  }

  private adminChannelTo(broker: BrokerId): RequestChannel {
    return new RequestChannel(this.network, { client: this.admin, server: this.hosts.get(broker)!, listener: "broker" });
  }

  private get requestFaults(): RequestFaults {
    return this.network.requestFaults;
  }

  private requestsOf({ api, from, listener }: RequestsOf): RequestsOfHost {
    return { client: this.hostOf(from), api, listener };
  }

  private linkOf({ from, listener, to }: LinkOfEnds): Link {
    return { from: this.hostOf(from), to: this.hostOf(to), listener };
  }

  private hostOf(end: Endpoint): Host {
    return end.kind === "broker" ? this.hosts.get(end.broker)! : this.clientProcesses.host(end.client);
  }

  private electLeader(partition: TopicPartition, electionType: ElectLeadersRequest["electionType"]): void {
    const controller = this.controller ?? brokerId(1);
    const channel = this.adminChannelTo(controller);
    const topicPartitions = [{ topic: topicOf(partition), partitions: [indexOf(partition)] }];
    channel.send({ api: "ElectLeaders", electionType, topicPartitions }, adminTimeoutMs, () => undefined);
  }

  private reassignPartition(partition: TopicPartition, replicas: readonly BrokerId[] | null): void {
    const controller = this.controller ?? brokerId(1);
    const channel = this.adminChannelTo(controller);
    const topics = [{ name: topicOf(partition), partitions: [{ partitionIndex: indexOf(partition), replicas }] }];
    channel.send({ api: "AlterPartitionReassignments", topics }, adminTimeoutMs, () => undefined);
  }

  /** The administrator asks whoever leads the partition, once. */
  private deleteRecords(partition: TopicPartition, before: DeletionBound): void {
    const leader = this.leaderOf(partition);
    if (leader === undefined) return;
    const channel = this.adminChannelTo(leader);
    const bound = before === "high-watermark" ? upToHighWatermark : offset(before);
    const partitions = [{ partitionIndex: indexOf(partition), offset: bound }];
    channel.send({ api: "DeleteRecords", topics: [{ name: topicOf(partition), partitions }] }, adminTimeoutMs, () => undefined);
  }
}
