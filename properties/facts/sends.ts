/** What producers sent, and what came of it. */

import type { RecordSource } from "../../model/client-events.ts";
import type { ClientId, Offset, StepId, TopicPartition } from "../../model/ids.ts";
import type { ProducerSettings } from "../../model/settings.ts";

/** One record that a producer was given. Indexes are positions in the history. */
export interface Send {
  readonly step: StepId;
  readonly client: ClientId;
  /** Which life of the client it was: a producer that was killed and started again is another one to Kafka. */
  readonly session: number;
  readonly partition: TopicPartition;
  readonly value: string;
  /** The record's key, and the partitions that were open to choice, where the step did not name the partition. */
  readonly key: string | undefined;
  readonly isTombstone: boolean;
  readonly chosenAmong: readonly number[] | undefined;
  /** The record from which a member of a group has made it; undefined where the schedule has it sent. */
  readonly source: RecordSource | undefined;
  readonly settings: ProducerSettings;
  readonly startedAt: number;
  /** What this life of the producer has sent to the partition. */
  readonly stream: Stream;
  outcome:
    | { readonly kind: "open" }
    | { readonly kind: "acked"; readonly offset: Offset | null; readonly at: number }
    | { readonly kind: "failed" | "unknown"; readonly error: string; readonly at: number };
}

/** What one life of a producer has sent to one partition, in order. */
export interface Stream {
  readonly sends: Send[];
  /** Where in the history the first of them was acknowledged; undefined where none was. */
  firstAckAt: number | undefined;
}

/** All streams of a trial. */
export class Streams {
  private readonly ofPresentLife = new Map<ClientId, Map<TopicPartition, Stream>>();

  /** Whatever the client sends from now on belongs to other streams than what it has sent before. */
  beginLife(client: ClientId): void {
    this.ofPresentLife.delete(client);
  }

  of(client: ClientId, partition: TopicPartition): Stream {
    let streams = this.ofPresentLife.get(client);
    if (streams === undefined) {
      streams = new Map();
      this.ofPresentLife.set(client, streams);
    }
    let stream = streams.get(partition);
    if (stream === undefined) {
      stream = { sends: [], firstAckAt: undefined };
      streams.set(partition, stream);
    }
    return stream;
  }
}
