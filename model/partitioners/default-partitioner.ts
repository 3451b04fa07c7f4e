import { allOf, openTo } from "./partitioner.ts";
import type { ChanceOf, Partitioner, Placed, RecordToPlace } from "./partitioner.ts";

export interface DefaultPartitionerOptions {
  /** `batch.size`. */
  readonly batchSize: number;
  /** `partitioner.ignore.keys`. */
  readonly ignoresKeys: boolean;
  readonly chanceOf: ChanceOf;
  /** The partition of a key out of all of them, whether or not they have a leader. */
  readonly partitionOfKey: (key: string, partitions: number) => number;
}

interface Stay {
  readonly partition: number;
  readonly nth: number;
  bytes: number;
}

/**
 * A producer without a `partitioner.class` of its own: by the key where there is one; otherwise it stays with a partition until
 * `batch.size` bytes have been put there, and to the end of the batch, but no longer than for twice as many (KIP-794).
 *
 * Simplified: the next partition is drawn evenly from those that have a leader. Kafka favours the ones with short queues, unless
 * `partitioner.adaptive.partitioning.enable` is false.
 */
export class DefaultPartitioner implements Partitioner {
  private readonly options: DefaultPartitionerOptions;
  private readonly stays = new Map<string, Stay>();

  constructor(options: DefaultPartitionerOptions) {
    this.options = options;
  }

  place(record: RecordToPlace): Placed {
    const { ignoresKeys, partitionOfKey } = this.options;
    const { key, partitions, topic } = record;
    if (key !== null && !ignoresKeys) return { partition: partitionOfKey(key, partitions), among: allOf(partitions) };
    const among = openTo(record);
    const stay = this.stays.get(topic) ?? this.begin(topic, 0, among);
    return { partition: stay.partition, among };
  }

  onNewBatch(): void {}

  onAppended(record: RecordToPlace, bytes: number, isBatchFull: boolean): void {
    const { batchSize, ignoresKeys } = this.options;
    const stay = this.stays.get(record.topic);
    if (stay === undefined || (record.key !== null && !ignoresKeys)) return;
    stay.bytes += bytes;
    const enough = Math.max(1, batchSize);
    if ((stay.bytes >= enough && isBatchFull) || stay.bytes >= 2 * enough) {
      this.begin(record.topic, stay.nth + 1, openTo(record));
    }
  }

  private begin(topic: string, nth: number, among: readonly number[]): Stay {
    const chance = this.options.chanceOf(`uniform/${topic}/${nth}`);
    const stay: Stay = { partition: among[Math.floor(chance * among.length)]!, nth, bytes: 0 };
    this.stays.set(topic, stay);
    return stay;
  }
}
