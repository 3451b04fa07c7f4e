/**
 * Plays a schedule on real brokers with real clients: the same phases as on the in-memory cluster, with promises instead of an
 * event loop. Nothing that brokers or clients do wrong is an error here; it goes into the history.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Command, CommandKind } from "../../../fault-injection/command.ts";
import { Interpreter } from "../../../fault-injection/interpreter.ts";
import type { PlayedStep } from "../../../fault-injection/interpreter.ts";
import type { History, Phase } from "../../../model/history.ts";
import type { ClientId, TopicPartition } from "../../../model/ids.ts";
import type { Schedule } from "../../../model/schedule.ts";
import type { Played, PlayOptions } from "../../played.ts";
import { afterLastStepMs, anchorLimitMs, settledLooks } from "../../trial-limits.ts";
import { KafkaClients } from "../clients/kafka-clients.ts";
import { lookAtCluster } from "../cluster-view.ts";
import type { KafkaCluster } from "../cluster/kafka-cluster.ts";
import { Observer } from "../cluster/observer.ts";
import { KafkaError } from "../kafka-error.ts";
import { until } from "../until.ts";
import { electPreferredLeader } from "../wire/elect-leaders.ts";
import { deviationsOf } from "./deviations.ts";
import { readBack } from "./read-back.ts";
import { TrialNames } from "./trial-names.ts";
import { TrialRecorder } from "./trial-recorder.ts";
import { TrialState } from "./trial-state.ts";
import type { TrialLook } from "./trial-state.ts";
import { createTrialTopics, removeTrialTopics } from "./trial-topics.ts";

/** How long producers may take to connect before a trial begins. */
const connectLimitMs = 20_000;
/** How long nothing at all may happen while steps are left: anchors that wait for each other are given up then. */
const standstillLimitMs = 30_000;
/** How long a healed cluster may take to come to rest; every timeout in it is well below. */
const drainLimitMs = 60_000;
/** How long the driver sleeps at most before it looks again whether something has happened. */
const napMs = 5;

/** What can be done to real brokers and clients so far. */
export const supportedCommands: ReadonlySet<CommandKind> = new Set<CommandKind>([
  "kill-broker",
  "stop-broker",
  "start-broker",
  "pause-broker",
  "resume-broker",
  "elect-leader",
  "start-client",
  "stop-client",
  "kill-client",
  "pause-client",
  "resume-client",
  "set-handler",
  "send",
]);

/**
 * Plays `schedule` as the trial of the given name, which is to be unique on the cluster. Times in the history are microseconds
 * since the trial began. Throws a {@link KafkaError} where the cluster cannot go on, or a client's process has a mistake.
 */
export async function playOnKafka(
  cluster: KafkaCluster,
  trial: { readonly name: string; readonly schedule: Schedule },
  options: PlayOptions,
): Promise<Played> {
  await using played = new KafkaTrial(cluster, trial.name, trial.schedule, options);
  return await played.play();
}

class KafkaTrial implements AsyncDisposable {
  private readonly cluster: KafkaCluster;
  private readonly schedule: Schedule;
  private readonly options: PlayOptions;
  private readonly names: TrialNames;
  private readonly observer: Observer;
  private readonly interpreter: Interpreter;
  private readonly record: TrialRecorder;
  private readonly clients: KafkaClients;
  private readonly state: TrialState;
  private readonly deviations: string[];
  private readonly failures: string[] = [];
  private lastEventUs = 0;

  constructor(cluster: KafkaCluster, name: string, schedule: Schedule, options: PlayOptions) {
    this.deviations = [...deviationsOf(schedule, cluster.brokers.size)];
    this.cluster = cluster;
    this.schedule = schedule;
    this.options = options;
    const prefix = `${name}-`;
    this.names = new TrialNames(prefix);
    this.observer = new Observer(cluster.brokers);
    const { ownFaults = [], ownPartitioners = [] } = options;
    this.interpreter = new Interpreter(schedule, { ownFaults, supports: supportedCommands, anchorLimitMs });
    this.record = new TrialRecorder((event) => {
      this.lastEventUs = this.record.nowUs;
      this.interpreter.observe(event);
      this.state.observe(event);
    });
    this.clients = new KafkaClients({
      options: schedule.options,
      brokers: [...cluster.brokers.values()].map(({ peer }) => `${peer.host}:${peer.port}`),
      prefix,
      reaper: cluster.reaper,
      ownPartitioners,
      record: (event, stampUs) => this.record.client(event, stampUs),
      onFailure: (text) => this.failures.push(text),
      onLoss: (client, lastWords) => this.onLoss(client, lastWords),
    });
    const { clients, names, observer } = this;
    this.state = new TrialState({ options: schedule.options, names, observer, clients });
  }

