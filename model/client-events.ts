/** What clients saw: producers, members of groups, and whoever reads the logs back in the end. */

import type {
  ClientId,
  Generation,
  GroupId,
  MemberId,
  Offset,
  ProducerId,
  StepId,
  TopicPartition,
  TransactionalId,
} from "./ids.ts";
import type { OffsetOf } from "./history.ts";
import type { Owned } from "./assignors/assignor.ts";
import type { Seen } from "./seen.ts";
import type { AssignmentStrategy } from "./settings.ts";

/** Who did it, in a group: one incarnation of a member, in one generation. */
interface InGroup {
  readonly client: ClientId;
  readonly group: GroupId;
  readonly member: MemberId;
  readonly generation: Generation;
}

/** One transaction of a producer, by the sends that belong to it. */
interface OfTransaction {
  readonly client: ClientId;
  readonly transactionalId: TransactionalId;
  readonly steps: readonly StepId[];
}

/** What a leader was told by the members, how many partitions there are, and whom it gave them. */
interface SharedOut {
  readonly strategy: AssignmentStrategy;
  readonly members: readonly {
    readonly member: MemberId;
    readonly topics: readonly string[];
    /** What it says that it holds, or held last, and since which generation; left out where the strategy does not ask. */
    readonly owned?: Owned;
  }[];
  readonly topics: readonly { readonly topic: string; readonly partitions: number }[];
  readonly assignment: readonly { readonly member: MemberId; readonly partitions: readonly TopicPartition[] }[];
}

/** A record that a group has processed, and made another one of. */
export interface RecordSource extends OffsetOf {
  readonly group: GroupId;
}

export type ClientEvent =
  | (Seen<"client", "client-started"> & { readonly client: ClientId })
  | (Seen<"client", "client-stopped"> & { readonly client: ClientId })
  | (Seen<"client", "client-killed"> & { readonly client: ClientId })
  /** A static member heard that another process has its `group.instance.id`, and has ended (KIP-345). */
  | (Seen<"client", "client-fenced"> & {
      readonly client: ClientId;
      readonly group: GroupId;
      readonly member: MemberId;
      readonly instance: string;
    })
  | (Seen<"client", "send-started"> & {
      readonly client: ClientId;
      readonly step: StepId;
      readonly partition: TopicPartition;
      /** Unique in the trial, so that a record names the send that made it. */
      readonly value: string;
      /** The record's key; left out where it has none, and where the step named the partition as well. */
      readonly key?: string;
      /** It has no value, and is known by a header with what would have been the value. */
      readonly isTombstone?: true;
      /**
       * The partitions among which the producer's partitioner chose: all of them for a key, otherwise those with a leader by the
       * producer's metadata. Left out where the step named the partition.
       */
      readonly chosenAmong?: readonly number[];
      /** The record from which a member of a group has made it; left out where a schedule has it sent. */
      readonly source?: RecordSource;
    })
  /** `offset` is null where the client was not told one (`acks=0`). */
  | (Seen<"client", "send-acked"> & { readonly client: ClientId; readonly step: StepId; readonly offset: Offset | null })
  /** Definitely not written by this attempt or an earlier one. */
  | (Seen<"client", "send-failed"> & { readonly client: ClientId; readonly step: StepId; readonly error: string })
  /** The record may or may not be in the log, now or later. */
  | (Seen<"client", "send-unknown"> & { readonly client: ClientId; readonly step: StepId; readonly error: string })
  /** A producer asks for its transaction to end so; `steps` are the sends that belong to it. */
  | (Seen<"client", "transaction-ending"> & OfTransaction & { readonly outcome: "commit" | "abort" })
  /** What the producer was told in the end; `unknown` where it was to be committed and nobody knows. */
  | (Seen<"client", "transaction-ended"> &
      OfTransaction & { readonly outcome: "committed" | "aborted" | "unknown"; readonly error?: string })
  /** The leader of a generation has shared out the partitions of the group's topics. */
  | (Seen<"client", "shared-out"> & InGroup & SharedOut)
  /** All that the member holds from now on. Where rebalances are cooperative `kept` is what it held before and goes on with. */
  | (Seen<"client", "assigned"> &
      InGroup & { readonly partitions: readonly TopicPartition[]; readonly kept?: readonly TopicPartition[] })
  /** What the member gives back. Where rebalances are cooperative it goes on with whatever else it holds. */
  | (Seen<"client", "revoked"> & InGroup & { readonly partitions: readonly TopicPartition[] })
  /** The member was thrown out of its group and could not give its partitions back in good order. */
  | (Seen<"client", "lost"> & InGroup & { readonly partitions: readonly TopicPartition[] })
  /** What the member has processed since it last committed does not count: it begins again with these partitions. */
  | (Seen<"client", "rewound"> & InGroup & { readonly partitions: readonly TopicPartition[] })
  /** Where consumption of an assigned partition begins: at the committed offset, or where the reset policy says. */
  | (Seen<"client", "position-set"> &
      InGroup & {
        readonly partition: TopicPartition;
        readonly offset: Offset;
        readonly from: "committed" | "earliest" | "latest";
      })
  | (Seen<"client", "delivered"> &
      InGroup & { readonly partition: TopicPartition; readonly offset: Offset; readonly value: string })
  | (Seen<"client", "processed"> &
      InGroup & { readonly partition: TopicPartition; readonly offset: Offset; readonly value: string })
  /** `commit` numbers the commits of one client, so that its outcome can be told from another's. */
  | (Seen<"client", "commit-started"> & InGroup & { readonly commit: number; readonly offsets: readonly OffsetOf[] })
  | (Seen<"client", "commit-acked"> & { readonly client: ClientId; readonly commit: number })
  | (Seen<"client", "commit-refused"> & { readonly client: ClientId; readonly commit: number; readonly error: string })
  | (Seen<"client", "commit-unknown"> & { readonly client: ClientId; readonly commit: number; readonly error: string })
  /** One record of a log as it was read from the start after everything had been healed. */
  | (Seen<"client", "read-back"> & {
      readonly partition: TopicPartition;
      readonly offset: Offset;
      readonly value: string;
      /** Whose transaction it belongs to; left out where it belongs to none. */
      readonly transactionOf?: ProducerId;
    })
  /** A marker of a log, as it was read back: the transaction of the producer ends here. */
  | (Seen<"client", "marker-read-back"> & {
      readonly partition: TopicPartition;
      readonly offset: Offset;
      readonly producerId: ProducerId;
      readonly outcome: "commit" | "abort";
    })
  /** The whole log was read: its first offset and the offset after its last record. */
  | (Seen<"client", "read-back-finished"> & {
      readonly partition: TopicPartition;
      readonly startOffset: Offset;
      readonly endOffset: Offset;
    });
