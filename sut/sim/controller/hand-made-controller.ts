/** Test support: an active controller that is the only voter, so that all it decides is decided at once. */

import type { ErrorCode } from "../../../model/error-code.ts";
import { errorName } from "../../../model/error-code.ts";
import type { HistoryEvent } from "../../../model/history.ts";
import { brokerId, leaderEpoch, partitionEpoch, topicPartition } from "../../../model/ids.ts";
import { defaultBrokerSettings, defaultLogSettings } from "../../../model/settings.ts";
import type { BrokerSettings, TopicSettings } from "../../../model/settings.ts";
import { EventLoop } from "../event-loop.ts";
import { Host } from "../host.ts";
import { Network } from "../network.ts";
import { recordMetadata } from "../record-metadata.ts";
import { Recorder } from "../recorder.ts";
import { kafkaRules } from "../rules/rules.ts";
import type { Rules } from "../rules/rules.ts";
import { Controller } from "./controller.ts";
import { MetadataImage } from "./metadata-image.ts";
import type { MetadataRecord, PartitionRegistration } from "./metadata-image.ts";
import { Quorum } from "./quorum.ts";
import { QuorumDisk } from "./quorum-disk.ts";

export interface ClusterOf {
  readonly brokers?: number;
  readonly topic?: Partial<TopicSettings>;
  readonly settings?: Partial<BrokerSettings>;
  readonly rules?: Rules;
}

/** Brokers 1, 2, … are in service with broker epochs 0, 1, …; `orders-0` has a replica on each, and broker 1 leads. */
export class HandMadeController {
  readonly loop: EventLoop = new EventLoop();
  readonly record: Recorder = new Recorder(this.loop, () => undefined);
  /** What has been decided. */
  readonly image: MetadataImage = new MetadataImage();
  readonly quorum: Quorum;
  readonly controller: Controller;

  constructor({ brokers = 3, rules = kafkaRules, settings: wanted = {}, topic = {} }: ClusterOf = {}) {
    const settings = { ...defaultBrokerSettings, ...wanted };
    const id = brokerId(1);
    const host = new Host("broker-1", this.loop);
    host.start();
    const network = new Network(this.loop, { seed: "00c0ffee", latencyMs: { min: 0.5, max: 3 } });
    const disk = new QuorumDisk();
    const node = { id, host, network, rules, settings, voters: [id], hosts: new Map([[id, host]]), disk };
    let controller: Controller | undefined;
    this.quorum = new Quorum(node, {
      onCommitted: (batches) => {
        for (const batch of batches) recordMetadata(this.record, this.image, batch);
        controller?.onCommitted(this.quorum.committedOffset);
      },
      onActive: () => undefined,
      onResigned: () => controller?.resign(),
    });
    this.quorum.startInService(id);
    this.quorum.append(metadataOf(brokers, { ...defaultTopic, ...topic }));
    controller = new Controller({
      controllerEpoch: disk.epoch,
      host,
      quorum: this.quorum,
      rules,
      settings,
      record: this.record,
    });
    this.controller = controller;
  }

  get orders(): PartitionRegistration {
    return this.image.partitions.get(topicPartition("orders", 0))!;
  }

  /** What the history was told since the cluster is in service, of these kinds. */
  told(...kinds: readonly HistoryEvent["kind"][]): readonly HistoryEvent[] {
    return this.record.events.filter(({ kind }) => kinds.includes(kind));
  }

  /** A process of the broker registers; `previousBrokerEpoch` is what it found of its former life's clean stop. */
  register(broker: number, incarnationId: string, previousBrokerEpoch = -1): string {
    let answer = "";
    this.controller.onBrokerRegistration(
      { api: "BrokerRegistration", brokerId: brokerId(broker), incarnationId, previousBrokerEpoch },
      ({ errorCode }) => (answer = errorName(errorCode)),
    );
    return answer;
  }

