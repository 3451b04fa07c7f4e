/** `Produce` (KIP-98 fields as of version 9) and `InitProducerId`. */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, Offset, ProducerId, TransactionalId } from "../../../model/ids.ts";
import type { RecordBatch } from "./record-batch.ts";

export interface ProduceRequest {
  readonly api: "Produce";
  /** 0: no response at all; 1: after the leader's append; -1: when the high watermark has passed the batch. */
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
  /** Left out where the records belong to no transaction. */
  readonly transactionalId?: TransactionalId;
  readonly topicData: readonly {
    readonly name: string;
    readonly partitionData: readonly { readonly index: number; readonly records: RecordBatch }[];
  }[];
}

export interface ProduceResponse {
  readonly responses: readonly {
    readonly name: string;
    readonly partitionResponses: readonly PartitionProduceResponse[];
  }[];
}

export interface PartitionProduceResponse {
  readonly index: number;
  readonly errorCode: ErrorCode;
  /** -1 on an error. */
  readonly baseOffset: Offset;
  /** Present where the broker is not the leader and knows who is (KIP-951). */
  readonly currentLeader?: { readonly leaderId: BrokerId; readonly leaderEpoch: LeaderEpoch };
}

export interface InitProducerIdRequest {
  readonly api: "InitProducerId";
  /** With one the transaction coordinator answers, and fences whoever had the id before. */
  readonly transactionalId?: TransactionalId;
  /** After so long the coordinator aborts a transaction that nobody has ended; 0 without a transactional id. */
  readonly transactionTimeoutMs?: number;
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
}

export interface InitProducerIdResponse {
  readonly errorCode: ErrorCode;
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
}

/** `AllocateProducerIds`: a broker asks the controller for a block of producer ids that no other broker gives out (KIP-730). */
export interface AllocateProducerIdsRequest {
  readonly api: "AllocateProducerIds";
  readonly brokerId: BrokerId;
  readonly brokerEpoch: number;
}

export interface AllocateProducerIdsResponse {
  readonly errorCode: ErrorCode;
  readonly producerIdStart: number;
  readonly producerIdLen: number;
}
