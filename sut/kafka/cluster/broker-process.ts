/** One broker as a process in a container: killed, stopped, paused and brought back, one thing after the other. */

import { setTimeout as sleep } from "node:timers/promises";
import type { BrokerId } from "../../../model/ids.ts";
import type { ProcessState } from "../../../fault-injection/cluster-view.ts";
import type { Peer } from "../wire/round-trip.ts";
import { KafkaError } from "../kafka-error.ts";
import type { Engine } from "../testcontainers.ts";

type Container = ReturnType<Engine["container"]["getById"]>;

/** How long a broker may take to shut down after SIGTERM, before SIGKILL: as `docker stop` has it. */
const stopGraceMs = 10_000;
const startTriesMax = 5;
const startRetryMs = 300;
/** How long a broker may take to answer one question. Healthy ones answer within milliseconds. */
const answerLimitMs = 1000;

/** What the engine answers where a container is in that state already, or cannot get there from the one it is in. */
const wrongStateCodes: ReadonlySet<unknown> = new Set([304, 409]);

/** Commands return at once and are carried out in order; what became of them is told by `whenHit` and `whenDone`. */
export class BrokerProcess {
  readonly id: BrokerId;
  readonly peer: Peer;
  private readonly container: Container;
  private wanted: ProcessState = "up";
  private commands: Promise<void> = Promise.resolve();
  /** What has to be done before anybody looks at the cluster again: all but a shutdown in good order and a start. */
  private blows: Promise<void> = Promise.resolve();
  private failure: KafkaError | undefined;

  constructor(id: BrokerId, port: number, container: Container) {
    this.id = id;
    this.peer = { host: "127.0.0.1", port, timeoutMs: answerLimitMs };
    this.container = container;
  }

  /** What the process has been told to be. */
  get state(): ProcessState {
    return this.wanted;
  }

  /** SIGKILL. */
  kill(): void {
    this.enqueueBlow("down", async () => {
      await this.signal("SIGKILL");
      await this.container.wait();
    });
  }

  /** SIGTERM, and SIGKILL where it takes too long. A start that is asked for meanwhile waits until the process is gone. */
  stop(): void {
    this.enqueue("down", async () => {
      await this.signal("SIGTERM");
      const isGone = await Promise.race([this.container.wait().then(() => true), sleep(stopGraceMs, false)]);
      if (isGone) return;
      await this.signal("SIGKILL");
      await this.container.wait();
    });
  }

  start(): void {
    this.enqueue("up", async () => {
      for (let tries = 1; ; tries++) {
        try {
          await unlessInThatState(this.container.start());
          return;
        } catch (error) {
          // Its port may be taken for a moment, by a client that was given it for an outgoing connection.
          if (tries >= startTriesMax) throw error;
          await sleep(startRetryMs);
        }
      }
    });
  }

  /** SIGSTOP, in effect: the process is frozen, its connections stay open. */
  pause(): void {
    this.enqueueBlow("paused", () => unlessInThatState(this.container.pause()));
  }

  resume(): void {
    this.enqueueBlow("up", () => unlessInThatState(this.container.unpause()));
  }

  /** Settles once what disturbs the process has been done to it. Throws where the engine could not do what it was told. */
  async whenHit(): Promise<void> {
    await this.blows;
    this.throwFailure();
  }

  /** Settles once everything that the process was told has been done. Throws as `whenHit` does. */
  async whenDone(): Promise<void> {
    await this.commands;
    this.throwFailure();
  }

  /** Brings a process back that has ended without having been told to. Returns whether it had. */
  async revive(): Promise<boolean> {
    await this.whenDone();
    const { State } = await this.container.inspect();
    if (this.wanted !== "up" || State.Running) return false;
    this.start();
    await this.whenDone();
    return true;
  }

  /** The last lines that the broker wrote. */
  async logTail(lines: number): Promise<string> {
    const output = await this.container.logs({ stdout: true, stderr: true, tail: lines });
    return output.toString("utf8");
  }

  private enqueueBlow(state: ProcessState, command: () => Promise<unknown>): void {
    this.enqueue(state, command);
    this.blows = this.commands;
  }

  private enqueue(state: ProcessState, command: () => Promise<unknown>): void {
    this.wanted = state;
    this.commands = this.commands.then(async () => {
      try {
        await command();
      } catch (cause) {
        const text = `the Docker engine could not have broker ${this.id} ${state}: ${String(cause)}`;
        this.failure ??= new KafkaError("KAFKA_CLUSTER_LOST", text, { cause });
      }
    });
  }

  private throwFailure(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  private signal(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    return unlessInThatState(this.container.kill({ signal }));
  }
}

/** Waits for a change of state. A broker that has ended by itself cannot be killed: that is the broker's doing, not an error. */
async function unlessInThatState(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!wrongStateCodes.has((error as { readonly statusCode?: number }).statusCode)) throw error;
  }
}