  /** The registered process of the broker sends a heartbeat, and knows all that has been decided. */
  heartbeat(broker: number, how: { readonly brokerEpoch?: number; readonly wantShutDown?: boolean } = {}): string {
    const { brokerEpoch = this.image.brokers.get(brokerId(broker))!.epoch, wantShutDown = false } = how;
    let answer = "";
    this.controller.onBrokerHeartbeat(
      {
        api: "BrokerHeartbeat",
        brokerId: brokerId(broker),
        brokerEpoch,
        currentMetadataOffset: this.quorum.committedOffset,
        wantShutDown,
      },
      ({ errorCode }) => (answer = errorName(errorCode)),
    );
    return answer;
  }

  /** The leader of `orders-0` proposes an ISR; members are known by the epochs of their registrations. */
  propose(isr: readonly number[], odd: { readonly partitionEpoch?: number; readonly brokerEpoch?: number } = {}): string {
    const { leader, leaderEpoch: term, partitionEpoch: state } = this.orders;
    const epochOf = (broker: number): number => this.image.brokers.get(brokerId(broker))!.epoch;
    const proposal = {
      partitionIndex: 0,
      leaderEpoch: leaderEpoch(term),
      newIsrWithEpochs: isr.map((member) => ({ brokerId: brokerId(member), brokerEpoch: epochOf(member) })),
      partitionEpoch: odd.partitionEpoch === undefined ? state : partitionEpoch(odd.partitionEpoch),
      leaderRecoveryState: 0 as const,
    };
    let answer: ErrorCode | undefined;
    this.controller.onAlterPartition(
      {
        api: "AlterPartition",
        brokerId: leader,
        brokerEpoch: odd.brokerEpoch ?? epochOf(leader),
        topics: [{ topicName: "orders", partitions: [proposal] }],
      },
      ({ errorCode, topics }) => (answer = topics[0]?.partitions[0]?.errorCode ?? errorCode),
    );
    return errorName(answer!);
  }

  /** An administrator asks for the preferred leader of `orders-0`. */
  electPreferred(partition = 0): string {
    return this.elect(0, partition);
  }

  /** An administrator asks for any leader of `orders-0`. */
  electUnclean(partition = 0): string {
    return this.elect(1, partition);
  }

  private elect(electionType: 0 | 1, partition: number): string {
    let answer: ErrorCode | undefined;
    this.controller.onElectLeaders(
      { api: "ElectLeaders", electionType, topicPartitions: [{ topic: "orders", partitions: [partition] }] },
      ({ replicaElectionResults }) => (answer = replicaElectionResults[0]?.partitionResult[0]?.errorCode),
    );
    return errorName(answer!);
  }

  /** Nothing is heard of these brokers until their sessions are over; the others send heartbeats. */
  silence(...brokers: readonly number[]): void {
    for (let quarter = 0; quarter < 8; quarter++) {
      const untilUs = this.loop.nowUs + 250_000;
      while (this.loop.step(untilUs));
      this.loop.advanceTo(untilUs);
      for (const [broker, { fenced }] of this.image.brokers) if (!fenced && !brokers.includes(broker)) this.heartbeat(broker);
    }
  }
}

const defaultTopic: TopicSettings = {
  ...defaultLogSettings,
  "min.insync.replicas": 2,
  "unclean.leader.election.enable": false,
};

function metadataOf(brokers: number, config: TopicSettings): readonly MetadataRecord[] {
  const ids = Array.from({ length: brokers }, (_, at) => brokerId(at + 1));
  return [
    ...ids.map((id, at): MetadataRecord => {
      return {
        type: "RegisterBrokerRecord",
        brokerId: id,
        brokerEpoch: at,
        incarnationId: `boot/${id}`,
        fenced: false,
        isUnclean: false,
      };
    }),
    { type: "TopicRecord", name: "orders", config, partitions: 1 },
    { type: "PartitionRecord", topic: "orders", partitionId: 0, replicas: ids, isr: ids, leader: ids[0]! },
  ];
}
