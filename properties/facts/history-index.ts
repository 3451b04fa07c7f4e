/** The events of a history by their kind, put together once for all who ask. */

import type { EventKind, EventOf, History, HistoryEvent } from "../../model/history.ts";
import type { TopicPartition } from "../../model/ids.ts";

/** An event with its place in the history. */
export interface EventAt<Kind extends EventKind> {
  readonly event: EventOf<Kind>;
  readonly at: number;
}

/** Kinds of event that are about one partition. */
export type PartitionEventKind = Extract<HistoryEvent, { readonly partition: TopicPartition }>["kind"];

/** Of which kind it is the key tells under which it is kept. */
interface AnyEventAt {
  readonly event: HistoryEvent;
  readonly at: number;
}

const none: readonly never[] = [];

export class HistoryIndex {
  private readonly history: History;
  private readonly places = new Map<EventKind, number[]>();
  private readonly ofKind = new Map<EventKind, readonly AnyEventAt[]>();
  private readonly byPartition = new Map<EventKind, ReadonlyMap<TopicPartition, readonly AnyEventAt[]>>();

  constructor(history: History) {
    this.history = history;
    for (let at = 0; at < history.length; at++) {
      const { kind } = history[at]!;
      const known = this.places.get(kind);
      if (known === undefined) this.places.set(kind, [at]);
      else known.push(at);
    }
  }

  /** In order. */
  eventsOf<Kind extends EventKind>(kind: Kind): readonly EventAt<Kind>[] {
    let found = this.ofKind.get(kind);
    if (found === undefined) {
      const places = this.places.get(kind) ?? none;
      found = places.map((at) => ({ event: this.history[at]!, at }));
      this.ofKind.set(kind, found);
    }
    return found as readonly unknown[] as readonly EventAt<Kind>[];
  }

  /** In order. */
  eventsIn<Kind extends PartitionEventKind>(kind: Kind, partition: TopicPartition): readonly EventAt<Kind>[] {
    let found = this.byPartition.get(kind);
    if (found === undefined) {
      found = byPartition(this.eventsOf<EventKind>(kind));
      this.byPartition.set(kind, found);
    }
    return (found.get(partition) ?? none) as readonly unknown[] as readonly EventAt<Kind>[];
  }

  /** In order. */
  eventsOfKinds<Kind extends EventKind>(kinds: ReadonlySet<Kind>): readonly EventAt<Kind>[] {
    const places: number[] = [];
    for (const kind of kinds) places.push(...(this.places.get(kind) ?? none));
    return places.toSorted((left, right) => left - right).map((at) => ({ event: this.history[at] as EventOf<Kind>, at }));
  }

  has<Kind extends EventKind>(kind: Kind, isSo: (event: EventOf<Kind>) => boolean): boolean {
    return this.places.get(kind)?.some((at) => isSo(this.history[at] as EventOf<Kind>)) ?? false;
  }
}

function byPartition(events: readonly AnyEventAt[]): ReadonlyMap<TopicPartition, readonly AnyEventAt[]> {
  const found = new Map<TopicPartition, AnyEventAt[]>();
  for (const one of events) {
    const { partition } = one.event as Extract<HistoryEvent, { readonly partition: TopicPartition }>;
    const known = found.get(partition);
    if (known === undefined) found.set(partition, [one]);
    else known.push(one);
  }
  return found;
}
