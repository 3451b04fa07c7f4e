/**
 * Plays a schedule on the in-memory cluster, from the first step to the last record read back. Synchronous: it returns when
 * the trial is over, and the same schedule under the same rules gives the same history, byte for byte.
 */

import { commandKinds } from "../../fault-injection/command.ts";
import { Interpreter } from "../../fault-injection/interpreter.ts";
import type { PlayedStep } from "../../fault-injection/interpreter.ts";
import type { OwnFault } from "../../fault-injection/own-fault.ts";
import type { OwnPartitioner } from "../../model/partitioners/own-partitioner.ts";
import type { Schedule } from "../../model/schedule.ts";
import type { Played } from "../played.ts";
import { afterLastStepMs, anchorLimitMs, settledLooks } from "../trial-limits.ts";
import { SimCluster } from "./cluster.ts";
import { kafkaRules } from "./rules/rules.ts";
import type { Rules } from "./rules/rules.ts";

/** How long a healed cluster may take to come to rest; every timeout in it is well below. */
const drainLimitMs = 40_000;
/** How long reading back may take. */
const readBackLimitMs = 10_000;
/** How often it is looked whether the cluster has come to rest. */
const settledCheckMs = 25;
/** A trial that takes more events than this does not end by itself. */
const eventsMax = 1_000_000;

export interface SimOptions {
  /** Kafka's rules, or those with a planted bug. */
  readonly rules?: Rules;
  readonly ownFaults?: readonly OwnFault[];
  readonly ownPartitioners?: readonly OwnPartitioner[];
}

/** What came of it, and how much work it was. */
export interface PlayedInMemory extends Played {
  /** How many events the loop ran. */
  readonly loopEvents: number;
}

/** Plays `schedule` and returns what was observed. */
export function playInMemory(schedule: Schedule, options: SimOptions = {}): PlayedInMemory {
  return new SimTrial(schedule, options).play();
}

class SimTrial {
  private readonly schedule: Schedule;
  private readonly interpreter: Interpreter;
  private readonly cluster: SimCluster;

  constructor(schedule: Schedule, { ownFaults = [], ownPartitioners = [], rules = kafkaRules }: SimOptions) {
    this.schedule = schedule;
    this.interpreter = new Interpreter(schedule, { ownFaults, supports: commandKinds, anchorLimitMs });
    this.cluster = new SimCluster(schedule, { rules, ownPartitioners, onEvent: (event) => this.interpreter.observe(event) });
  }

  play(): PlayedInMemory {
    const { cluster } = this;
    cluster.record.harness({ kind: "phase-started", phase: "play" });
    this.playSteps();
    this.runFor(afterLastStepMs);
    cluster.record.harness({ kind: "phase-started", phase: "heal" });
    this.carryOut(this.interpreter.healEverything());
    cluster.record.harness({ kind: "phase-started", phase: "drain" });
    this.runUntil("drain", drainLimitMs, (max) => this.unsettled(max));
    const partitions = cluster.describePartitions();
    cluster.record.harness({ kind: "cluster-described", partitions, groups: cluster.describeGroups() });
    cluster.record.harness({ kind: "phase-started", phase: "read-back" });
    this.readBack();
    cluster.record.harness({ kind: "phase-started", phase: "end" });
    return { history: cluster.record.events, deviations: [], loopEvents: cluster.loop.ran };
  }

  private playSteps(): void {
    const { cluster, interpreter } = this;
    const { loop } = cluster;
    while (!interpreter.isDone) {
      const dueUs = interpreter.nextDueUs;
      if (dueUs > loop.nowUs && this.step(dueUs)) continue;
      loop.advanceTo(Math.min(dueUs, Number.MAX_SAFE_INTEGER));
      const played = interpreter.play(loop.nowUs, cluster);
      if (played !== undefined) this.carryOut(played);
    }
  }

  private carryOut({ commands, events }: PlayedStep): void {
    for (const event of events) this.cluster.record.harness(event);
    for (const command of commands) this.cluster.execute(command);
  }

  /** Records can only be drained by somebody: a group that nobody is in any more gets its first member back. */
  private unsettled(max: number): readonly string[] {
    const { clientProcesses } = this.cluster;
    const deserted = this.schedule.options.groups.filter((group) => clientProcesses.running(group).length === 0);
    if (deserted.length === 0) return this.cluster.unsettled(max);
    for (const { members } of deserted) this.cluster.execute({ kind: "start-client", client: members[0]! });
    const wanting = deserted.map(({ id }) => `${id} to have a member`);
    return [...wanting, ...this.cluster.unsettled(max - wanting.length)];
  }

  private readBack(): void {
    let isRead = false;
    this.cluster.readBack(() => {
      isRead = true;
    });
    this.runUntil("read-back", readBackLimitMs, () => (isRead ? [] : ["every log to be read back"]));
  }

  private runFor(durationMs: number): void {
    const untilUs = this.cluster.loop.nowUs + durationMs * 1000;
    while (this.step(untilUs));
    this.cluster.loop.advanceTo(untilUs);
  }

  /** Runs until nothing is waited for. Of what is, all but the first is worked out only when the limit has been reached. */
  private runUntil(limit: string, limitMs: number, waitedFor: (max: number) => readonly string[]): void {
    const deadlineUs = this.cluster.loop.nowUs + limitMs * 1000;
    let quiet = 0;
    for (;;) {
      const isOver = this.cluster.loop.nowUs >= deadlineUs || this.cluster.loop.ran >= eventsMax;
      const left = waitedFor(isOver ? Infinity : 1);
      quiet = left.length === 0 ? quiet + 1 : 0;
      if (quiet === settledLooks) return;
      if (isOver) {
        this.cluster.record.harness({ kind: "limit-reached", limit, waitedFor: left });
        return;
      }
      this.runFor(settledCheckMs);
    }
  }

  private step(untilUs: number): boolean {
    return this.cluster.loop.ran < eventsMax && this.cluster.loop.step(untilUs);
  }
}
