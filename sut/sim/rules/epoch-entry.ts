import type { LeaderEpoch, Offset } from "../../../model/ids.ts";

/** A replica whose term as leader begins, and where its log ends by then. */
export interface ElectedReplica {
  readonly leaderEpoch: LeaderEpoch;
  readonly logEndOffset: Offset;
}

/**
 * Does a new leader note where its term begins before it has written anything? Yes: followers of the next leader need to know.
 *
 * Source: KAFKA-7415.
 */
export function entersEpochOnElection(_elected: ElectedReplica): boolean {
  return true;
}

/** A log that is to be cut, perhaps to an offset that it does not reach. */
export interface EpochCut {
  readonly toOffset: Offset;
  readonly logEndOffset: Offset;
}

/**
 * Are the epochs that begin at or after the cut forgotten? Also where no record is cut: a replica that was elected and wrote
 * nothing has such an epoch, and its next leader may know another one of that offset.
 *
 * Source: KAFKA-10706.
 */
export function forgetsEpochsFrom(_cut: EpochCut): boolean {
  return true;
}
