import { topicOf, topicPartition } from "../ids.ts";
import type { MemberId, TopicPartition } from "../ids.ts";
import { membersInOrder, topicsInOrder } from "./assignor.ts";
import type { AssignorQuestion, GroupAssignment } from "./assignor.ts";
import { claimsOf, keeperOf } from "./claims.ts";

/**
 * `sticky` (KIP-54): shares that are as even as the subscriptions permit, and of those one that leaves with each member as much
 * as can be of what it had. Kafka promises that contract and not which partition goes where; here members that come first in
 * order get what is free, and the last partition that a member was given is the first that it loses.
 */
export function assignSticky(question: AssignorQuestion): GroupAssignment {
  const shares = keptShares(question);
  const kept = new Set([...shares.values()].flat());
  for (const partition of allPartitions(question)) {
    if (!kept.has(partition)) leastLoaded(shares, question, partition).push(partition);
  }
  while (moveOne(shares, question));
  return shares;
}

type Shares = Map<MemberId, TopicPartition[]>;

function keptShares(question: AssignorQuestion): Shares {
  const shares: Shares = new Map(membersInOrder(question).map((member) => [member, []]));
  for (const [partition, claims] of claimsOf(question)) {
    const keeper = keeperOf(claims);
    if (keeper !== undefined) shares.get(keeper)!.push(partition);
  }
  return shares;
}

const allPartitions = (question: AssignorQuestion): readonly TopicPartition[] =>
  topicsInOrder(question).flatMap((topic) =>
    Array.from({ length: question.partitions.get(topic)! }, (_, index) => topicPartition(topic, index)),
  );

const wants = ({ subscriptions }: AssignorQuestion, member: MemberId, partition: TopicPartition): boolean =>
  subscriptions.get(member)!.includes(topicOf(partition));

/** The share of whoever has least, of those who want the partition; the first of them in order. */
function leastLoaded(shares: Shares, question: AssignorQuestion, partition: TopicPartition): TopicPartition[] {
  const candidates = [...shares].filter(([member]) => wants(question, member, partition)).map(([, share]) => share);
  return candidates.reduce((least, share) => (share.length < least.length ? share : least));
}

/**
 * Moves one partition from the member with most to one that could take it and has at least two fewer. Each move makes the shares
 * more even, so that there is a last one.
 */
function moveOne(shares: Shares, question: AssignorQuestion): boolean {
  const fromMost = [...shares.values()].toSorted((left, right) => right.length - left.length);
  for (const share of fromMost) {
    for (const [at, partition] of [...share.entries()].toReversed()) {
      const taker = leastLoaded(shares, question, partition);
      if (taker.length + 1 >= share.length) continue;
      taker.push(...share.splice(at, 1));
      return true;
    }
  }
  return false;
}
