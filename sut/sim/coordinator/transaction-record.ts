/** What a transaction coordinator keeps in `__transaction_state`: of each transactional id who has it, and where it stands. */

import type { ProducerId, TopicPartition, TransactionalId } from "../../../model/ids.ts";
import type { Record } from "../protocol/record-batch.ts";
import type { TransactionPhase } from "../rules/transaction.ts";

export interface TransactionValue {
  readonly type: "Transaction";
  readonly transactionalId: TransactionalId;
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly phase: TransactionPhase;
  /** The partitions with records of it; none once it is complete. */
  readonly partitions: readonly TopicPartition[];
  readonly timeoutMs: number;
  /** When it was opened, in virtual milliseconds. */
  readonly startedMs: number;
}

/** A record that a later one of the same id replaces. */
export function transactionRecord(value: TransactionValue): Record<TransactionValue> {
  const { phase, producerEpoch, transactionalId } = value;
  const key = `transaction ${transactionalId}`;
  return { key, value, title: `${key} epoch ${producerEpoch} ${phase}` };
}
