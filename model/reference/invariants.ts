/**
 * What must be true of every state of a cluster. I1 to I7 are the names of the semantics that everything here rests on; the
 * guards of the model see to them, and these functions look whether they do.
 */

import type { TopicPartition } from "../ids.ts";
import { firstDeparture } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";

export interface Invariant {
  readonly id: string;
  readonly sentence: string;
  /** Looks at one partition; says what is wrong with it, if anything is. */
  check(state: ClusterState, partition: PartitionState): string | undefined;
}

const watermarkWithinLog: Invariant = {
  id: "I1",
  sentence: "A replica's high watermark is not beyond the end of its log.",
  check: (_state, { copies }) => {
    for (const [broker, { highWatermark, log }] of copies) {
      if (highWatermark > log.length) return `replica ${broker} has watermark ${highWatermark} and ${log.length} records`;
    }
    return undefined;
  },
};

const committedEverywhere: Invariant = {
  id: "I2",
  sentence: "Every record that was ever committed is on every member of the ISR that has not lost power since.",
  check: (_state, { committed, copies: all, isr }) => {
    for (const member of isr) {
      const copy = all.get(member);
      // A member without a replica is found by I7.
      if (copy === undefined || copy.isDamaged) continue;
      const missing = firstDeparture(copy.log, committed, committed.length);
      if (missing >= 0) return `replica ${member} is in the ISR and lacks the committed record at ${missing}`;
    }
    return undefined;
  },
};

const logMatching: Invariant = {
  id: "I3",
  sentence: "Where two logs have a record of one offset and epoch, they are the same up to there.",
  check: (_state, { copies, replicas }) => {
    for (const [left, { log: first }] of copies) {
      for (const [right, { log: second }] of copies) {
        if (first === second || replicas.indexOf(left) >= replicas.indexOf(right)) continue;
        let shared = Math.min(first.length, second.length);
        while (shared > 0 && first[shared - 1]!.epoch !== second[shared - 1]!.epoch) shared--;
        const differs = firstDeparture(first, second, shared);
        if (differs >= 0) return `replicas ${left} and ${right} differ at ${differs} and agree on an epoch after it`;
      }
    }
    return undefined;
  },
};

const leaderComplete: Invariant = {
  id: "I4",
  sentence: "The elected leader has every record that was ever committed.",
  check: (_state, { committed, copies: all, leader }) => {
    const copy = all.get(leader);
    if (copy === undefined || copy.isDamaged) return undefined;
    const missing = firstDeparture(copy.log, committed, committed.length);
    return missing < 0 ? undefined : `leader ${leader} lacks the committed record at ${missing}`;
  },
};

const oneLeaderPerEpoch: Invariant = {
  id: "I5",
  sentence: "In one leader epoch at most one replica acts as leader.",
  check: (_state, { copies }) => {
    for (const [broker, { role }] of copies) {
      if (role.kind !== "leader") continue;
      for (const [other, { role: others }] of copies) {
        if (other === broker) break;
        if (others.kind === "leader" && others.epoch === role.epoch) {
          return `brokers ${other} and ${broker} both lead in epoch ${role.epoch}`;
        }
      }
    }
    return undefined;
  },
};

const epochsAreKnown: Invariant = {
  id: "I6",
  sentence: "No replica acts in an epoch that the controllers have not reached, and epochs do not fall within a log.",
  check: (_state, { copies: all, leaderEpoch }) => {
    for (const [broker, { log, role }] of all) {
      if ("epoch" in role && role.epoch > leaderEpoch) return `replica ${broker} acts in epoch ${role.epoch} of ${leaderEpoch}`;
      const falls = firstFall(log);
      if (falls >= 0) return `in the log of replica ${broker} the epoch falls at ${falls}`;
    }
    return undefined;
  },
};

function firstFall(log: Copy["log"]): number {
  for (let at = 1; at < log.length; at++) if (log[at]!.epoch < log[at - 1]!.epoch) return at;
  return -1;
}

const leaderInSync: Invariant = {
  id: "I7",
  sentence: "The leader is in the ISR, and the ISR is among the replicas.",
  check: (_state, { isr, leader, replicas }) => {
    if (leader >= 0 && !isr.includes(leader)) return `leader ${leader} is not in the ISR ${isr.join(", ")}`;
    const stranger = isr.find((member) => !replicas.includes(member));
    return stranger === undefined ? undefined : `broker ${stranger} is in the ISR and has no replica`;
  },
};

export const invariants: readonly Invariant[] = [
  watermarkWithinLog,
  committedEverywhere,
  logMatching,
  leaderComplete,
  oneLeaderPerEpoch,
  epochsAreKnown,
  leaderInSync,
];

/** An invariant that does not hold. */
export interface Broken {
  readonly invariant: Invariant;
  readonly partition: TopicPartition;
  readonly because: string;
}

/** The first invariant that does not hold in this state, looked for in all partitions or in the one that was touched. */
export function firstBroken(state: ClusterState, touched?: TopicPartition): Broken | undefined {
  for (const name of touched === undefined ? state.partitions.keys() : [touched]) {
    const partition = state.partitions.get(name)!;
    for (const invariant of invariants) {
      const because = invariant.check(state, partition);
      if (because !== undefined) return { invariant, partition: name, because };
    }
  }
  return undefined;
}