  async play(): Promise<Played> {
    this.options.onProgress?.("making topics and producers");
    await this.setUp();
    this.record.begin();
    this.beginPhase("play");
    await this.playSteps();
    await this.rest(afterLastStepMs);
    this.beginPhase("heal");
    await this.heal();
    this.beginPhase("drain");
    await this.drain();
    this.beginPhase("read-back");
    const { names, observer, options, record, schedule } = this;
    this.noteLimit("read-back", await readBack({ names, observer, options: schedule.options }, record, options.signal));
    this.beginPhase("end");
    this.throwFailures();
    const history: History = record.close();
    return { history, deviations: this.deviations };
  }

  /** Ends the clients, gives the brokers back in good health, and removes what the trial had for itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.record.close();
    await this.clients.end();
    await Promise.all(
      [...this.cluster.brokers.values()].map((broker) => {
        if (broker.state === "paused") broker.resume();
        else if (broker.state === "down") broker.start();
        return broker.revive();
      }),
    );
    const { names, observer, schedule } = this;
    await removeTrialTopics({ names, observer, options: schedule.options });
  }

  // --- phases ----------------------------------------------------------------------------------------------------------

  private async setUp(): Promise<void> {
    const { clients, names, observer, options, schedule } = this;
    await this.cluster.whenHealthy();
    // Producers connect while the topics are made: a producer needs none to connect.
    for (const { id } of schedule.options.producers) clients.start(id);
    await createTrialTopics({ names, observer, options: schedule.options }, options.signal);
    await this.waitUntil(() => clients.unready(), connectLimitMs);
  }

  private async playSteps(): Promise<void> {
    const { interpreter, record } = this;
    while (!interpreter.isDone) {
      this.throwFailures();
      const dueUs = interpreter.nextDueUs;
      const { nowUs } = record;
      if (dueUs > nowUs) {
        if (dueUs === Infinity && nowUs - this.lastEventUs > standstillLimitMs * 1000) {
          return this.noteLimit("play", ["steps whose anchors wait for each other"]);
        }
        await this.rest(Math.min(napMs, (dueUs - nowUs) / 1000));
        continue;
      }
      await this.playDueStep(nowUs);
    }
  }

  private async playDueStep(nowUs: number): Promise<void> {
    const { interpreter, names, observer, schedule } = this;
    const { brokers } = this.cluster;
    const step = interpreter.dueStep(nowUs)!;
    // A fault is aimed at a cluster that has felt the last one. Sends wait for nothing.
    if (step.do.kind !== "send") await Promise.all([...brokers.values()].map((broker) => broker.whenHit()));
    const sources = { brokers, names, observer, options: schedule.options };
    const view = await lookAtCluster(sources, this.clients.states(), step.do);
    // Something may have happened meanwhile that makes another step due first.
    if (interpreter.dueStep(nowUs) !== step) return;
    const played = interpreter.play(nowUs, view);
    if (played !== undefined) this.carryOut(played);
  }

  private async heal(): Promise<void> {
    this.carryOut(this.interpreter.healEverything());
    const { brokers } = this.cluster;
    // A start is over when the container runs, not when the broker is in service: the next phase waits for that.
    await Promise.all([...brokers.values()].map((broker) => broker.whenDone()));
    for (const broker of brokers.values()) {
      if (await broker.revive()) this.deviations.push(`broker ${broker.id} had ended by itself, and was started again`);
    }
  }

  /** Waits for the cluster to come to rest, and records how it was when it had. */
  private async drain(): Promise<void> {
    const { record, state } = this;
    let found: TrialLook = { unsettled: [], partitions: [], groups: [] };
    const look = async (): Promise<readonly string[]> => {
      const deserted = this.startMembers();
      found = await state.look();
      return [...deserted, ...found.unsettled];
    };
    this.noteLimit("drain", await this.waitUntil(look, drainLimitMs, settledLooks));
    // As the last look found it, so that what was waited for and what is told of the end are the same.
    record.harness({ kind: "cluster-described", partitions: found.partitions, groups: found.groups });
  }

