/**
 * A machine of the cluster: a broker and a controller in one process (KRaft's combined mode), its disk, and what becomes of
 * both when the process dies.
 */

import type { BrokerId, ClientId, TopicPartition } from "../../model/ids.ts";
import type { EventOf } from "../../model/history.ts";
import type { BrokerSettings } from "../../model/settings.ts";
import { Broker } from "./broker/broker.ts";
import type { ReplicaDisk } from "./broker/replica.ts";
import { Controller } from "./controller/controller.ts";
import { MetadataImage } from "./controller/metadata-image.ts";
import type { MetadataRecord } from "./controller/metadata-image.ts";
import { Quorum } from "./controller/quorum.ts";
import { metadataTopic } from "./controller/quorum-node.ts";
import { QuorumDisk } from "./controller/quorum-disk.ts";
import type { Host } from "./host.ts";
import { LogDir } from "./log-dir.ts";
import type { Network, Reply, Server } from "./network.ts";
import type { Request } from "./protocol/messages.ts";
import { nextOffset } from "./protocol/record-batch.ts";
import type { RecordBatch } from "./protocol/record-batch.ts";
import type { Recorder } from "./recorder.ts";
import { errorCode } from "../../model/error-code.ts";
import type { Rules } from "./rules/rules.ts";

/** How often the operating system writes the page cache back to disk; nothing else does (Kafka does not fsync records). */
const writeBackIntervalMs = 1000;
/** How long a broker goes on after an I/O error, until the thread that looks after such things has it halted. */
const haltAfterMs = 20;
/** How long a clean stop may take before the process is killed, as `docker stop` does. */
const stopGraceMs = 10_000;

export interface ClusterParts {
  readonly network: Network;
  readonly rules: Rules;
  readonly settings: BrokerSettings;
  readonly record: Recorder;
  readonly voters: readonly BrokerId[];
  readonly hosts: ReadonlyMap<BrokerId, Host>;
  /** Metadata that has become known to be committed somewhere; the same records come from every node. */
  readonly onCommitted: (batch: RecordBatch<MetadataRecord>) => void;
}

interface Process {
  readonly quorum: Quorum;
  readonly broker: Broker;
  controller: Controller | undefined;
}

export class ClusterNode implements Server {
  readonly id: BrokerId;
  readonly host: Host;
  readonly disks: Map<TopicPartition, ReplicaDisk> = new Map();
  readonly quorumDisk: QuorumDisk = new QuorumDisk();
  /** What a clean stop leaves on disk: the broker epoch of the process that stopped. -1 where there is no such word (KIP-966). */
  private cleanShutdownEpoch = -1;
  readonly logDir: LogDir = new LogDir(() => this.onDiskFailed());
  private readonly parts: ClusterParts;
  private process: Process | undefined;
  /** It has been told to stop in good order and has not yet. */
  isStopping = false;
  private isToStartAgain = false;

  constructor(id: BrokerId, host: Host, parts: ClusterParts) {
    this.id = id;
    this.host = host;
    this.parts = parts;
    parts.network.listen(host, this);
  }

  get broker(): Broker | undefined {
    return this.process?.broker;
  }

  get isActiveController(): boolean {
    return this.process?.controller !== undefined;
  }

  /** The epoch of the controllers' term that this node believes in. */
  get quorumEpoch(): number {
    return this.quorumDisk.epoch;
  }

  /** The process comes up in a cluster that is in service: it is registered, and `controller` is about to take office. */
  startInService(controller: BrokerId, brokerEpoch: number): void {
    const { broker, quorum } = this.launch();
    broker.lifecycle.startInService(brokerEpoch);
    quorum.startInService(controller);
  }

  /** The process comes up after it was down, and has to find its way back into the cluster. */
  start(): void {
    if (this.host.isUp) {
      // Still on its way down from a clean stop: it comes up when it is.
      this.isToStartAgain = this.isStopping;
      return;
    }
    if (!this.logDir.isUsable) return;
    this.parts.network.setSilent(this.host, false);
    const previousBrokerEpoch = this.cleanShutdownEpoch;
    this.cleanShutdownEpoch = -1;
    const { broker, quorum } = this.launch();
    this.parts.record.broker({ kind: "broker-up", broker: this.id });
    for (const { replica } of broker.replicas.all()) {
      const { endOffset, highWatermark, log, name: partition } = replica;
      const at = { broker: this.id, partition };
      const recovered = { logStart: log.startOffset, endOffset, highWatermark, epochs: log.epochs.all() };
      this.parts.record.broker({ kind: "replica-recovered", ...at, ...recovered });
    }
    quorum.start();
    broker.lifecycle.register(previousBrokerEpoch);
  }

  kill(): void {
    this.goDown("killed");
  }

