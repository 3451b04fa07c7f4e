/** Transactions between producers, their coordinator, leaders of partitions and group coordinators (KIP-98, KIP-447, KIP-890). */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { GroupId, ProducerId, TransactionalId } from "../../../model/ids.ts";
import type { OffsetCommitRequest, OffsetCommitResponse } from "./group.ts";
import type { TransactionOutcome } from "./record-batch.ts";

interface OfTransaction {
  readonly transactionalId: TransactionalId;
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
}

/** Partitions by topic. */
export type TopicPartitions = readonly { readonly name: string; readonly partitions: readonly number[] }[];

/**
 * Partitions are about to be written to in a transaction. With `verifyOnly` a leader asks whether they are part of one that is
 * open, before it takes the first batch (KIP-890).
 */
export interface AddPartitionsToTxnRequest extends OfTransaction {
  readonly api: "AddPartitionsToTxn";
  readonly topics: TopicPartitions;
  readonly verifyOnly: boolean;
}

export interface AddPartitionsToTxnResponse {
  /** One answer for all partitions of the request: they are added together or not at all. */
  readonly errorCode: ErrorCode;
}

export interface EndTxnRequest extends OfTransaction {
  readonly api: "EndTxn";
  readonly committed: boolean;
}

export interface EndTxnResponse {
  readonly errorCode: ErrorCode;
  /** What the producer goes on with: another epoch where each transaction has its own (KIP-890). */
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
}

/** A coordinator has leaders write down how a transaction has ended. */
export interface WriteTxnMarkersRequest {
  readonly api: "WriteTxnMarkers";
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly outcome: TransactionOutcome;
  /** The leader epoch of the coordinator's partition: a coordinator of before is refused. */
  readonly coordinatorEpoch: number;
  readonly transactionVersion: 0 | 2;
  readonly topics: TopicPartitions;
}

export interface WriteTxnMarkersResponse {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: ErrorCode }[];
  }[];
}

/** Offsets of a group are about to be part of a transaction; with version 2 the group's coordinator sees to it itself. */
export interface AddOffsetsToTxnRequest extends OfTransaction {
  readonly api: "AddOffsetsToTxn";
  readonly groupId: GroupId;
}

export interface AddOffsetsToTxnResponse {
  readonly errorCode: ErrorCode;
}

/** Commits offsets as part of a transaction, for a member that says in which generation it has processed what is before them (KIP-447). */
export interface TxnOffsetCommitRequest extends OfTransaction, Omit<OffsetCommitRequest, "api"> {
  readonly api: "TxnOffsetCommit";
}

export type TxnOffsetCommitResponse = OffsetCommitResponse;
