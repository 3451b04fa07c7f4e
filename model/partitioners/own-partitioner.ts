import { allOf } from "./partitioner.ts";
import type { Partitioner, Placed, RecordToPlace } from "./partitioner.ts";

/**
 * A partitioner that a user brings along, as a plain object. Producers whose `partitioner.class` is its id ask it for each record
 * whose step names no partition, with or without a key.
 */
export interface OwnPartitioner {
  /** What `partitioner.class` says. */
  readonly id: string;
  readonly sentence: string;
  /** The index of the record's partition, from 0. The same record must give the same one: chance and memory have no place here. */
  partition(record: RecordToPlace): number;
}

/** Asks a user's partitioner, and throws a RangeError that names it where there is no such partition as it says. */
export class CheckedPartitioner implements Partitioner {
  private readonly own: OwnPartitioner;

  constructor(own: OwnPartitioner) {
    this.own = own;
  }

  place(record: RecordToPlace): Placed {
    const partition = this.own.partition(record);
    const { partitions, topic } = record;
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
      const text = `the partitioner "${this.own.id}" chose partition ${partition}, and topic ${topic} has 0 to ${partitions - 1}`;
      throw new RangeError(text);
    }
    return { partition, among: allOf(partitions) };
  }

  onNewBatch(): void {}

  onAppended(): void {}
}
