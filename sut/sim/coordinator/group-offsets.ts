/**
 * The offsets of one group: those that are committed, and those in transactions of which it is not decided yet whether they count
 * (KIP-447). Of several commits for a partition the one whose record comes last in the log holds, whenever it came to count
 * (KAFKA-14505).
 */

import type { OffsetOf } from "../../../model/history.ts";
import type { Offset, ProducerId, TopicPartition } from "../../../model/ids.ts";
import type { TransactionOutcome } from "../protocol/record-batch.ts";

interface PlacedOffset {
  readonly offset: Offset;
  /** Where its record is in the log. */
  readonly at: Offset;
}

export class GroupOffsets {
  private readonly committed = new Map<TopicPartition, PlacedOffset>();
  private readonly pending = new Map<ProducerId, Map<TopicPartition, PlacedOffset>>();

  get(partition: TopicPartition): Offset | undefined {
    return this.committed.get(partition)?.offset;
  }

  /** All that are committed. */
  all(): readonly OffsetOf[] {
    return [...this.committed].map(([partition, { offset }]) => ({ partition, offset }));
  }

  /** All that are part of transactions. */
  allPending(): readonly OffsetOf[] {
    return [...this.pending.values()].flatMap((held) => [...held].map(([partition, { offset }]) => ({ partition, offset })));
  }

  isPending(partition: TopicPartition): boolean {
    for (const held of this.pending.values()) if (held.has(partition)) return true;
    return false;
  }

  commit({ offset, partition }: OffsetOf, at: Offset): void {
    const before = this.committed.get(partition);
    if (before === undefined || before.at <= at) this.committed.set(partition, { offset, at });
  }

  /** The offset counts if the transaction of its producer is committed. */
  hold(producer: ProducerId, { offset, partition }: OffsetOf, at: Offset): void {
    const held = this.pending.get(producer) ?? new Map<TopicPartition, PlacedOffset>();
    this.pending.set(producer, held.set(partition, { offset, at }));
  }

  /** The producer's transaction has ended; tells which offsets were part of it. */
  end(producer: ProducerId, outcome: TransactionOutcome): readonly OffsetOf[] {
    const held = [...(this.pending.get(producer) ?? [])].map(([partition, placed]) => ({ partition, ...placed }));
    this.pending.delete(producer);
    if (outcome === "commit") for (const { at, ...one } of held) this.commit(one, at);
    return held.map(({ offset, partition }) => ({ partition, offset }));
  }
}
