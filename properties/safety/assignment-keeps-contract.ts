import { assignors } from "../../model/assignors/assignors.ts";
import type { AssignorQuestion } from "../../model/assignors/assignor.ts";
import { claimsOf, keeperOf } from "../../model/assignors/claims.ts";
import type { EventOf } from "../../model/history.ts";
import { generation, topicOf, topicPartition } from "../../model/ids.ts";
import type { MemberId, TopicPartition } from "../../model/ids.ts";
import { isCooperative, isSticky } from "../../model/settings.ts";
import type { Property } from "../property.ts";

/**
 * What an assignor owes the members. `range` and `roundrobin` owe one certain assignment; the sticky ones owe balance first and
 * then stickiness, and the cooperative one that nothing goes to a new owner while the old one still has it.
 */
export const assignmentKeepsContract: Property = {
  id: "assignment-keeps-contract",
  sentence:
    "A leader gives each partition of the topics that members want to one of them who wants it, as its partition.assignment.strategy says.",
  source: "Kafka's documentation of the assignors; KIP-54, KIP-429; KAFKA-14639",
  expectation: "always",
  evidence: "client",
  blames: "client",
  assumes: "of the sticky strategies which partition goes where is promised as far as balance and stickiness say",
  check: (trial) => {
    const made = trial.eventsOf("shared-out");
    const breaches = made.flatMap(({ at, event }) => {
      const what = brokenBy(event);
      if (what === undefined) return [];
      return [
        { message: `${event.client} shared out for generation ${event.generation} of ${event.group}: ${what}.`, witness: [at] },
      ];
    });
    return { judged: made.length, breaches };
  },
};

type SharedOut = EventOf<"shared-out">;

interface Shares {
  readonly question: AssignorQuestion;
  readonly given: ReadonlyMap<MemberId, readonly TopicPartition[]>;
  readonly isCooperative: boolean;
}

/** In words what is wrong with an assignment; undefined where nothing is. */
function brokenBy(event: SharedOut): string | undefined {
  const question = questionOf(event);
  const given = new Map(event.assignment.map(({ member, partitions }) => [member, partitions]));
  const shares = { question, given, isCooperative: isCooperative(event.strategy) };
  const invalid = strangeShare(shares) ?? sharedTwice(shares) ?? nobodys(shares);
  if (invalid !== undefined) return invalid;
  return isSticky(event.strategy) ? (unbalanced(shares) ?? notSticky(shares)) : unlike(event, shares);
}

const questionOf = ({ members, topics }: SharedOut): AssignorQuestion => ({
  subscriptions: new Map(members.map(({ member, topics: wanted }) => [member, wanted])),
  partitions: new Map(topics.map(({ partitions, topic }) => [topic, partitions])),
  owned: new Map(members.map(({ member, owned = noClaim }) => [member, owned])),
});
const noClaim = { generation: generation(-1), partitions: [] };

const wants = ({ subscriptions }: AssignorQuestion, member: MemberId, partition: TopicPartition): boolean =>
  subscriptions.get(member)?.includes(topicOf(partition)) === true;

function strangeShare({ given, question }: Shares): string | undefined {
  for (const [member, partitions] of given) {
    const strange = partitions.find((partition) => !wants(question, member, partition));
    if (strange !== undefined) return `${strange} goes to ${member}, which does not want it`;
  }
  return undefined;
}

function sharedTwice({ given }: Shares): string | undefined {
  const all = [...given.values()].flat();
  const twice = all.find((partition, at) => all.indexOf(partition) !== at);
  return twice === undefined ? undefined : `${twice} goes to two members`;
}

/** A cooperative leader may keep back what somebody has to give up first, and has to keep it back then. */
function nobodys({ given, isCooperative: withholds, question }: Shares): string | undefined {
  const ownerOf = (partition: TopicPartition): MemberId | undefined =>
    [...given].find(([, partitions]) => partitions.includes(partition))?.[0];
  const claims = claimsOf(question);
  for (const partition of wantedPartitions(question)) {
    const owner = ownerOf(partition);
    const holders = (claims.get(partition) ?? []).map(({ member }) => member);
    if (owner === undefined && !(withholds && holders.length > 0)) return `${partition} goes to nobody`;
    if (withholds && owner !== undefined && holders.length > 0 && !holders.includes(owner)) {
      return `${partition} goes to ${owner} while ${holders.join(" and ")} still holds it`;
    }
  }
  return undefined;
}

function wantedPartitions(question: AssignorQuestion): readonly TopicPartition[] {
  const wanted = new Set([...question.subscriptions.values()].flat());
  return [...question.partitions].flatMap(([topic, count]) =>
    wanted.has(topic) ? Array.from({ length: count }, (_, index) => topicPartition(topic, index)) : [],
  );
}

/**
 * Nobody has two more than somebody else who could take one of them. What a cooperative leader keeps back is on its way to
 * somebody, so that for others than those who lack it no more can be said than that they do not have too much.
 */
function unbalanced({ given, isCooperative: withholds, question }: Shares): string | undefined {
  const dealt = [...given.values()].flat().length;
  const keptBack = withholds ? wantedPartitions(question).length - dealt : 0;
  for (const [member, partitions] of given) {
    for (const [other, others] of given) {
      if (partitions.length - others.length - keptBack < 2) continue;
      if (partitions.some((partition) => wants(question, other, partition))) {
        return `${member} has ${partitions.length} partitions and ${other} ${others.length}`;
      }
    }
  }
  return undefined;
}

/** Where all want the same topics, as much stays where it was as even shares permit. */
function notSticky({ given, question }: Shares): string | undefined {
  const subscriptions = [...question.subscriptions.values()].map((topics) => topics.toSorted().join(" "));
  if (new Set(subscriptions).size !== 1) return undefined;
  const owned = new Map<MemberId, TopicPartition[]>([...given.keys()].map((member) => [member, []]));
  for (const [partition, claims] of claimsOf(question)) {
    const keeper = keeperOf(claims);
    if (keeper !== undefined) owned.get(keeper)?.push(partition);
  }
  const total = wantedPartitions(question).length;
  const even = Math.floor(total / given.size);
  const holders = [...owned.values()];
  const extras = Math.min(total % given.size, holders.filter(({ length }) => length > even).length);
  const most = holders.reduce((sum, { length }) => sum + Math.min(length, even), 0) + extras;
  const kept = [...owned].flatMap(([member, held]) => held.filter((partition) => given.get(member)!.includes(partition)));
  return kept.length < most ? `members keep ${kept.length} of their partitions, and could keep ${most}` : undefined;
}

function unlike({ strategy }: SharedOut, { given, question }: Shares): string | undefined {
  for (const [member, expected] of assignors[strategy](question)) {
    const told = [...(given.get(member) ?? [])].toSorted().join(", ");
    if (told !== [...expected].toSorted().join(", ")) return `${strategy} gives ${member} ${expected.join(", ") || "nothing"}`;
  }
  return undefined;
}
