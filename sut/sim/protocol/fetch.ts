/** `Fetch` with fetch-time divergence (KIP-595, KIP-320), as followers, controllers and consumers send it; `ListOffsets`. */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, Offset, ProducerId } from "../../../model/ids.ts";
import type { RecordBatch } from "./record-batch.ts";

export interface FetchRequest {
  readonly api: "Fetch";
  /** `replicaId` is -1 for a consumer; `replicaEpoch` is the follower's broker epoch (KIP-903). */
  readonly replicaState: { readonly replicaId: BrokerId; readonly replicaEpoch: number };
  readonly maxWaitMs: number;
  /** 1 for `read_committed`: nothing beyond the last stable offset (KIP-98). Left out for 0. */
  readonly isolationLevel?: 1;
  /** Where a consumer is (KIP-392); left out where it does not say, and by followers. */
  readonly rackId?: string;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchPartition[] }[];
}

export interface FetchPartition {
  readonly partition: number;
  /** -1 where the fetcher does not know it, as old consumers. */
  readonly currentLeaderEpoch: LeaderEpoch;
  readonly fetchOffset: Offset;
  /** Epoch of the last record that the fetcher has, -1 if it has none or does not say. */
  readonly lastFetchedEpoch: LeaderEpoch;
  /** Where a follower's log starts; left out by everybody else. */
  readonly logStartOffset?: Offset;
  /** What the fetcher knows of the watermark; a controller's leader answers at once when it knows better (KIP-1166). */
  readonly highWatermark?: Offset;
}

export interface FetchResponse {
  readonly responses: readonly { readonly topic: string; readonly partitions: readonly PartitionFetchResponse[] }[];
}

export interface PartitionFetchResponse {
  readonly partitionIndex: number;
  readonly errorCode: ErrorCode;
  readonly highWatermark: Offset;
  readonly logStartOffset: Offset;
  readonly records: readonly RecordBatch[];
  /** For `read_committed`: transactions with records among these that were aborted, by the offset of their first record. */
  readonly abortedTransactions?: readonly { readonly producerId: ProducerId; readonly firstOffset: Offset }[];
  /** The fetcher's log departs from the leader's: the largest epoch both may share and where it ends at the leader. */
  readonly divergingEpoch?: { readonly epoch: LeaderEpoch; readonly endOffset: Offset };
  /** A consumer is to fetch from this replica for a while; then there are no records here (KIP-392). */
  readonly preferredReadReplica?: BrokerId;
  readonly currentLeader?: { readonly leaderId: BrokerId; readonly leaderEpoch: LeaderEpoch };
}

/**
 * `timestamp` -1 asks for the latest offset, -2 for the earliest; a time in milliseconds for the first record from then on. Only
 * a follower is told of what is beyond the watermark.
 */
export interface ListOffsetsRequest {
  readonly api: "ListOffsets";
  /** Left out by consumers. */
  readonly replicaId?: BrokerId;
  /** 1 for `read_committed`; left out for 0. */
  readonly isolationLevel?: 1;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly currentLeaderEpoch: LeaderEpoch;
      readonly timestamp: number;
    }[];
  }[];
}

export interface ListOffsetsResponse {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly errorCode: ErrorCode;
      /** The time of the record that was found by time; -1 otherwise. */
      readonly timestamp: number;
      /** -1 where there is no such record. */
      readonly offset: Offset;
      readonly leaderEpoch: LeaderEpoch;
    }[];
  }[];
}

export const latestTimestamp = -1;
export const earliestTimestamp = -2;
