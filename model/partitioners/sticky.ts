import { openTo } from "./partitioner.ts";
import type { ChanceOf, Partitioner, Placed, RecordToPlace } from "./partitioner.ts";

/**
 * Stays with a partition until its batch is full or gone, and then goes to another one by chance, whether or not the record has
 * a key. Source: KIP-480, `UniformStickyPartitioner` of Kafka 2.4 to 3.9.
 */
export class StickyPartitioner implements Partitioner {
  private readonly chanceOf: ChanceOf;
  private readonly current = new Map<string, number>();
  private readonly changes = new Map<string, number>();

  constructor(chanceOf: ChanceOf) {
    this.chanceOf = chanceOf;
  }

  place(record: RecordToPlace): Placed {
    const among = openTo(record);
    return { partition: this.current.get(record.topic) ?? this.change(record.topic, among), among };
  }

  /** Somebody else may have changed it already, for a batch that was begun before: then it stays. */
  onNewBatch(record: RecordToPlace, partition: number): void {
    if (this.current.get(record.topic) !== partition) return;
    const among = openTo(record);
    const others = among.filter((index) => index !== partition);
    this.change(record.topic, others.length > 0 ? others : among);
  }

  onAppended(): void {}

  private change(topic: string, among: readonly number[]): number {
    const nth = this.changes.get(topic) ?? 0;
    this.changes.set(topic, nth + 1);
    const partition = among[Math.floor(this.chanceOf(`sticky/${topic}/${nth}`) * among.length)]!;
    this.current.set(topic, partition);
    return partition;
  }
}