  /** Power is lost: so is what had not been written back, and nobody is told. */
  powerOff(): void {
    if (!this.host.isUp) return;
    this.parts.network.setSilent(this.host, true);
    const intervalUs = writeBackIntervalMs * 1000;
    const flushedAtUs = Math.floor(this.host.loop.nowUs / intervalUs) * intervalUs;
    for (const { log } of this.disks.values()) log.loseUnflushed(flushedAtUs);
    this.goDown("power-lost");
  }

  /** A failed disk makes way for a working one; a broker that is down because of it comes up, or does when it is down. */
  replaceDisk(): void {
    if (!this.logDir.replace()) return;
    if (this.host.isUp) this.isToStartAgain = true;
    else this.start();
  }

  /** SIGTERM: the broker asks to be relieved, and goes when it may or when the grace period is over. */
  stop(): void {
    const { process } = this;
    if (process === undefined) return;
    this.isStopping = true;
    this.host.after(stopGraceMs, () => this.goDown("killed"));
    process.broker.lifecycle.shutDown(() => {
      process.broker.replicas.close();
      this.cleanShutdownEpoch = process.broker.lifecycle.brokerEpoch;
      this.goDown("stopped");
    });
  }

  receive(request: Request, clientId: ClientId, respond: (reply: Reply) => void): void {
    const { broker, controller, quorum } = this.process!;
    switch (request.api) {
      case "Vote":
        return quorum.onVote(request, respond);
      case "BeginQuorumEpoch":
        return quorum.onBeginQuorumEpoch(request, respond);
      case "Fetch":
        if (request.topics[0]?.topic === metadataTopic) return quorum.onFetch(request, respond);
        return broker.receive(request, clientId, respond);
      case "BrokerRegistration":
        if (controller === undefined) return respond({ errorCode: errorCode.NOT_CONTROLLER, brokerEpoch: -1 });
        return controller.onBrokerRegistration(request, respond);
      case "BrokerHeartbeat":
        if (controller === undefined) {
          return respond({ errorCode: errorCode.NOT_CONTROLLER, isFenced: false, shouldShutDown: false });
        }
        return controller.onBrokerHeartbeat(request, respond);
      case "AlterPartition":
        if (controller === undefined) return respond({ errorCode: errorCode.NOT_CONTROLLER, topics: [] });
        return controller.onAlterPartition(request, respond);
      case "AllocateProducerIds":
        if (controller === undefined) {
          return respond({ errorCode: errorCode.NOT_CONTROLLER, producerIdStart: -1, producerIdLen: 0 });
        }
        return controller.onAllocateProducerIds(request, respond);
      case "ElectLeaders":
        if (controller === undefined) return broker.receive(request, clientId, respond);
        return controller.onElectLeaders(request, respond);
      case "AlterPartitionReassignments":
        if (controller === undefined) return broker.receive(request, clientId, respond);
        return controller.onAlterPartitionReassignments(request, respond);
      default:
        return broker.receive(request, clientId, respond);
    }
  }

  private launch(): Process {
    const { host, id, logDir, parts } = this;
    const { hosts, network, record, rules, settings, voters } = parts;
    host.start();
    logDir.open();
    const quorumNode = { id, host, network, rules, settings, voters, hosts, disk: this.quorumDisk };
    const quorum = new Quorum(quorumNode, {
      onCommitted: (batches) => {
        // Batch by batch, so that the history tells what was refused between two decisions between the two.
        for (const batch of batches) {
          parts.onCommitted(batch);
          this.process?.controller?.onCommitted(nextOffset(batch));
        }
        this.process?.broker.onMetadata(batches);
      },
      onActive: () => {
        const controllerEpoch = this.quorumDisk.epoch;
        this.setController(new Controller({ controllerEpoch, host, quorum, rules, settings, record }));
      },
      onResigned: () => {
        this.process?.controller?.resign();
        this.setController(undefined);
      },
    });
    const image = new MetadataImage();
    const context = { id, host, network, rules, settings, record, logDir, image, hosts };
    const broker = new Broker(context, quorum, this.disks);
    this.process = { quorum, broker, controller: undefined };
    return this.process;
  }

  private setController(controller: Controller | undefined): void {
    if (this.process !== undefined) this.process.controller = controller;
  }

  private onDiskFailed(): void {
    this.parts.record.broker({ kind: "disk-failed", broker: this.id });
    this.host.after(haltAfterMs, () => this.goDown("disk-failed"));
  }

  private goDown(how: EventOf<"broker-down">["how"]): void {
    if (!this.host.isUp) return;
    this.parts.record.broker({ kind: "broker-down", broker: this.id, how });
    if (this.logDir.hasFailed) for (const { log } of this.disks.values()) log.loseUnwritten();
    this.process = undefined;
    this.isStopping = false;
    this.host.kill();
    if (!this.isToStartAgain) return;
    this.isToStartAgain = false;
    this.start();
  }
}
