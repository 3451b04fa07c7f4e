/** What a node of the controllers' quorum says to the others. */

import { leaderEpoch } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";
import { noEpoch } from "../broker/log/leader-epoch-cache.ts";
import type { VoteRequest } from "../protocol/cluster.ts";
import type { FetchRequest } from "../protocol/fetch.ts";
import { metadataTopic } from "./quorum-node.ts";
import type { QuorumNode } from "./quorum-node.ts";

/** Asks for what comes after this node's log, and tells how far it is and what it knows to be committed. */
export function metadataFetch(
  { disk, id }: QuorumNode,
  { highWatermark, maxWaitMs }: { readonly highWatermark: Offset; readonly maxWaitMs: number },
): FetchRequest {
  const { epochs, endOffset: fetchOffset } = disk.log;
  const position = {
    partition: 0,
    currentLeaderEpoch: leaderEpoch(disk.epoch),
    fetchOffset,
    lastFetchedEpoch: fetchOffset > 0 ? epochs.latest : noEpoch,
    highWatermark,
  };
  return {
    api: "Fetch",
    replicaState: { replicaId: id, replicaEpoch: -1 },
    maxWaitMs,
    topics: [{ topic: metadataTopic, partitions: [position] }],
  };
}

/** Asks for a vote in this node's epoch; a pre-vote asks whether one would be given (KIP-996). */
export function voteRequest({ disk, id }: QuorumNode, { isPreVote }: { readonly isPreVote: boolean }): VoteRequest {
  const { epoch, log } = disk;
  return {
    api: "Vote",
    preVote: isPreVote,
    candidateId: id,
    candidateEpoch: epoch,
    lastOffsetEpoch: log.epochs.latest,
    lastOffset: log.endOffset,
  };
}
