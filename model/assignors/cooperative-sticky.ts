import type { AssignorQuestion, GroupAssignment } from "./assignor.ts";
import { claimsOf } from "./claims.ts";
import { assignSticky } from "./sticky.ts";

/**
 * `cooperative-sticky` (KIP-429): as `sticky`, but nobody is given a partition that somebody else still says to hold, whatever the
 * generation of that word (KAFKA-14639). The holder gives it up when it sees that it is not its own any more, and the rebalance
 * that follows gives it to its new owner: a partition moves in two rounds.
 */
export function assignCooperativeSticky(question: AssignorQuestion): GroupAssignment {
  const claims = claimsOf(question);
  const shares = [...assignSticky(question)].map(([member, partitions]) => {
    const isFree = (partition: (typeof partitions)[number]): boolean => {
      const claimants = claims.get(partition) ?? [];
      return claimants.length === 0 || claimants.some((claim) => claim.member === member);
    };
    return [member, partitions.filter(isFree)] as const;
  });
  return new Map(shares);
}
