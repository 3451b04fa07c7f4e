import type { BrokerId, LeaderEpoch, Offset } from "../../../model/ids.ts";

/** A follower as its leader sees it when it looks for somebody who could serve a consumer. */
export interface ReadableFollower {
  readonly id: BrokerId;
  /** Undefined for a broker without a rack. */
  readonly rack: string | undefined;
  readonly isInSync: boolean;
  /** Where its log ends and starts by its last fetch; -1 for both while it has made none in this term. */
  readonly endOffset: Offset;
  readonly logStart: Offset;
  readonly caughtUpMsAgo: number;
}

/** A consumer that tells where it is, and the replicas of the leader that it asks. */
export interface NearbyQuestion {
  readonly clientRack: string;
  readonly fetchOffset: Offset;
  readonly leaderRack: string | undefined;
  readonly followers: readonly ReadableFollower[];
}

/**
 * To which follower is a consumer sent? To one of its own rack that is in sync and has the offset: of several to the one with the
 * longest log, then to the one that caught up last, then to the one with the highest id. Undefined where it is to stay: there is
 * none, or the leader is in that rack itself.
 *
 * Source: KIP-392; `ReplicaManager.findPreferredReadReplica`, `RackAwareReplicaSelector`, `ReplicaView.comparator`.
 */
export function preferredReadReplica(question: NearbyQuestion): BrokerId | undefined {
  const { clientRack, fetchOffset, followers, leaderRack } = question;
  if (leaderRack === clientRack) return undefined;
  let best: ReadableFollower | undefined;
  for (const follower of followers) {
    const { endOffset, isInSync, logStart, rack } = follower;
    const isFit = rack === clientRack && isInSync && endOffset >= fetchOffset && logStart <= fetchOffset;
    if (isFit && (best === undefined || isAhead(follower, best))) best = follower;
  }
  return best?.id;
}

function isAhead(one: ReadableFollower, other: ReadableFollower): boolean {
  if (one.endOffset !== other.endOffset) return one.endOffset > other.endOffset;
  if (one.caughtUpMsAgo !== other.caughtUpMsAgo) return one.caughtUpMsAgo < other.caughtUpMsAgo;
  return one.id > other.id;
}

/**
 * Whom does a replica serve? A leader everybody, a follower consumers only: what is replicated from a follower may be cut off there.
 *
 * Source: KIP-392; `FetchParams.fetchOnlyLeader`.
 */
export function mayServe({
  asker,
  isLeader,
}: {
  readonly asker: "follower" | "consumer";
  readonly isLeader: boolean;
}): boolean {
  return isLeader || asker === "consumer";
}

/**
 * Which leader epoch does a consumer name in a fetch? The one that it knows, so that a replica of another time turns it down.
 *
 * Source: KIP-320. A fetch without an epoch is served by whoever gets it, since KIP-392 also by followers (KAFKA-14255).
 */
export function namedEpoch({ known }: { readonly known: LeaderEpoch }): LeaderEpoch {
  return known;
}

/**
 * Does a consumer that is out of range reset its position? Only by the leader's word: a follower may have less than what is
 * committed, or have deleted more, so the leader is asked first.
 *
 * Source: KIP-392; `FetchCollector.handleInitializeErrors`.
 */
export function resetsPosition({ isLeadersWord }: { readonly isLeadersWord: boolean }): boolean {
  return isLeadersWord;
}
