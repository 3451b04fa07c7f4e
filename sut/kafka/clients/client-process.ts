/** A client in a process of its own, because only a killed process is a crash. */

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { ProcessState } from "../../../fault-injection/cluster-view.ts";
import { childModule } from "../child-module.ts";
import type { Reaper } from "../cleanup/start-reaper.ts";
import type { FromClient, ToClient } from "./messages.ts";

/** How much of what a client's process writes about its end is kept. */
const lastWordsMax = 2000;

export interface ClientProcessOptions {
  readonly role: "producer" | "member";
  readonly reaper: Reaper;
  readonly onMessage: (message: FromClient) => void;
  /** The process has ended and all its messages have arrived. */
  readonly onEnd: (end: ClientEnd) => void;
}

/** How a process came to its end. */
export interface ClientEnd {
  /** What it was told before: to be killed, to leave, or nothing, in which case it ended by itself. */
  readonly how: "killed" | "stopped" | "by itself";
  /** What it wrote to its standard error. */
  readonly lastWords: string;
}

/** One life of a client, from the start of its process to the end of it. */
export class ClientProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private how: ClientEnd["how"] = "by itself";
  private isPaused = false;
  private hasEnded = false;

  private constructor(child: ChildProcess, ended: Promise<void>) {
    this.child = child;
    this.ended = ended;
  }

  /** Starts the process and tells it `first`. */
  static start(options: ClientProcessOptions, first: ToClient): ClientProcess {
    const { onEnd, onMessage, reaper, role } = options;
    const child = fork(childModule(`./child/${role}-child`, import.meta.url), {
      // Not those of this process, which may be a test runner's. kafkajs sets timers that Node warns of.
      execArgv: ["--no-warnings"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let lastWords = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-lastWordsMax);
    });
    child.on("message", (message) => onMessage(message as FromClient));
    if (child.pid !== undefined) reaper.watch(child.pid);
    const ended = endOf(child);
    const client = new ClientProcess(child, ended);
    void ended.then(() => {
      client.hasEnded = true;
      if (child.pid !== undefined) reaper.unwatch(child.pid);
      onEnd({ how: client.how, lastWords });
    });
    client.tell(first);
    return client;
  }

  /** A process that is to be gone counts as down at once; one that has been asked to leave is up until it has. */
  get state(): ProcessState {
    if (this.hasEnded || this.how === "killed") return "down";
    return this.isPaused ? "paused" : "up";
  }

  /** The process is gone, and all it had to say has arrived. */
  get isOver(): boolean {
    return this.hasEnded;
  }

  /** It has been asked to leave. */
  get isLeaving(): boolean {
    return this.how === "stopped";
  }

  tell(message: ToClient): void {
    // Where it has just ended there is nobody to tell, and `onEnd` says so.
    this.child.send(message, () => undefined);
  }

  /** SIGKILL. */
  kill(): void {
    if (this.hasEnded) return;
    this.how = "killed";
    this.child.kill("SIGKILL");
  }

  /** Asks it to leave in good order. */
  stop(): void {
    if (this.hasEnded || this.how === "killed") return;
    this.how = "stopped";
    this.tell({ kind: "stop" });
  }

  /** SIGSTOP. */
  pause(): void {
    this.isPaused = true;
    this.child.kill("SIGSTOP");
  }

  /** SIGCONT. */
  resume(): void {
    this.isPaused = false;
    this.child.kill("SIGCONT");
  }

  /** Settles when the process has ended and all it had to say has arrived. */
  whenEnded(): Promise<void> {
    return this.ended;
  }
}

/** Settles when the process is gone and its channel is empty; or at once where the system could not start it. */
function endOf(child: ChildProcess): Promise<void> {
  const once = (event: "exit" | "disconnect" | "error"): Promise<void> =>
    new Promise((resolve) => child.once(event, () => resolve()));
  const gone = Promise.all([once("exit"), once("disconnect")]);
  return Promise.race([gone, once("error")]).then(() => undefined);
}