  /** Records can only be drained by somebody: a group that nobody is in any more gets its first member back. */
  private startMembers(): readonly string[] {
    const { clients } = this;
    const states = clients.states();
    const { groups } = this.schedule.options;
    const deserted = groups.filter(({ members }) => members.every((member) => states.get(member) === "down"));
    for (const { members } of deserted) clients.start(members[0]!);
    return deserted.map(({ id }) => `${id} to have a member`);
  }

  // --- commands --------------------------------------------------------------------------------------------------------

  private carryOut({ commands, events }: PlayedStep): void {
    for (const event of events) this.record.harness(event);
    for (const command of commands) this.execute(command);
  }

  /** Begins to do what a command says. What takes its time goes on while the next steps are played. */
  private execute(command: Command): void {
    const { clients } = this;
    switch (command.kind) {
      case "kill-broker":
        return this.cluster.brokers.get(command.broker)!.kill();
      case "stop-broker":
        return this.cluster.brokers.get(command.broker)!.stop();
      case "start-broker":
        return this.cluster.brokers.get(command.broker)!.start();
      case "pause-broker":
        return this.cluster.brokers.get(command.broker)!.pause();
      case "resume-broker":
        return this.cluster.brokers.get(command.broker)!.resume();
      case "elect-leader":
        return this.electLeader(command.partition);
      case "start-client":
        return clients.start(command.client);
      case "stop-client":
        return clients.stop(command.client);
      case "kill-client":
        return clients.kill(command.client);
      case "pause-client":
        return clients.pause(command.client);
      case "resume-client":
        return clients.resume(command.client);
      case "set-handler":
        return clients.setHandlerMs(command.client, command.handlerMs);
      case "send":
        return clients.send(command.step, command.operation);
      case "power-off-broker":
      case "fail-disk":
      case "replace-disk":
      case "elect-unclean-leader":
      case "reassign-partition":
      case "cancel-reassignment":
      case "delete-records":
      case "cut-link":
      case "heal-link":
      case "suspend-broker":
      case "suspend-client":
      case "jump-clock":
      case "slow-link":
      case "quicken-link":
      case "reset-connections":
      case "delay-request":
      case "duplicate-request":
      case "pass-requests":
      case "lose-response":
      case "keep-responses":
        throw new Error(`the interpreter let ${command.kind} through, which is not supported`);
    }
  }

  /** Whether the election takes place is the controller's to say: a refusal changes nothing. */
  private electLeader(partition: TopicPartition): void {
    const onCluster = this.names.partition(partition);
    void this.observer.askAny((peer) => electPreferredLeader(peer, onCluster));
  }

  // --- the rest --------------------------------------------------------------------------------------------------------

  private beginPhase(phase: Phase): void {
    this.options.onProgress?.(phase);
    this.record.harness({ kind: "phase-started", phase });
  }

  private waitUntil(
    look: () => Promise<readonly string[]> | readonly string[],
    limitMs: number,
    looks = 1,
  ): Promise<readonly string[]> {
    const lookAndCheck = (): Promise<readonly string[]> | readonly string[] => {
      this.throwFailures();
      return look();
    };
    return until(lookAndCheck, { limitMs, looks, signal: this.options.signal });
  }

  private noteLimit(limit: string, waitedFor: readonly string[]): void {
    if (waitedFor.length > 0) this.record.harness({ kind: "limit-reached", limit, waitedFor });
  }

  private async rest(durationMs: number): Promise<void> {
    this.options.signal?.throwIfAborted();
    await sleep(Math.max(1, durationMs));
  }

  private onLoss(client: ClientId, lastWords: string): void {
    const words = lastWords.trim().split("\n").at(-1) ?? "";
    this.deviations.push(`client ${client} ended by itself${words === "" ? "" : `: ${words}`}`);
  }

  private throwFailures(): void {
    const text = this.failures[0];
    if (text !== undefined) throw new KafkaError("KAFKA_CLIENT_FAILED", `a mistake of kafka-trial's own in ${text}`);
  }
}
