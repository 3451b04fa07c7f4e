/** The clients of a trial by name: started, stopped, killed and asked what they are doing. */

import type { ProcessState } from "../../../fault-injection/cluster-view.ts";
import type { ClientEvent, Unstamped } from "../../../model/history.ts";
import type { ClientId, StepId } from "../../../model/ids.ts";
import { topicPartition } from "../../../model/ids.ts";
import { createPartitioner } from "../../../model/partitioners/create-partitioner.ts";
import { partitionOfKey } from "../../../model/partitioners/murmur2.ts";
import type { OwnPartitioner } from "../../../model/partitioners/own-partitioner.ts";
import { allOf } from "../../../model/partitioners/partitioner.ts";
import type { Partitioner } from "../../../model/partitioners/partitioner.ts";
import { batchHeaderBytes, recordBytes } from "../../../model/partitioners/record-bytes.ts";
import { hashText } from "../../../model/random.ts";
import type { GroupOptions, SendOperation, TrialOptions } from "../../../model/schedule.ts";
import { defaultConsumerSettings, defaultProducerSettings, withDefaults } from "../../../model/settings.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import type { Reaper } from "../cleanup/start-reaper.ts";
import { ClientProcess } from "./client-process.ts";
import type { ClientEnd } from "./client-process.ts";
import { monotonicUs } from "./messages.ts";
import type { FromClient, MemberStart, ProducerStart } from "./messages.ts";

/** How long a member that was asked to leave may take, before it is killed. */
const leaveLimitMs = 10_000;

export interface ClientsContext {
  readonly options: TrialOptions;
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  /** What topics and groups of the trial begin with on the cluster. */
  readonly prefix: string;
  readonly reaper: Reaper;
  /** Partitioners that the user has brought along. */
  readonly ownPartitioners: readonly OwnPartitioner[];
  /** `atUs` is by the system's monotonic clock. */
  readonly record: (event: Unstamped<ClientEvent>, atUs: number) => void;
  /** A mistake of kafka-trial's own, found in a client's process. */
  readonly onFailure: (text: string) => void;
  /** A client ended without having been told to. */
  readonly onLoss: (client: ClientId, lastWords: string) => void;
}

/** Where a record goes, and what `send-started` says of how that came. */
interface Chosen {
  readonly index: number;
  readonly key?: string;
  readonly chosenAmong?: readonly number[];
}

/** Each client has a name in the schedule, and at most one process at a time. */
export class KafkaClients {
  private readonly context: ClientsContext;
  private readonly processes = new Map<ClientId, ClientProcess>();
  private readonly ready = new Set<ClientId>();
  private readonly busy = new Set<ClientId>();
  private readonly openSends = new Map<StepId, ClientId>();
  /** Clients that are to be started again as soon as they are gone. */
  private readonly starting = new Set<ClientId>();
  private isEnding = false;
  private readonly partitioners = new Map<ClientId, Partitioner>();

  constructor(context: ClientsContext) {
    this.context = context;
  }

  states(): ReadonlyMap<ClientId, ProcessState> {
    const { groups, producers } = this.context.options;
    const names = [...producers.map(({ id }) => id), ...groups.flatMap(({ members }) => members)];
    return new Map(names.map((name) => [name, this.processes.get(name)?.state ?? "down"]));
  }

  /** Producers that have not connected yet. */
  unready(): readonly ClientId[] {
    return this.context.options.producers.map(({ id }) => id).filter((id) => !this.ready.has(id));
  }

  /** Members of a group that run, and have not been asked to leave. */
  running(group: GroupOptions): readonly ClientId[] {
    return group.members.filter((member) => {
      const process = this.processes.get(member);
      return process !== undefined && process.state !== "down" && !process.isLeaving;
    });
  }

  /** What clients have not finished, in words. */
  unfinished(): readonly string[] {
    const alive = (client: ClientId): boolean => this.processes.get(client)?.state !== "down";
    const sends = [...this.openSends].filter(([, client]) => alive(client)).map(([step]) => `an outcome of ${step}`);
    const busy = [...this.busy].filter(alive).map((client) => `${client} to process its records`);
    const leaving = [...this.processes].filter(([, process]) => process.isLeaving && process.state !== "down");
    return [...sends, ...busy, ...leaving.map(([client]) => `${client} to leave its group`)];
  }

  /** A client that is on its way out is started again once it is gone, so that its two lives do not mix. */
  start(client: ClientId): void {
    const before = this.processes.get(client);
    if (before === undefined || before.isOver) this.begin(client);
    else if ((before.isLeaving || before.state === "down") && !this.starting.has(client)) {
      this.starting.add(client);
      void before.whenEnded().then(() => {
        this.starting.delete(client);
        if (!this.isEnding) this.begin(client);
      });
    }
  }

  stop(client: ClientId): void {
    const process = this.processes.get(client);
    if (process === undefined) return;
    process.stop();
    const limit = setTimeout(() => process.kill(), leaveLimitMs);
    void process.whenEnded().then(() => clearTimeout(limit));
  }

  kill(client: ClientId): void {
    this.processes.get(client)?.kill();
  }

