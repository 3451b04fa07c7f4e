/** What the cluster went through: who led which partition with which ISR, which brokers went down and how. */

import type { EventOf, HistoryEvent } from "../../model/history.ts";
import { offset, offsetsTopic, topicOf, transactionsTopic } from "../../model/ids.ts";
import type { BrokerId, Offset, TopicPartition } from "../../model/ids.ts";
import type { TrialOptions } from "../../model/schedule.ts";
import {
  defaultBrokerSettings,
  defaultLogSettings,
  hasRetention,
  internalLogSettings,
  withDefaults,
} from "../../model/settings.ts";
import type { BrokerSettings, TopicSettings } from "../../model/settings.ts";
import { DisturbedBrokers } from "./disturbed-brokers.ts";

export interface PartitionChange {
  readonly event: EventOf<"partition-changed">;
  readonly at: number;
  readonly election: ElectionSeen;
}

/**
 * How a new leader came to lead: from the ISR, or with an empty ISR from the eligible leader replicas; as the one that led last,
 * when neither had anybody (KIP-966); or from outside. Undefined where the leader did not change.
 */
export type ElectionSeen = "clean" | "last-known-leader" | "unclean" | undefined;

/** Records go because an administrator asked for it (`DeleteRecords`), or because they are too old or too many (retention). */
export type DeletionReason = "request" | "retention";

const nothingDeleted = offset(0);

export class ClusterFacts {
  readonly changes: Map<TopicPartition, PartitionChange[]> = new Map();
  readonly downs: { readonly event: EventOf<"broker-down">; readonly at: number }[] = [];
  readonly faults: { readonly event: EventOf<"fault-injected">; readonly at: number }[] = [];
  /** Up to where replicas have deleted the records of a partition, by what they did it for. */
  private readonly deleted = { request: new Map<TopicPartition, Offset>(), retention: new Map<TopicPartition, Offset>() };
  /** Whether brokers have told anything: with real Kafka they have not, and permissions have to rest on settings alone. */
  hasBrokerEvidence = false;
  /** Partitions of which a follower dropped all it had, because its leader had deleted what comes next. */
  private readonly forgetful = new Set<TopicPartition>();
  private readonly disturbed = new DisturbedBrokers();
  private readonly options: TrialOptions;
  private readonly settings = new Map<TopicPartition, TopicSettings>();
  /**
   * Replicas whose disk has lost records, until they are in the ISR anew, and whether a leader has heard of them since they came
   * back: a leader that has not may ask for an ISR with a replica that is no longer what it was.
   */
  private readonly damaged = new Map<TopicPartition, Map<BrokerId, { isHeardOf: boolean }>>();
  private readonly down = new Set<BrokerId>();
  private readonly lostEverywhere = new Set<TopicPartition>();

  constructor(options: TrialOptions) {
    this.options = options;
  }

  /** Whether eligible leader replicas are kept (KIP-966). */
  get hasElr(): boolean {
    return withDefaults(defaultBrokerSettings, this.options.brokerConfig)["eligible.leader.replicas.version"] === 1;
  }

  /** 2 where each transaction has an epoch of its own (KIP-890). */
  get transactionVersion(): 0 | 2 {
    return withDefaults(defaultBrokerSettings, this.options.brokerConfig)["transaction.version"];
  }

  /** The settings of a partition's topic, internal ones included. */
  settingsOf(partition: TopicPartition): TopicSettings {
    let settings = this.settings.get(partition);
    if (settings === undefined) {
      settings = this.workOutSettings(partition);
      this.settings.set(partition, settings);
    }
    return settings;
  }

  private workOutSettings(partition: TopicPartition): TopicSettings {
    const topic = this.options.topics.find(({ name }) => name === topicOf(partition));
    const broker = withDefaults(defaultBrokerSettings, this.options.brokerConfig);
    return withDefaults<TopicSettings>(
      {
        ...defaultLogSettings,
        "min.insync.replicas": broker["min.insync.replicas"],
        "unclean.leader.election.enable": broker["unclean.leader.election.enable"],
      },
      topic?.config ?? internalSettings(topicOf(partition), broker),
    );
  }

