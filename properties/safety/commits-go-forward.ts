import { offset } from "../../model/ids.ts";
import type { Offset, TopicPartition } from "../../model/ids.ts";
import type { Commit, Holding, ReadingEvent, TrialFacts } from "../facts/trial-facts.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/**
 * The coordinator takes any offset of a current member, also a lower one than before: that commits only go forward is for the
 * member to see to. One that goes back makes the group process again what it has processed.
 */
export const commitsGoForward: Property = {
  id: "commits-go-forward",
  sentence:
    "While a member holds a partition, no accepted commit of its own is below where it began, or below an accepted one of before.",
  source: "the contract of commitSync and enable.auto.commit; Sarama 2947, librdkafka 2782",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "the member was not sent back by its reset policy in between",
  check: (trial) => {
    const acked = ackedByClient(trial);
    const breaches: Breach[] = [];
    let judged = 0;
    for (const holding of trial.holdings) {
      const commits = (acked.get(holding.client) ?? []).filter((commit) => isWithin(holding, commit));
      for (const partition of holding.partitions) {
        const found = backwards(holding, partition, commits);
        judged += found.judged;
        breaches.push(...found.breaches);
      }
    }
    return { judged, breaches };
  },
};

/** A member's accepted commits, in the order in which it heard of that. */
function ackedByClient({ commits }: TrialFacts): ReadonlyMap<string, readonly Commit[]> {
  const acked = commits.filter(({ outcome }) => outcome.kind === "acked");
  const found = new Map<string, Commit[]>();
  for (const commit of acked.toSorted((left, right) => left.outcome.at - right.outcome.at)) {
    const known = found.get(commit.event.client);
    if (known === undefined) found.set(commit.event.client, [commit]);
    else known.push(commit);
  }
  return found;
}

const isWithin = ({ assignedAt, endedAt }: Holding, { outcome, startedAt }: Commit): boolean =>
  assignedAt < startedAt && outcome.at < endedAt;

interface Reached {
  readonly offset: Offset;
  readonly at: number;
}

/** Below it there is nothing to commit. */
const nothing = offset(0);

/** Where the reset policy has sent a member ahead it may still have a record in hand of before. */
const lower = (before: Reached | undefined, begin: Reached): Reached =>
  before !== undefined && before.offset < begin.offset ? before : begin;

/** Whether a commit is of what the member had been given before it was sent back: it has been given nothing since. */
const isInHand = (events: readonly ReadingEvent[], begin: Reached | undefined, startedAt: number): boolean =>
  begin !== undefined && !events.some(({ at, event }) => event.kind === "delivered" && at > begin.at && at < startedAt);

function backwards(
  { client, continued, reading }: Holding,
  partition: TopicPartition,
  commits: readonly Commit[],
): { readonly judged: number; readonly breaches: readonly Breach[] } {
  const last = continued.get(partition);
  const events = reading.get(partition) ?? [];
  const begins = events.flatMap(({ at, event }) => (event.kind === "position-set" ? [{ at, offset: event.offset }] : []));
  // Of what it kept it may have committed less than it was delivered, and less than where its reset policy has sent it.
  const isBegin = last?.event.kind === "position-set" && last.event.from === "committed";
  let reached: Reached | undefined =
    last === undefined ? undefined : { at: last.at, offset: isBegin ? last.event.offset : nothing };
  let next = 0;
  let judged = 0;
  const breaches: Breach[] = [];
  for (const { event, outcome, startedAt } of commits) {
    const committed = event.offsets.find((one) => one.partition === partition)?.offset;
    if (committed === undefined || committed < 0) continue;
    for (; next < begins.length && begins[next]!.at < startedAt; next++) reached = lower(reached, begins[next]!);
    judged++;
    if (reached !== undefined && committed < reached.offset) {
      const message = `${client} committed ${partition} at ${committed}, although it had come to ${reached.offset} before.`;
      breaches.push({
        message,
        witness: [reached.at, startedAt, outcome.at].toSorted((left, right) => left - right),
        partition,
      });
      continue;
    }
    // The first beginning sends nobody back.
    const sentBack = next > 1 || last !== undefined ? begins[next - 1] : undefined;
    if (!isInHand(events, sentBack, startedAt)) reached = { offset: committed, at: outcome.at };
  }
  return { judged, breaches };
}
