/**
 * Plays a schedule on the in-memory cluster, from the first step to the last record read back. Synchronous: it returns when
 * the trial is over, and the same schedule under the same rules gives the same history, byte for byte.
 */

import { commandKinds } from "../../fault-injection/command.ts";
import { Interpreter } from "../../fault-injection/interpreter.ts";
import type { PlayedStep } from "../../fault-injection/interpreter.ts";
import type { OwnFault } from "../../fault-injection/own-fault.ts";
import type { OwnPartitioner } from "../../model/partitioners/own-partitioner.ts";
import type { GroupOptions, Schedule } from "../../model/schedule.ts";
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

/** What a phase runs for, and in words what is missing of it. */
interface Goal {
  isReached(): boolean;
  waitedFor(): readonly string[];
}

class SimTrial {
  private readonly schedule: Schedule;
  private readonly interpreter: Interpreter;
  private readonly cluster: SimCluster;

  constructor(schedule: Schedule, { ownFaults = [], ownPartitioners = [], rules = kafkaRules }: SimOptions) {
    this.schedule = schedule;
    this.interpreter = new Interpreter(schedule, { ownFaults, supports: commandKinds, anchorLimitMs });
    this.cluster = new SimCluster(schedule, {
      rules,
      ownPartitioners,
      onClientEvent: (event) => this.interpreter.observe(event),
    });
  }

  play(): PlayedInMemory {
    const { cluster } = this;
    cluster.record.harness({ kind: "phase-started", phase: "play" });
    this.playSteps();
    this.runFor(afterLastStepMs);
    cluster.record.harness({ kind: "phase-started", phase: "heal" });
    this.carryOut(this.interpreter.healEverything());
    cluster.record.harness({ kind: "phase-started", phase: "drain" });
    this.drain();
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

  private drain(): void {
    let deserted: readonly GroupOptions[] = [];
    this.runUntil("drain", drainLimitMs, {
      isReached: () => {
        deserted = this.deserted();
        // Records can only be drained by somebody: a group that nobody is in any more gets its first member back.
        for (const { members } of deserted) this.cluster.execute({ kind: "start-client", client: members[0]! });
        return deserted.length === 0 && this.cluster.isAtRest();
      },
      waitedFor: () => [...deserted.map(({ id }) => `${id} to have a member`), ...this.cluster.unsettled()],
    });
  }

  private deserted(): readonly GroupOptions[] {
    const { clientProcesses } = this.cluster;
    return this.schedule.options.groups.filter((group) => clientProcesses.running(group).length === 0);
  }

  private readBack(): void {
    let isRead = false;
    this.cluster.readBack(() => {
      isRead = true;
    });
    this.runUntil("read-back", readBackLimitMs, {
      isReached: () => isRead,
      waitedFor: () => ["every log to be read back"],
    });
  }

  private runFor(durationMs: number): void {
    const untilUs = this.cluster.loop.nowUs + durationMs * 1000;
    while (this.step(untilUs));
    this.cluster.loop.advanceTo(untilUs);
  }

  /** Runs until the goal is reached, and stays so for some looks. */
  private runUntil(limit: string, limitMs: number, goal: Goal): void {
    const deadlineUs = this.cluster.loop.nowUs + limitMs * 1000;
    let quiet = 0;
    for (;;) {
      const isOver = this.cluster.loop.nowUs >= deadlineUs || this.cluster.loop.ran >= eventsMax;
      quiet = goal.isReached() ? quiet + 1 : 0;
      if (quiet === settledLooks) return;
      if (isOver) {
        this.cluster.record.harness({ kind: "limit-reached", limit, waitedFor: goal.waitedFor() });
        return;
      }
      this.runFor(settledCheckMs);
    }
  }

  private step(untilUs: number): boolean {
    return this.cluster.loop.ran < eventsMax && this.cluster.loop.step(untilUs);
  }
}
