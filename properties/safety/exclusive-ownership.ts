import type { ClientId, Generation, MemberId, TopicPartition } from "../../model/ids.ts";
import type { Holding, TrialFacts } from "../facts/trial-facts.ts";
import { mayForgetGroups } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/**
 * The rule that makes a consumer group a group. Where rebalances are cooperative a member holds a partition up to the generation
 * in which it learns that it is not its own any more, so that it takes another generation until somebody else may have it.
 */
export const exclusiveOwnership: Property = {
  id: "exclusive-ownership",
  sentence:
    "Within one generation of a group no partition is assigned to two members, nor to one before another has given it back in a cooperative rebalance.",
  source: "Kafka's documentation of consumer groups; KIP-54, KIP-429",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes:
    "no committed record of __consumer_offsets was lost with permission; members of different generations may overlap while one does not know yet that it is out",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    for (const tenures of tenuresByPartition(trial).values()) {
      judged += tenures.length;
      let last: Tenure | undefined;
      for (const tenure of tenures.toSorted((left, right) => left.from - right.from || left.at - right.at)) {
        if (last !== undefined && tenure.from <= last.upTo && tenure.identity !== last.identity) {
          const permission = mayForgetGroups(trial);
          breaches.push({ ...overlap(last, tenure), ...(permission !== undefined && { permission }) });
        }
        if (last === undefined || tenure.upTo > last.upTo) last = tenure;
      }
    }
    return { judged, breaches };
  },
};

/** From and up to which generation a member has held a partition, both included. */
interface Tenure {
  readonly group: string;
  readonly partition: TopicPartition;
  readonly client: ClientId;
  readonly member: MemberId;
  /** Lives of one static member overlap until the former ones hear that they are fenced. */
  readonly identity: string;
  readonly from: Generation;
  readonly upTo: Generation;
  readonly at: number;
}

function tenuresByPartition(trial: TrialFacts): ReadonlyMap<string, readonly Tenure[]> {
  const found = new Map<string, Tenure[]>();
  for (const [holding, next] of withNext(trial.holdings)) {
    const { assignedAt: at, client, generation: from, group, member, partitions } = holding;
    const identity = trial.identityOf(holding);
    const upTo = next !== undefined && goesOn(trial, holding, next) ? next.generation : from;
    for (const partition of partitions) {
      const tenure = { group, partition, client, member, identity, from, upTo, at };
      const key = `${group}/${partition}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, [tenure]);
      else known.push(tenure);
    }
  }
  return found;
}

/** Each holding with the next one of the same client. */
function withNext(holdings: readonly Holding[]): readonly (readonly [Holding, Holding | undefined])[] {
  const next = new Map<ClientId, Holding>();
  return holdings.toReversed().map((holding) => {
    const pair = [holding, next.get(holding.client)] as const;
    next.set(holding.client, holding);
    return pair;
  });
}

/** Whether the member has come to its next generation without having lost what it held. */
const goesOn = ({ history }: TrialFacts, { endedAt, member }: Holding, next: Holding): boolean =>
  next.kept !== undefined && next.member === member && history[endedAt]?.kind !== "lost";

function overlap(one: Tenure, other: Tenure): Breach {
  const { group, partition } = one;
  const isSame = one.from === other.from;
  return {
    message: isSame
      ? `In generation ${one.from} of ${group} both ${one.member} and ${other.member} of ${other.client} were assigned ${partition}.`
      : `In generation ${other.from} of ${group} ${other.member} of ${other.client} was assigned ${partition}, which ${one.member} held until generation ${one.upTo}.`,
    witness: [one.at, other.at].toSorted((left, right) => left - right),
    partition,
  };
}
