import type { Offset, TopicPartition } from "../../model/ids.ts";
import type { Commit, Holding, ReadingEvent, TrialFacts } from "../facts/trial-facts.ts";
import { mayCommitTwice, mayMixTransactions, mayReadStaleOffsets } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** Committed offsets are a register: what a member begins with is what was last accepted. */
export const committedOffsetIsAcceptedCommit: Property = {
  id: "committed-offset-is-accepted-commit",
  sentence:
    "A member begins with a partition at an offset that was committed and not overwritten before; where one was acknowledged, it is not forgotten.",
  source: "Kafka's documentation of offset management; __consumer_offsets is a replicated, compacted topic",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "the coordinator had not been deposed, and no committed record of __consumer_offsets was lost with permission",
  check: (trial) => {
    const commits = commitsByGroupAndPartition(trial);
    const breaches: Breach[] = [];
    let judged = 0;
    for (const holding of trial.holdings) {
      for (const [partition, events] of holding.reading) {
        for (const begin of beginsOf(holding, partition, events)) {
          judged++;
          const found = judgeBegin(commits.get(`${holding.group}/${partition}`) ?? [], begin);
          if (found === undefined) continue;
          const { later } = found;
          const overwritten = later && { group: holding.group, partition, earlier: begin.offset, later };
          const permission =
            mayReadStaleOffsets(trial, holding) ??
            (overwritten && mayCommitTwice(trial, overwritten)) ??
            mayEndWithAnother(trial, holding);
          breaches.push({
            message: `${holding.client} begins with ${partition} of ${holding.group} ${found.what}`,
            witness: found.witness,
            partition,
            ...(permission !== undefined && { permission }),
          });
        }
      }
    }
    return { judged, breaches };
  },
};

/** Offsets that a member has given up with their transaction are committed all the same where what ends one transaction ends the next. */
const mayEndWithAnother = (trial: TrialFacts, { group }: Holding): Permission | undefined =>
  trial.groupOptions(group)?.output === undefined ? undefined : mayMixTransactions(trial);

type Known = Commit & { readonly offset: Offset };

function commitsByGroupAndPartition(trial: TrialFacts): ReadonlyMap<string, readonly Known[]> {
  const found = new Map<string, Known[]>();
  for (const commit of trial.commits) {
    if (commit.outcome.kind === "refused") continue;
    for (const { offset, partition } of commit.event.offsets) {
      const key = `${commit.event.group}/${partition}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, [{ ...commit, offset }]);
      else known.push({ ...commit, offset });
    }
  }
  return found;
}

interface Begin {
  readonly offset: Offset;
  readonly from: "committed" | "earliest" | "latest";
  readonly at: number;
  /** Since when the member was to begin: what had been committed before, it must know of. */
  readonly since: number;
}

/** Where a member began with a partition: when it was given it, unless it had it before, and whenever it was to read it again. */
function beginsOf(
  { assignedAt, continued }: Holding,
  partition: TopicPartition,
  events: readonly ReadingEvent[],
): readonly Begin[] {
  return events.flatMap(({ at, event }, nth): readonly Begin[] => {
    const before = events[nth - 1];
    const isBegin = before === undefined ? !continued.has(partition) : before.event.kind === "rewound";
    if (event.kind !== "position-set" || !isBegin) return [];
    return [{ offset: event.offset, from: event.from, at, since: before?.at ?? assignedAt }];
  });
}

interface WrongBegin {
  readonly what: string;
  readonly witness: readonly number[];
  /** The latest commit, where somebody has committed that offset too, in its generation or in a later one. */
  readonly later: Offset | undefined;
}

function judgeBegin(commits: readonly Known[], begin: Begin): WrongBegin | undefined {
  const acked = commits.filter(({ outcome }) => outcome.kind === "acked" && outcome.at < begin.since);
  const latest = acked.reduce<Known | undefined>(
    (last, commit) => (last === undefined || commit.startedAt > last.startedAt ? commit : last),
    undefined,
  );
  if (begin.from !== "committed") {
    if (latest === undefined) return undefined;
    const what = `at the ${begin.from} offset ${begin.offset}, although ${latest.offset} had been committed.`;
    return { what, witness: [latest.startedAt, latest.outcome.at, begin.at], later: undefined };
  }
  const isPossible = commits.some(
    (commit) =>
      commit.offset === begin.offset && commit.startedAt < begin.at && (latest === undefined || mayFollow(commit, latest)),
  );
  if (isPossible) return undefined;
  const expected = latest === undefined ? "nobody has committed that" : `${latest.offset} had been committed`;
  const witness = latest === undefined ? [begin.at] : [latest.startedAt, latest.outcome.at, begin.at];
  const isOfGeneration = commits.some(
    ({ event, offset, startedAt }) =>
      offset === begin.offset && startedAt < begin.at && event.generation >= (latest?.event.generation ?? 0),
  );
  const later = isOfGeneration ? latest?.offset : undefined;
  return { what: `at offset ${begin.offset}, although ${expected}.`, witness, later };
}

/**
 * Whether `commit` may have been accepted after `latest`. One that timed out may still be on its way, and its coordinator takes
 * it for as long as its generation lasts.
 */
function mayFollow({ event, outcome }: Known, latest: Known): boolean {
  if (outcome.at >= latest.startedAt) return true;
  return outcome.kind === "unknown" && event.generation >= latest.event.generation;
}
