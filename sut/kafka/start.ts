/** Real Kafka as a system under test: three brokers in containers, started once and used by many trials. */

import type { CommandKind } from "../../fault-injection/command.ts";
import type { Schedule } from "../../model/schedule.ts";
import type { Played, PlayOptions, ReplayGrade } from "../played.ts";
import { startCluster } from "./cluster/kafka-cluster.ts";
import { imageName } from "./engine.ts";
import { playOnKafka, supportedCommands } from "./trial/play.ts";

/** Which cluster is started. */
export interface KafkaOptions {
  /** Image of Apache Kafka; unless given, the one that KAFKA_TRIAL_IMAGE names, or else a pinned version of the official one. */
  readonly image?: string;
  /** Three unless told otherwise; each is a controller too. */
  readonly brokers?: number;
  /** Is told what is being waited for, in a few words. */
  readonly onProgress?: (text: string) => void;
}

/** Disposing of it removes the brokers. Should this process die before, another one that was started with it does. */
export interface KafkaSystem extends AsyncDisposable {
  /** What it can be told to do; steps that need more are skipped. */
  readonly supports: ReadonlySet<CommandKind>;
  /** Version of Kafka, such as `4.3.1`. */
  readonly version: string;
  /** How far a trial can be repeated on it. */
  readonly replayGrade: ReplayGrade;
  /**
   * Plays a schedule with topics, groups and clients of its own. Trials that are asked for meanwhile wait for their turn: a
   * fault of one would be felt by another.
   *
   * Throws a `KafkaError` where the schedule needs more brokers, or the cluster is beyond repair, and the signal's reason
   * where it is aborted.
   */
  play(schedule: Schedule, options?: PlayOptions): Promise<Played>;
}

const brokersUnlessTold = 3;

/** Starts the brokers and returns when they are in service. Throws a `KafkaError` that says what to do where they cannot be. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaSystem> {
  const { brokers = brokersUnlessTold, image = imageName(), onProgress = () => undefined } = options;
  const cluster = await startCluster({ image, brokers, onProgress });
  let trials = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    supports: supportedCommands,
    version: cluster.version,
    replayGrade: "schedule-exact",
    play: (schedule, playOptions = {}) => {
      const trial = { name: `trial-${++trials}`, schedule };
      const played = last.then(() => playOnKafka(cluster, trial, playOptions));
      last = played.catch(() => undefined);
      return played;
    },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
