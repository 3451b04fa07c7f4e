import { openTo } from "./partitioner.ts";
import type { Partitioner, Placed, RecordToPlace } from "./partitioner.ts";

/**
 * One partition after the other, of those that have a leader, whether or not the record has a key; each topic is counted by
 * itself. Source: `RoundRobinPartitioner`. Leaves out what it did between Kafka 2.4 and 3.9 when a batch was begun (KAFKA-9965).
 */
export class RoundRobinPartitioner implements Partitioner {
  private readonly counts = new Map<string, number>();

  place(record: RecordToPlace): Placed {
    const among = openTo(record);
    const count = this.counts.get(record.topic) ?? 0;
    this.counts.set(record.topic, count + 1);
    return { partition: among[count % among.length]!, among };
  }

  onNewBatch(): void {}

  onAppended(): void {}
}
