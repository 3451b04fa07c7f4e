import type { Offset, TopicPartition } from "../../model/ids.ts";

/** A record in its place. */
export interface PlacedRecord {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly value: string;
}

/**
 * Records by partition, offset and value. A key made of all three would be a new text for every record that is put in or looked
 * up, and a trial has hundreds of them.
 */
export class RecordSet {
  private readonly partitions = new Map<TopicPartition, Map<Offset, string[]>>();

  add({ offset, partition, value }: PlacedRecord): void {
    let offsets = this.partitions.get(partition);
    if (offsets === undefined) {
      offsets = new Map();
      this.partitions.set(partition, offsets);
    }
    const values = offsets.get(offset);
    if (values === undefined) offsets.set(offset, [value]);
    else values.push(value);
  }

  has({ offset, partition, value }: PlacedRecord): boolean {
    return this.partitions.get(partition)?.get(offset)?.includes(value) ?? false;
  }
}
