/** The clients of a trial by name: started, stopped, killed and asked what they are doing. */

import type { BrokerId, ClientId } from "../../model/ids.ts";
import type { OwnPartitioner } from "../../model/partitioners/own-partitioner.ts";
import type { GroupOptions, SendOperation, TrialOptions } from "../../model/schedule.ts";
import { defaultConsumerSettings, defaultProducerSettings, withDefaults } from "../../model/settings.ts";
import type { ProcessState } from "../../fault-injection/cluster-view.ts";
import type { ClientContext } from "./client/context.ts";
import { Reconnects } from "./client/reconnects.ts";
import { Consumer } from "./client/consumer.ts";
import { Producer } from "./client/producer.ts";
import { Host } from "./host.ts";
import type { Network } from "./network.ts";
import type { Recorder } from "./recorder.ts";
import type { Rules } from "./rules/rules.ts";

export class SimClients {
  private readonly options: TrialOptions;
  private readonly parts: {
    readonly network: Network;
    readonly rules: Rules;
    readonly record: Recorder;
    readonly hosts: ReadonlyMap<BrokerId, Host>;
    readonly ownPartitioners: readonly OwnPartitioner[];
  };
  private readonly hosts = new Map<ClientId, Host>();
  private readonly known = new Map<ClientId, ProcessState>();
  private readonly producers = new Map<ClientId, Producer>();
  private readonly consumers = new Map<ClientId, Consumer>();

  constructor(options: TrialOptions, parts: SimClients["parts"]) {
    this.options = options;
    this.parts = parts;
    const members = options.groups.flatMap((group) => group.members);
    for (const id of [...options.producers.map((producer) => producer.id), ...members]) {
      this.hosts.set(id, new Host(id, parts.network.loop));
    }
  }

  host(client: ClientId): Host {
    return this.hosts.get(client)!;
  }

  /** Each client's state. It is one map, brought up to date whenever it is asked for: each step of a schedule asks. */
  states(): ReadonlyMap<ClientId, ProcessState> {
    for (const { isPaused, isUp, name } of this.hosts.values())
      this.known.set(name, isPaused ? "paused" : isUp ? "up" : "down");
    return this.known;
  }

  start(client: ClientId): void {
    const host = this.host(client);
    if (host.isUp) return;
    host.start();
    this.parts.record.client({ kind: "client-started", client });
    const { hosts, network, record, rules } = this.parts;
    const reconnects = new Reconnects(host, network);
    const context: ClientContext = { id: client, host, network, rules, record, hosts, reconnects };
    const producer = this.options.producers.find(({ id }) => id === client);
    if (producer !== undefined) {
      const topics = this.options.topics.map(({ name }) => name);
      const settings = withDefaults(defaultProducerSettings, producer.config);
      this.producers.set(client, new Producer(context, { topics, settings, ownPartitioners: this.parts.ownPartitioners }));
      return;
    }
    const group = this.groupOf(client)!;
    this.consumers.set(client, new Consumer(context, group, withDefaults(defaultConsumerSettings, group.config)));
  }

  /** A member leaves its group and ends; a producer just ends when it is told to, at the end of a trial. */
  stop(client: ClientId): void {
    const consumer = this.consumers.get(client);
    if (this.host(client).isUp) consumer?.stop();
  }

  kill(client: ClientId): void {
    const host = this.host(client);
    if (!host.isUp) return;
    host.kill();
    this.parts.record.client({ kind: "client-killed", client });
  }

  setHandlerMs(client: ClientId, handlerMs: number | null): void {
    if (this.host(client).isUp) this.consumers.get(client)?.setHandlerMs(handlerMs ?? undefined);
  }

  send(step: string, operation: SendOperation): void {
    const host = this.host(operation.producer);
    const { partitions } = this.options.topics.find(({ name }) => name === operation.topic)!;
    if (host.isUp) host.run(() => this.producers.get(operation.producer)!.send(step, operation, partitions));
  }

  groupOf(client: ClientId): GroupOptions | undefined {
    return this.options.groups.find(({ members }) => members.includes(client));
  }

  /** Consumers of a group that have been started, and not stopped or killed since. */
  running(group: GroupOptions): readonly ClientId[] {
    return group.members.filter((member) => this.host(member).isUp);
  }

  consumer(member: ClientId): Consumer {
    return this.consumers.get(member)!;
  }

  /** Whether a producer still has records without an outcome. */
  isBusy(producer: ClientId): boolean {
    return this.host(producer).isUp && this.producers.get(producer)?.isIdle === false;
  }
}
