/**
 * Where each leader epoch begins in a replica's log (KIP-101). Strictly increasing in both fields.
 *
 * Kafka keeps it in `leader-epoch-checkpoint`. Here it is part of the log, which makes it anew from its batches after a crash.
 */

import { leaderEpoch } from "../../../../model/ids.ts";
import type { LeaderEpoch, Offset } from "../../../../model/ids.ts";

export interface EpochStart {
  readonly epoch: LeaderEpoch;
  readonly startOffset: Offset;
}

/** The end of an epoch in a log: the largest epoch known that is not above the one asked for, and the offset it ends at. */
export interface EpochEnd {
  readonly epoch: LeaderEpoch;
  readonly endOffset: Offset;
}

/** Stands for "no epoch": of an empty log, or of a fetcher that does not say. */
export const noEpoch: LeaderEpoch = leaderEpoch(-1);

export class LeaderEpochCache {
  private entries: readonly EpochStart[] = [];

  /** The epoch of the last record or, later, of the leader that has not written yet; -1 for none. */
  get latest(): LeaderEpoch {
    return this.entries.at(-1)?.epoch ?? noEpoch;
  }

  all(): readonly EpochStart[] {
    return this.entries;
  }

  /** Notes that `epoch` begins at `startOffset`. Whatever contradicts that, at or after it, is forgotten. */
  assign(epoch: LeaderEpoch, startOffset: Offset): void {
    const last = this.entries.at(-1);
    if (last?.epoch === epoch) return;
    const kept = this.entries.filter((entry) => entry.epoch < epoch && entry.startOffset < startOffset);
    this.entries = [...kept, { epoch, startOffset }];
  }

  /** Adds what was known before: of an epoch that both know the earlier start counts. */
  merge(known: readonly EpochStart[]): void {
    const starts = new Map(this.entries.map(({ epoch, startOffset }) => [epoch, startOffset]));
    for (const { epoch, startOffset } of known) {
      const other = starts.get(epoch);
      if (other === undefined || startOffset < other) starts.set(epoch, startOffset);
    }
    const merged = [...starts].map(([epoch, startOffset]): EpochStart => ({ epoch, startOffset }));
    this.entries = merged.toSorted((left, right) => left.epoch - right.epoch);
  }

  /** Forgets all of them. */
  clear(): void {
    this.entries = [];
  }

  /** Forgets epochs that begin at or after `endOffset`, also where the log is not that long (KAFKA-10706). */
  truncate(endOffset: Offset): void {
    this.entries = this.entries.filter((entry) => entry.startOffset < endOffset);
  }

  /** The log begins at `logStart` now: epochs that end before it are forgotten, and the one that it falls into begins there. */
  truncateFromStart(logStart: Offset): void {
    const next = this.entries.findIndex((entry) => entry.startOffset > logStart);
    const current = (next < 0 ? this.entries.length : next) - 1;
    if (current < 0) return;
    const [first, ...later] = this.entries.slice(current);
    this.entries = [{ epoch: first!.epoch, startOffset: logStart }, ...later];
  }

  /**
   * Where `epoch` ends, for a log that ends at `logEndOffset`; undefined where this replica has not heard of an epoch that
   * high, or of any.
   */
  endOffsetFor(epoch: LeaderEpoch, logEndOffset: Offset): EpochEnd | undefined {
    const { entries } = this;
    if (epoch === this.latest && epoch !== noEpoch) return { epoch, endOffset: logEndOffset };
    const higher = entries.findIndex((entry) => entry.epoch > epoch);
    if (higher < 0) return undefined;
    const endOffset = entries[higher]!.startOffset;
    return higher === 0 ? { epoch, endOffset } : { epoch: entries[higher - 1]!.epoch, endOffset };
  }
}
