/** The clients of a trial by name: started, stopped, killed and asked what they are doing. */

import type { BrokerId, ClientId } from "../../model/ids.ts";
import type { OwnPartitioner } from "../../model/partitioners/own-partitioner.ts";
import type { GroupOptions, SendOperation, TrialOptions } from "../../model/schedule.ts";
import { producerSettingsOf } from "../../model/schedule.ts";
import { defaultConsumerSettings, withDefaults } from "../../model/settings.ts";
import type { ProducerSettings } from "../../model/settings.ts";
import type { Command } from "../../fault-injection/command.ts";
import type { ProcessState } from "../../fault-injection/cluster-view.ts";
import type { ClientContext } from "./client/context.ts";
import { Reconnects } from "./client/reconnects.ts";
import { Consumer } from "./client/consumer.ts";
import { Producer } from "./client/producer.ts";
import { TransactionalOutput } from "./client/transactional-output.ts";
import type { OutputTo } from "./client/transactional-output.ts";
import { Host } from "./host.ts";
import type { Network } from "./network.ts";
import type { Recorder } from "./recorder.ts";
import type { Rules } from "./rules/rules.ts";

/** Commands that are about one client. */
type ClientCommand = Extract<
  Command,
  {
    readonly kind:
      | `${"start" | "stop" | "kill" | "pause" | "suspend" | "resume"}-client`
      | "set-handler"
      | "send"
      | "end-transaction";
  }
>;

export class SimClients {
  private readonly options: TrialOptions;
  private readonly parts: {
    readonly network: Network;
    readonly rules: Rules;
    readonly record: Recorder;
    readonly hosts: ReadonlyMap<BrokerId, Host>;
    readonly transactionVersion: 0 | 2;
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

  /** Does to a client what a command says. */
  execute(command: ClientCommand): void {
    switch (command.kind) {
      case "start-client":
        return this.start(command.client);
      case "stop-client":
        return this.stop(command.client);
      case "kill-client":
        return this.kill(command.client);
      case "pause-client":
        return this.host(command.client).pause();
      case "suspend-client":
        return this.host(command.client).suspend();
      case "resume-client":
        return this.host(command.client).resume();
      case "set-handler":
        return this.setHandlerMs(command.client, command.handlerMs);
      case "send":
        return this.send(command.step, command.operation);
      case "end-transaction":
        return this.endTransaction(command.producer, command.outcome);
    }
  }

  start(client: ClientId): void {
    const host = this.host(client);
    if (host.isUp) return;
    host.start();
    this.parts.record.client({ kind: "client-started", client });
    const { hosts, network, record, rules, transactionVersion } = this.parts;
    const reconnects = new Reconnects(host, network);
    const context: ClientContext = { id: client, host, network, rules, record, hosts, reconnects, transactionVersion };
    const settings = producerSettingsOf(this.options, client);
    const group = this.groupOf(client);
    if (group === undefined) {
      const topics = this.options.topics.map(({ name }) => name);
      const { ownPartitioners } = this.parts;
      this.producers.set(client, new Producer(context, { topics, settings: settings!, ownPartitioners }));
      return;
    }
    const output =
      settings === undefined ? undefined : new TransactionalOutput(context, this.outputOf(client, group, settings));
    const consumerSettings = withDefaults(defaultConsumerSettings, group.config);
    this.consumers.set(client, new Consumer(context, group, consumerSettings, output));
  }

  private outputOf(client: ClientId, { id: group, instances, output }: GroupOptions, settings: ProducerSettings): OutputTo {
    const { topic } = output!;
    const { partitions } = this.options.topics.find(({ name }) => name === topic)!;
    return { group, instance: instances?.[client], topic, partitions, settings };
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

  endTransaction(producer: ClientId, outcome: "commit" | "abort"): void {
    const host = this.host(producer);
    if (host.isUp) host.run(() => this.producers.get(producer)!.queue?.end(outcome));
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