  /** Was a leader elected that was neither in the ISR nor eligible otherwise? */
  hadUncleanElection(partition: TopicPartition): boolean {
    return this.changes.get(partition)?.some(({ election }) => election === "unclean") ?? false;
  }

  /** Was there one for which an administrator had asked? Where brokers tell nothing: may there have been? */
  hadUncleanElectionAsked(partition: TopicPartition): boolean {
    const wasAsked = this.faults.some(({ event }) => event.fault === "unclean-election");
    if (!wasAsked || !this.hasBrokerEvidence) return wasAsked;
    const changes = this.changes.get(partition) ?? [];
    return changes.some(({ election, event }) => election === "unclean" && event.isUncleanAsked === true);
  }

  /** Was the leader that had led last elected again, because nobody was eligible any more? */
  hadLastKnownLeaderElection(partition: TopicPartition): boolean {
    return this.changes.get(partition)?.some(({ election }) => election === "last-known-leader") ?? false;
  }

  /** Did the partition ever change its leader? */
  hadFailover(partition: TopicPartition): boolean {
    const leaders = this.changes.get(partition)?.map(({ event }) => event.leaderEpoch) ?? [];
    return new Set(leaders).size > 1;
  }

  /**
   * Did a power loss at some point leave nobody with an undamaged log in the ISR, or eligible beside it? Where brokers tell
   * nothing: may it have?
   */
  hadPowerLossOfWholeIsr(partition: TopicPartition): boolean {
    if (this.hasBrokerEvidence) return this.lostEverywhere.has(partition);
    return this.disturbed.mayHaveLostPowerOfWholeIsr(this.replicationFactorOf(partition));
  }

  private replicationFactorOf(partition: TopicPartition): number {
    const { brokerConfig, brokers, topics } = this.options;
    const topic = topics.find(({ name }) => name === topicOf(partition));
    if (topic !== undefined) return topic.replicationFactor;
    return Math.min(withDefaults(defaultBrokerSettings, brokerConfig)["offsets.topic.replication.factor"], brokers);
  }

  /** Did a replica come to have nothing that can be read, and so nothing that tells of producers? */
  hadForgottenProducers(partition: TopicPartition): boolean {
    return this.forgetful.has(partition);
  }

  /** What records of the partition may be deleted for in this trial. */
  reasonsToDelete(partition: TopicPartition): readonly DeletionReason[] {
    const wasAsked = this.faults.some(({ event }) => event.fault === "delete-records");
    return [
      ...(wasAsked ? (["request"] as const) : []),
      ...(hasRetention(this.settingsOf(partition)) ? (["retention"] as const) : []),
    ];
  }

  /** Up to where replicas have deleted the partition's records for this reason, by their own account. */
  deletedUpTo(partition: TopicPartition, reason: DeletionReason): Offset {
    return this.deleted[reason].get(partition) ?? nothingDeleted;
  }

  take(event: HistoryEvent, at: number): void {
    if (!this.hasBrokerEvidence && event.evidence === "broker") this.hasBrokerEvidence = true;
    switch (event.kind) {
      case "step-played":
        return this.disturbed.take(event);
      case "fault-injected":
        this.faults.push({ event, at });
        return this.disturbed.take(event);
      case "partition-changed":
        return this.takeChange(event, at);
      case "fetch-accepted":
        return this.takeFetch(event);
      case "log-start-advanced":
        return this.takeDeletion(event);
      case "log-restarted":
        this.forgetful.add(event.partition);
        return undefined;
      case "truncated":
        return this.takeCut(event);
      case "replica-recovered":
        if (event.logStart === event.endOffset) this.forgetful.add(event.partition);
        return undefined;
      case "broker-up":
        this.down.delete(event.broker);
        return undefined;
      case "broker-down":
        this.downs.push({ event, at });
        this.down.add(event.broker);
        return event.how === "power-lost" ? this.takePowerLoss(event.broker) : undefined;
      default:
        return undefined;
    }
  }