  pause(client: ClientId): void {
    this.processes.get(client)?.pause();
  }

  resume(client: ClientId): void {
    this.processes.get(client)?.resume();
  }

  setHandlerMs(client: ClientId, handlerMs: number | null): void {
    this.processes.get(client)?.tell({ kind: "set-handler", handlerMs });
  }

  /**
   * The record's partition is chosen here, so that the send is in the history before anybody can see what comes of it, and kafkajs
   * is told it: when kafkajs chooses by itself it does so anew at each attempt. Every partition is taken to have a leader.
   */
  send(step: StepId, operation: SendOperation): void {
    const { key = null, producer, tombstone, topic } = operation;
    const { index, ...place } = this.choosePartition(step, operation);
    const how = tombstone === undefined ? place : { ...place, isTombstone: tombstone };
    const partition = topicPartition(topic, index);
    this.openSends.set(step, producer);
    this.context.record({ kind: "send-started", client: producer, step, partition, value: step, ...how }, monotonicUs());
    this.processes.get(producer)!.tell({ kind: "send", step, topic, partition: index, key, isTombstone: tombstone === true });
  }

  /** Kills whatever still runs, at the end of a trial. Nothing of it is recorded by then. */
  async end(): Promise<void> {
    this.isEnding = true;
    const processes = [...this.processes.values()];
    for (const process of processes) process.kill();
    await Promise.all(processes.map((process) => process.whenEnded()));
  }

  private choosePartition(step: StepId, { key, partition, producer, topic }: SendOperation): Chosen {
    if (partition !== undefined) return { index: partition };
    const { partitions } = this.context.options.topics.find(({ name }) => name === topic)!;
    const record = { topic, key: key ?? null, value: step, partitions, available: allOf(partitions) };
    const partitioner = this.partitionerOf(producer);
    let placed = partitioner.place(record);
    // Each record is a batch of its own here.
    if (this.settingsOf(producer)["partitioner.class"] === "sticky") {
      partitioner.onNewBatch(record, placed.partition);
      placed = partitioner.place(record);
    }
    partitioner.onAppended(record, batchHeaderBytes + recordBytes(record.key, step), true);
    return { index: placed.partition, ...(key !== undefined && { key }), chosenAmong: placed.among };
  }

  private partitionerOf(producer: ClientId): Partitioner {
    let partitioner = this.partitioners.get(producer);
    if (partitioner === undefined) {
      const settings = this.settingsOf(producer);
      const { ownPartitioners: own } = this.context;
      const chanceOf = (key: string): number => hashText(`${producer}/${key}`) / 4294967296;
      partitioner = createPartitioner({ settings, own, chanceOf, partitionOfKey });
      this.partitioners.set(producer, partitioner);
    }
    return partitioner;
  }

  private settingsOf(producer: ClientId): ProducerSettings {
    return withDefaults(defaultProducerSettings, this.context.options.producers.find(({ id }) => id === producer)?.config);
  }

  private begin(client: ClientId): void {
    const first = this.startMessage(client);
    const role = first.kind === "start-producer" ? "producer" : "member";
    this.context.record({ kind: "client-started", client }, monotonicUs());
    this.partitioners.delete(client);
    const process = ClientProcess.start(
      {
        role,
        reaper: this.context.reaper,
        onMessage: (message) => this.onMessage(client, message),
        onEnd: (end) => this.onEnd(client, end),
      },
      first,
    );
    this.processes.set(client, process);
  }

  private startMessage(client: ClientId): ProducerStart | MemberStart {
    const { brokers, options, prefix } = this.context;
    const common = { client, brokers, prefix };
    const isProducer = options.producers.some(({ id }) => id === client);
    if (isProducer) return { kind: "start-producer", ...common, settings: this.settingsOf(client) };
    const group = options.groups.find(({ members }) => members.includes(client))!;
    const { config, handlerMs, id, topics } = group;
    const commit = group.output === undefined ? group.commit : "after-processing";
    const settings = withDefaults(defaultConsumerSettings, config);
    return { kind: "start-member", ...common, group: id, topics, commit, handlerMs, settings };
  }

  private onMessage(client: ClientId, message: FromClient): void {
    switch (message.kind) {
      case "event": {
        const { event } = message;
        const isOutcome = event.kind === "send-acked" || event.kind === "send-failed" || event.kind === "send-unknown";
        if (isOutcome) this.openSends.delete(event.step);
        return this.context.record(event, message.atUs);
      }
      case "ready":
        this.ready.add(client);
        return undefined;
      case "busy":
        if (message.isBusy) this.busy.add(client);
        else this.busy.delete(client);
        return undefined;
      case "failed":
        return this.context.onFailure(`client ${client}: ${message.text}`);
    }
  }

  private onEnd(client: ClientId, { how, lastWords }: ClientEnd): void {
    this.busy.delete(client);
    for (const [step, producer] of this.openSends) if (producer === client) this.openSends.delete(step);
    this.context.record({ kind: how === "stopped" ? "client-stopped" : "client-killed", client }, monotonicUs());
    if (how === "by itself") this.context.onLoss(client, lastWords);
  }
}
