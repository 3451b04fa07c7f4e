import { isCompacted } from "../../model/settings.ts";
import type { Offset, TopicPartition } from "../../model/ids.ts";
import type { EventAt } from "../facts/history-index.ts";
import type { Send } from "../facts/sends.ts";
import type { Holding, ReadingEvent, TrialFacts } from "../facts/trial-facts.ts";
import { uncommittedSteps } from "../facts/uncommitted-steps.ts";
import { mayBeDeleted, mayLoseAcked } from "../promises.ts";
import { forgotten, isOver } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** What `delete.retention.ms` is for: a reader that keeps a table does not keep a key that was deleted. */
export const tombstonesReachReaders: Property = {
  id: "tombstones-reach-readers",
  sentence:
    "A member that is given a value of a key, and reads on past where the key was deleted within delete.retention.ms, is given the tombstone.",
  source: "KIP-534; Kafka's documentation of delete.retention.ms",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "all was read from one replica, in less than delete.retention.ms; no committed record was lost with permission",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    const tombstones = tombstonesOf(trial);
    if (tombstones.size === 0) return { judged, breaches };
    for (const holding of trial.holdings) {
      for (const [partition, events] of holding.reading) {
        const found = judgeReading(trial, { holding, events, tombstones: tombstones.get(partition) ?? [] });
        judged += found.judged;
        breaches.push(...found.breaches);
      }
    }
    return { judged, breaches };
  },
};

interface Tombstone {
  readonly send: Send;
  readonly offset: Offset;
}

/** Of each compacted partition, in order, the tombstones that were acknowledged and that no later record of their key can replace. */
function tombstonesOf(trial: TrialFacts): ReadonlyMap<TopicPartition, readonly Tombstone[]> {
  const last = new Map<string, number>();
  const candidates: Tombstone[] = [];
  const uncommitted = uncommittedSteps(trial);
  for (const send of trial.sends.values()) {
    const { isTombstone, key, outcome, partition } = send;
    if (key === undefined || outcome.kind === "failed" || !isCompacted(trial.cluster.settingsOf(partition))) continue;
    const name = nameOf(send);
    const at = outcome.kind === "acked" ? outcome.offset : null;
    last.set(name, Math.max(last.get(name) ?? -1, at ?? Infinity));
    if (isTombstone && at !== null && !uncommitted.has(send.step)) candidates.push({ send, offset: at });
  }
  const found = new Map<TopicPartition, Tombstone[]>();
  for (const tombstone of candidates.toSorted((left, right) => left.offset - right.offset)) {
    const { offset, send } = tombstone;
    if (last.get(nameOf(send)) !== offset) continue;
    found.set(send.partition, [...(found.get(send.partition) ?? []), tombstone]);
  }
  return found;
}

const nameOf = ({ key, partition }: Send): string => `${partition}/${key}`;

interface Reading {
  readonly holding: Holding;
  readonly events: readonly ReadingEvent[];
  readonly tombstones: readonly Tombstone[];
}

function judgeReading(trial: TrialFacts, { events, holding, tombstones }: Reading) {
  const breaches: Breach[] = [];
  let judged = 0;
  let begin: EventAt<"position-set"> | undefined;
  let next = 0;
  let given = new Map<string, EventAt<"delivered">>();
  for (const one of events) {
    if (isBegin(one)) {
      begin = one;
      given = new Map();
      next = tombstones.findIndex(({ offset }) => offset >= one.event.offset);
      if (next < 0) next = tombstones.length;
      continue;
    }
    if (!isGiven(one)) continue;
    for (; next < tombstones.length && tombstones[next]!.offset <= one.event.offset; next++) {
      const tombstone = tombstones[next]!;
      const value = given.get(tombstone.send.key!);
      if (value === undefined || begin === undefined) continue;
      judged++;
      if (tombstone.offset === one.event.offset) continue;
      breaches.push(missed(trial, holding, { begin, tombstone, value, passed: one }));
    }
    const send = trial.sends.get(one.event.value);
    if (send?.key !== undefined && !send.isTombstone) given.set(send.key, one);
  }
  return { judged, breaches };
}

const isBegin = (one: ReadingEvent): one is EventAt<"position-set"> => one.event.kind === "position-set";
const isGiven = (one: ReadingEvent): one is EventAt<"delivered"> => one.event.kind === "delivered";

interface Missed {
  readonly begin: EventAt<"position-set">;
  readonly tombstone: Tombstone;
  /** What the member was given of the key before. */
  readonly value: EventAt<"delivered">;
  /** The first record behind the tombstone that it was given. */
  readonly passed: EventAt<"delivered">;
}

function missed(trial: TrialFacts, { client }: Holding, what: Missed): Breach {
  const { passed, tombstone, value } = what;
  const { partition } = passed.event;
  const permission = mayMiss(trial, what);
  return {
    message: `${client} was given ${value.event.value} of key ${tombstone.send.key}, which ${tombstone.send.value} deleted at ${partition} offset ${tombstone.offset}, and then ${passed.event.value} at offset ${passed.event.offset}.`,
    witness: [tombstone.send.startedAt, value.at, passed.at],
    partition,
    ...(permission !== undefined && { permission }),
  };
}

function mayMiss(trial: TrialFacts, { begin, passed, tombstone: { offset, send } }: Missed): Permission | undefined {
  const { partition } = send;
  const toUs = passed.event.atUs;
  if (isOver(trial, partition, { fromUs: begin.event.atUs, toUs })) return forgotten(trial, partition);
  const mayBeGone = isOver(trial, partition, { fromUs: trial.history[send.startedAt]!.atUs, toUs });
  if (mayBeGone && mayReadElsewhere(trial, partition)) {
    return {
      setting: "cleanup.policy=compact",
      why: "each replica is cleaned by itself, and where the member read on the tombstone was gone",
    };
  }
  return mayLoseAcked(trial, send) ?? mayBeDeleted(trial, partition, offset);
}

/** Whether a member may have gone on where another replica led, or at a follower (KIP-392). */
function mayReadElsewhere({ cluster, options }: TrialFacts, partition: TopicPartition): boolean {
  if (options.brokerConfig["replica.selector.class"] === "rack-aware") return true;
  return cluster.hasBrokerEvidence ? cluster.hadFailover(partition) : cluster.faults.length > 0;
}