  private takeDeletion({ logStart, partition, why }: EventOf<"log-start-advanced">): void {
    const reason = why === "delete-records" ? "request" : "retention";
    if (logStart > this.deletedUpTo(partition, reason)) this.deleted[reason].set(partition, logStart);
  }

  /** A cut at or before the log start of a replica leaves it nothing; it has not deleted further than any other has. */
  private takeCut({ partition, toOffset }: EventOf<"truncated">): void {
    const { request, retention } = this.deleted;
    const logStart = Math.max(request.get(partition) ?? 0, retention.get(partition) ?? 0);
    if (toOffset <= logStart) this.forgetful.add(partition);
  }

  private takeChange(event: EventOf<"partition-changed">, at: number): void {
    const { isr, partition } = event;
    const changes = this.changes.get(partition) ?? [];
    const before = changes.at(-1)?.event;
    const election = electionSeen(before, event);
    changes.push({ event, at, election });
    this.changes.set(partition, changes);
    const damaged = this.damaged.get(partition);
    if (damaged === undefined) return;
    // Whatever is lost now is lost to the election: that power was lost before is no excuse for it.
    if (election === "unclean" || election === "last-known-leader") damaged.clear();
    for (const member of isr) {
      if (before?.isr.includes(member) === false && damaged.get(member)?.isHeardOf === true) damaged.delete(member);
    }
    this.lookForTotalLoss(event);
  }

  private takePowerLoss(broker: BrokerId): void {
    for (const [partition, changes] of this.changes) {
      const { event } = changes.at(-1)!;
      if (!event.replicas.includes(broker)) continue;
      const damaged = this.damaged.get(partition) ?? new Map();
      this.damaged.set(partition, damaged.set(broker, { isHeardOf: false }));
      this.lookForTotalLoss(event);
    }
  }

  private takeFetch({ follower, partition }: EventOf<"fetch-accepted">): void {
    const damage = this.damaged.get(partition)?.get(follower);
    if (damage !== undefined && !this.down.has(follower)) damage.isHeardOf = true;
  }

  /** Where nobody is eligible there is nobody whose log could be lost: what comes then is an election of its own kind. */
  private lookForTotalLoss({ elr, isr, partition }: EventOf<"partition-changed">): void {
    const damaged = this.damaged.get(partition);
    if (damaged === undefined || (isr.length === 0 && elr.length === 0)) return;
    const isDamaged = (broker: BrokerId): boolean => damaged.has(broker);
    if (isr.every(isDamaged) && elr.every(isDamaged)) this.lostEverywhere.add(partition);
  }
}

function internalSettings(topic: string, broker: BrokerSettings): Partial<TopicSettings> {
  if (topic === offsetsTopic) return internalLogSettings("offsets.topic", broker);
  return topic === transactionsTopic ? internalLogSettings("transaction.state.log", broker) : {};
}

function electionSeen(
  before: EventOf<"partition-changed"> | undefined,
  { leader, leaderEpoch, replicas }: EventOf<"partition-changed">,
): ElectionSeen {
  if (before === undefined || leader < 0 || leaderEpoch === before.leaderEpoch) return undefined;
  const { elr, isr, lastKnownLeader } = before;
  // Who has joined the ISR with the proposal that completed a reassignment may lead from the same moment on.
  if (before.addingReplicas.includes(leader) && before.replicas.some((id) => !replicas.includes(id))) return "clean";
  if (isr.includes(leader) || (isr.length === 0 && elr.includes(leader))) return "clean";
  return isr.length === 0 && elr.length === 0 && leader === lastKnownLeader ? "last-known-leader" : "unclean";
}
