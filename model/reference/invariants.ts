/**
 * What must be true of every state of a cluster. I1 to I11 are the names of the semantics that everything here rests on; the
 * guards of the model see to them, and these functions look whether they do.
 */

import type { BrokerId, TopicPartition } from "../ids.ts";
import { has, isSubset, membersOf, minus, noBrokers, setOf, sizeOf, tellSet } from "./broker-set.ts";
import { beginsWith, lastEpoch, producersSince, sharedPart, upTo } from "./log.ts";
import type { Log } from "./log.ts";
import { isSameSessions } from "./producer-session.ts";
import { lastStableOffset } from "./read-committed.ts";
import { minIsrOf } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";

export interface Invariant {
  readonly id: string;
  readonly sentence: string;
  /** Looks at one partition; says what is wrong with it, if anything is. */
  check(state: ClusterState, partition: PartitionState): string | undefined;
}

/** The first thing that is wrong with any replica. */
function firstIn(
  { copies }: PartitionState,
  wrongWith: (copy: Copy, broker: number) => string | undefined,
): string | undefined {
  for (let broker = 0; broker < copies.length; broker++) {
    const copy = copies[broker];
    const wrong = copy === undefined ? undefined : wrongWith(copy, broker);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const watermarkWithinLog: Invariant = {
  id: "I1",
  sentence: "A replica's high watermark is not beyond the end of its log.",
  check: (_state, partition) =>
    firstIn(partition, ({ highWatermark, log }, broker) =>
      highWatermark > log.end ? `replica ${broker} has watermark ${highWatermark} and ${log.end} records` : undefined,
    ),
};

/** The offset of the first committed record that a log lacks; -1 where it has them all. */
const firstMissing = (log: Log, committed: Log): number => {
  const shared = sharedPart(log, committed);
  return shared === committed ? -1 : shared.end;
};

const committedEverywhere: Invariant = {
  id: "I2",
  sentence:
    "What was ever committed is on every member of the ISR that has not lost power since, and what is below a watermark was.",
  check: (_state, partition) => {
    const { committed, copies, isr, lossyEpoch } = partition;
    for (const member of membersOf(isr)) {
      const copy = copies[member];
      // A member without a replica is found by I7.
      if (copy === undefined || copy.isDamaged || copy.log === committed) continue;
      const missing = firstMissing(copy.log, committed);
      if (missing >= 0) return `replica ${member} is in the ISR and lacks the committed record at ${missing}`;
    }
    if (lossyEpoch >= 0) return undefined;
    return firstIn(partition, ({ highWatermark, log }, broker) => {
      const isCommitted =
        highWatermark <= committed.end && (log === committed || beginsWith(committed, upTo(log, highWatermark)));
      return isCommitted ? undefined : `replica ${broker} has watermark ${highWatermark}, and not all below it is committed`;
    });
  },
};

const logMatching: Invariant = {
  id: "I3",
  sentence: "Where two logs have a record of one offset and epoch, they are the same up to there.",
  check: (_state, { copies }) => {
    for (let left = 0; left < copies.length; left++) {
      for (let right = left + 1; right < copies.length; right++) {
        const one = copies[left]?.log;
        const other = copies[right]?.log;
        if (one === undefined || other === undefined || one === other) continue;
        const differs = firstMismatch(one, other);
        if (differs >= 0) return `replicas ${left} and ${right} differ at ${differs} and agree on an epoch after it`;
      }
    }
    return undefined;
  },
};

function firstMismatch(left: Log, right: Log): number {
  const end = Math.min(left.end, right.end);
  let one = upTo(left, end);
  let other = upTo(right, end);
  let agrees = false;
  while (one !== other) {
    agrees ||= one.last!.epoch === other.last!.epoch;
    one = one.before!;
    other = other.before!;
  }
  return agrees ? one.end : -1;
}

const leaderComplete: Invariant = {
  id: "I4",
  sentence: "The elected leader has every record that was ever committed.",
  check: (_state, { committed, copies, hasElr, leader, leaderEpoch, lossyEpoch }) => {
    const copy = copies[leader];
    if (copy === undefined || copy.log === committed) return undefined;
    const { role } = copy;
    // Until a broker has registered again, the controllers cannot know that the leader they elected is not what it was.
    const isUnknown = role.kind === "down" || (role.kind === "idle" && !role.isRegistered);
    const isPermitted = copy.isDamaged && (!hasElr || lossyEpoch === leaderEpoch || isUnknown);
    const missing = isPermitted ? -1 : firstMissing(copy.log, committed);
    return missing < 0 ? undefined : `leader ${leader} lacks the committed record at ${missing}`;
  },
};

const oneLeaderPerEpoch: Invariant = {
  id: "I5",
  sentence: "In one leader epoch at most one replica acts as leader, and its log only grows.",
  check: (_state, { copies, terms }) => {
    for (let broker = 0; broker < copies.length; broker++) {
      const role = copies[broker]?.role;
      if (role?.kind !== "leader") continue;
      const elected = terms[role.epoch]?.leader;
      if (elected !== undefined && elected !== broker) {
        return `brokers ${Math.min(elected, broker)} and ${Math.max(elected, broker)} both lead in epoch ${role.epoch}`;
      }
      for (let other = 0; other < broker; other++) {
        const others = copies[other]?.role;
        if (others?.kind === "leader" && others.epoch === role.epoch) {
          return `brokers ${other} and ${broker} both lead in epoch ${role.epoch}`;
        }
      }
      if (copies[broker]!.log.end < role.epochStartOffset) return `leader ${broker} has cut off what it began its term with`;
    }
    return undefined;
  },
};

const epochsAreKnown: Invariant = {
  id: "I6",
  sentence: "No replica acts in an epoch that the controllers have not reached, and epochs do not fall within a log.",
  check: (_state, partition) =>
    firstIn(partition, ({ log, role }, broker) => {
      if ("epoch" in role && role.epoch > partition.leaderEpoch) {
        return `replica ${broker} acts in epoch ${role.epoch} of ${partition.leaderEpoch}`;
      }
      const falls = firstFall(log);
      return falls < 0 ? undefined : `in the log of replica ${broker} the epoch falls at ${falls}`;
    }),
};

/** Where the epoch of a record is lower than that of the one before it; -1 where it never is. */
function firstFall(log: Log): number {
  let falls = -1;
  for (let at = log; at.end > 1; at = at.before!) if (at.last!.epoch < lastEpoch(at.before!)) falls = at.end - 1;
  return falls;
}

const leaderInSync: Invariant = {
  id: "I7",
  sentence:
    "The leader is in the ISR and in service, and the ISR is among the replicas and in service but for its last member.",
  check: ({ brokers }, { hasElr, isr, leader, replicas }) => {
    if (leader >= 0 && !has(isr, leader)) return `leader ${leader} is not in the ISR ${tellSet(isr)}`;
    if (!isSubset(isr, setOf(replicas))) {
      return `broker ${tellSet(minus(isr, setOf(replicas)))} is in the ISR and has no replica`;
    }
    if (leader >= 0 && brokers[leader]?.isFenced === true) return `leader ${leader} is fenced`;
    if (!hasElr && sizeOf(isr) < 2) return undefined;
    const fenced = membersOf(isr).find((member) => brokers[member]?.isFenced === true);
    return fenced === undefined ? undefined : `broker ${fenced} is fenced and in the ISR ${tellSet(isr)}`;
  },
};

const epochStartsFit: Invariant = {
  id: "I8",
  sentence: "What a replica knows of epochs grows in both epochs and offsets, and is what its records say.",
  check: (_state, partition) =>
    firstIn(partition, ({ epochs, logStart, ownLog }, broker) => {
      for (let at = 1; at < epochs.length; at++) {
        const [before, after] = [epochs[at - 1]!, epochs[at]!];
        if (before.epoch >= after.epoch || before.startOffset >= after.startOffset) {
          return `replica ${broker} has epoch ${after.epoch} from ${after.startOffset} after epoch ${before.epoch} from ${before.startOffset}`;
        }
      }
      if (ownLog.end <= logStart) return undefined;
      const known = epochs.findLast(({ startOffset }) => startOffset < ownLog.end);
      return known?.epoch === lastEpoch(ownLog)
        ? undefined
        : `the last record of replica ${broker} is of epoch ${lastEpoch(ownLog)}, and it knows of ${known?.epoch ?? "none"} there`;
    }),
};

const startWithinWatermark: Invariant = {
  id: "I9",
  sentence: "A log begins at or before its last stable offset, and that is not beyond its high watermark.",
  check: (_state, partition) =>
    firstIn(partition, (copy, broker) => {
      const stable = copy.log.hasTransactions ? lastStableOffset(copy) : copy.highWatermark;
      return copy.logStart <= stable && stable <= copy.highWatermark
        ? undefined
        : `replica ${broker} begins at ${copy.logStart}, of last stable offset ${stable} and watermark ${copy.highWatermark}`;
    }),
};

const producersFollowLog: Invariant = {
  id: "I10",
  sentence: "What a replica remembers of producers is what its log says of them, from where it last began anew.",
  check: (_state, partition) =>
    firstIn(partition, ({ cleaned, ownLog, producers, producersFrom }, broker) =>
      // Whole batches that were cleaned away nobody hears of who replicates the log later.
      cleaned.gone.length > 0 || isSameSessions(producers, producersSince(ownLog, producersFrom))
        ? undefined
        : `replica ${broker} remembers other batches of producers than it has`,
    ),
};

const eligibleLeaders: Invariant = {
  id: "I11",
  sentence:
    "Eligible leaders are replicas outside the ISR with all that is committed, and there are none while enough are in sync.",
  check: (_state, partition) => {
    const { committed, copies, elr, isr, replicas } = partition;
    if (elr === noBrokers) return undefined;
    if ((elr & isr) !== 0) return `the ISR ${tellSet(isr)} and the eligible ${tellSet(elr)} overlap`;
    if (!isSubset(elr, setOf(replicas))) return `not all of the eligible ${tellSet(elr)} are replicas`;
    if (sizeOf(isr) >= minIsrOf(partition)) return `${tellSet(elr)} are eligible while enough are in the ISR ${tellSet(isr)}`;
    const lacking = (member: BrokerId): boolean => {
      const copy = copies[member]!;
      return !copy.isDamaged && firstMissing(copy.log, committed) >= 0;
    };
    const member = membersOf(elr).find(lacking);
    return member === undefined ? undefined : `replica ${member} is eligible and lacks a committed record`;
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
  epochStartsFit,
  startWithinWatermark,
  producersFollowLog,
  eligibleLeaders,
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
