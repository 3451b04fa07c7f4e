import type { TopicPartition } from "../../../../model/ids.ts";
import type { ProtocolReader } from "../../wire/protocol-reader.ts";
import type { Answer } from "./outcome.ts";
import { readPartitions } from "./read-partitions.ts";
import type { RequestListener, ResponseListener } from "./wire-tap.ts";

/** Notes how each attempt to write to a partition is answered (`Produce`, API 0, version 7). */
export class ProduceTap implements RequestListener {
  readonly apiKey: number = 0;
  readonly apiVersion: number = 7;
  private readonly attempts = new Map<TopicPartition, Answer[]>();

  /** A new record is about to be sent to the partition: returns the attempts at it, which grow as they are made. */
  begin(partition: TopicPartition): readonly Answer[] {
    const attempts: Answer[] = [];
    this.attempts.set(partition, attempts);
    return attempts;
  }

  onRequest(body: ProtocolReader): ResponseListener {
    body.string();
    body.int16();
    body.int32();
    const noted = readPartitions(body, (partition) => {
      body.lengthAndBytes();
      const attempts = this.attempts.get(partition) ?? [];
      return { partition, attempts, at: attempts.push(null) - 1 };
    });
    return {
      onLost: () => undefined,
      onResponse: (response) => {
        readPartitions(response, (partition) => {
          const attempt = noted.find((one) => one.partition === partition);
          const errorCode = response.int16();
          if (attempt !== undefined) attempt.attempts[attempt.at] = errorCode;
          // Base offset, time of the append, start of the log.
          response.slice(3 * 8);
        });
      },
    };
  }
}
