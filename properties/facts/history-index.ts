/** The events of a history by their kind, put together once for all who ask. */

import type { EventKind, EventOf, History, HistoryEvent } from "../../model/history.ts";

/** An event with its place in the history. */
export interface EventAt<Kind extends EventKind> {
  readonly event: EventOf<Kind>;
  readonly at: number;
}

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

  has<Kind extends EventKind>(kind: Kind, isSo: (event: EventOf<Kind>) => boolean): boolean {
    return this.places.get(kind)?.some((at) => isSo(this.history[at] as EventOf<Kind>)) ?? false;
  }
}
