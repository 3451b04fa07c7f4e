/** What coordinators did about transactions: of producers (KIP-98), and of groups whose offsets are part of them (KIP-447). */

import type { LogPosition, OffsetOf } from "./history.ts";
import type { BrokerId, GroupId, ProducerId, TopicPartition, TransactionalId } from "./ids.ts";
import type { Seen } from "./seen.ts";

export type TransactionEvent =
  /** A transaction coordinator has put down in its log where a transactional id stands. */
  | (Seen<"broker", "transaction-stored"> & {
      readonly broker: BrokerId;
      readonly transactionalId: TransactionalId;
      readonly producerId: ProducerId;
      readonly producerEpoch: number;
      readonly phase: string;
      /** The partitions with records of the transaction. */
      readonly partitions: readonly TopicPartition[];
      readonly at: LogPosition;
    })
  /** A transaction has ended, and with it these offsets of the group count, or do not. */
  | (Seen<"broker", "transactional-offsets-ended"> & {
      readonly broker: BrokerId;
      readonly group: GroupId;
      readonly producerId: ProducerId;
      readonly outcome: "commit" | "abort";
      readonly offsets: readonly OffsetOf[];
    });
