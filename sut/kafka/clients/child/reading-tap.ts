/**
 * Where a group member reads: from which offset each partition of an assignment begins, and under which assignment records
 * were asked for. Read from its connections; see wire-tap.ts.
 *
 * kafkajs asks for offsets several times over and uses one of the answers, so where reading begins is told by the first fetch.
 */

import { offset } from "../../../../model/ids.ts";
import type { Offset, TopicPartition } from "../../../../model/ids.ts";
import type { ProtocolReader } from "../../wire/protocol-reader.ts";
import { readPartitions } from "./read-partitions.ts";
import { whenAnswered } from "./wire-tap.ts";
import type { RequestListener, ResponseListener } from "./wire-tap.ts";

type Origin = "committed" | "earliest" | "latest";

/** Partitions have their names on the cluster. */
export interface Begin {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly from: Origin;
}

const timestampOfEarliest = -2;
/** How many fetches of a partition are remembered: only those whose records have not been looked at matter. */
const rememberedFetchesMax = 32;

export class ReadingTap<Holding extends object> {
  private readonly holding: () => Holding | undefined;
  private readonly onBegin: (holding: Holding, begin: Begin) => void;
  private of: Holding | undefined;
  private readonly origins = new Map<TopicPartition, Map<Offset, Origin>>();
  private readonly begun = new Set<TopicPartition>();
  private readonly fetches = new Map<TopicPartition, Map<Offset, Holding>>();

  /** `holding` is asked for the assignment at the moment, `onBegin` told where reading begins. */
  constructor(holding: () => Holding | undefined, onBegin: (holding: Holding, begin: Begin) => void) {
    this.holding = holding;
    this.onBegin = onBegin;
  }

  /** Under which assignment the records from this offset on were asked for. */
  fetchedUnder(partition: TopicPartition, from: Offset): Holding | undefined {
    return this.fetches.get(partition)?.get(from);
  }

  /** The client has gone back to what is committed: with the next fetch reading begins anew. */
  beginAnew(partition: TopicPartition): void {
    this.begun.delete(partition);
  }

  listeners(): readonly RequestListener[] {
    return [
      { apiKey: 1, apiVersion: 11, onRequest: (body) => this.onFetch(body) },
      { apiKey: 2, apiVersion: 3, onRequest: (body) => this.onListOffsets(body) },
      { apiKey: 9, apiVersion: 4, onRequest: () => this.onOffsetFetch() },
    ];
  }

  private onFetch(body: ProtocolReader): undefined {
    const holding = this.current();
    if (holding === undefined) return;
    // Replica, waiting time, least and most bytes, isolation, session and its epoch.
    body.slice(4 * 4 + 1 + 2 * 4);
    readPartitions(body, (partition) => {
      body.int32();
      const from = offset(body.int64());
      // Start of the log, most bytes.
      body.slice(8 + 4);
      this.remember(partition, from, holding);
      if (this.begun.has(partition)) return;
      this.begun.add(partition);
      this.onBegin(holding, { partition, offset: from, from: this.origins.get(partition)?.get(from) ?? "committed" });
    });
  }

  private remember(partition: TopicPartition, from: Offset, holding: Holding): void {
    const fetches = this.fetches.get(partition) ?? new Map<Offset, Holding>();
    this.fetches.set(partition, fetches);
    fetches.delete(from);
    fetches.set(from, holding);
    if (fetches.size > rememberedFetchesMax) fetches.delete(fetches.keys().next().value!);
  }

  private onOffsetFetch(): ResponseListener {
    const holding = this.current();
    return whenAnswered((response) => {
      response.int32();
      readPartitions(response, (partition) => {
        const committed = response.int64();
        response.string();
        response.int16();
        if (committed >= 0) this.noteOrigin(holding, partition, { offset: offset(committed), from: "committed" });
      });
    });
  }

  private onListOffsets(body: ProtocolReader): ResponseListener {
    const holding = this.current();
    body.int32();
    body.int8();
    const timestamps = readPartitions(body, () => body.int64());
    const from = timestamps[0] === timestampOfEarliest ? "earliest" : "latest";
    return whenAnswered((response) => {
      response.int32();
      readPartitions(response, (partition) => {
        const errorCode = response.int16();
        response.int64();
        const found = offset(response.int64());
        if (errorCode === 0) this.noteOrigin(holding, partition, { offset: found, from });
      });
    });
  }

  private noteOrigin(
    holding: Holding | undefined,
    partition: TopicPartition,
    { from, offset: position }: { readonly offset: Offset; readonly from: Origin },
  ): void {
    // The answer to a question of an assignment that is over sets nothing any more.
    if (holding === undefined || holding !== this.current()) return;
    const known = this.origins.get(partition) ?? new Map<Offset, Origin>();
    this.origins.set(partition, known.set(position, from));
  }

  /** The assignment at the moment. With a new one everything begins anew. */
  private current(): Holding | undefined {
    const holding = this.holding();
    if (holding !== this.of) {
      this.of = holding;
      this.origins.clear();
      this.begun.clear();
    }
    return holding;
  }
}
