import type { BrokerId } from "../../../model/ids.ts";

/** A request for a vote, and the voter that it has reached. */
export interface VoteQuestion {
  readonly candidate: BrokerId;
  readonly candidateEpoch: number;
  readonly candidateLog: { readonly lastEpoch: number; readonly endOffset: number };
  readonly voter: {
    readonly epoch: number;
    readonly votedFor: BrokerId | undefined;
    readonly hasLeader: boolean;
    readonly log: { readonly lastEpoch: number; readonly endOffset: number };
  };
}

/**
 * Does a controller give its vote? Once an epoch, to a candidate whose log is not behind its own.
 *
 * Source: KIP-595, after the Raft paper (Ongaro and Ousterhout, 2014, section 5.4.1).
 */
export function grantsVote({ candidate, candidateEpoch, candidateLog, voter }: VoteQuestion): boolean {
  if (candidateEpoch < voter.epoch) return false;
  if (candidateEpoch === voter.epoch) {
    if (voter.hasLeader) return false;
    if (voter.votedFor !== undefined && voter.votedFor !== candidate) return false;
  }
  const { log } = voter;
  if (candidateLog.lastEpoch !== log.lastEpoch) return candidateLog.lastEpoch > log.lastEpoch;
  return candidateLog.endOffset >= log.endOffset;
}
