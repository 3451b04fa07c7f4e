/** What members of a group say that they hold from before, where it can be theirs at all. */

import { indexOf, topicOf } from "../ids.ts";
import type { Generation, MemberId, TopicPartition } from "../ids.ts";
import type { AssignorQuestion } from "./assignor.ts";

export interface Claim {
  readonly member: MemberId;
  readonly generation: Generation;
}

/** Who claims each partition. Partitions that do not exist, and topics that a member does not want any more, are left out. */
export function claimsOf({
  owned,
  partitions,
  subscriptions,
}: AssignorQuestion): ReadonlyMap<TopicPartition, readonly Claim[]> {
  const claims = new Map<TopicPartition, Claim[]>();
  for (const [member, held] of owned ?? []) {
    const wanted = subscriptions.get(member) ?? [];
    for (const partition of held.partitions) {
      const topic = topicOf(partition);
      if (!wanted.includes(topic) || indexOf(partition) >= (partitions.get(topic) ?? 0)) continue;
      const claim = { member, generation: held.generation };
      const others = claims.get(partition);
      if (others === undefined) claims.set(partition, [claim]);
      else others.push(claim);
    }
  }
  return claims;
}

/**
 * Whose claim to a partition counts: that of the latest generation. Where two are of the same one nobody knows who is right, and
 * nobody keeps the partition (KAFKA-12984, KAFKA-14639).
 */
export function keeperOf(claims: readonly Claim[]): MemberId | undefined {
  const latest = Math.max(...claims.map(({ generation }) => generation));
  const [keeper, ...others] = claims.filter(({ generation }) => generation === latest);
  return others.length === 0 ? keeper?.member : undefined;
}
