/**
 * The clock and the queue of the in-memory cluster: one synchronous loop, ordered by virtual time and then by order of
 * scheduling. There is no wall clock, no promise and no timer of the host in it.
 */

/** Something that will happen, unless it is cancelled before. */
export interface Timer {
  readonly atUs: number;
  cancel(): void;
}

/** A process whose tasks run only in the life that scheduled them, and wait while it is paused. */
export interface Owner {
  readonly incarnation: number;
  readonly isPaused: boolean;
  defer(task: Deferred): void;
}

/** A task that was due while its owner was paused. It can still be cancelled. */
export interface Deferred {
  run(): void;
}

class Entry implements Timer, Deferred {
  atUs: number;
  order: number;
  readonly owner: Owner | undefined;
  readonly incarnation: number;
  private task: (() => void) | undefined;

  constructor(atUs: number, order: number, task: () => void, owner: Owner | undefined) {
    this.atUs = atUs;
    this.order = order;
    this.task = task;
    this.owner = owner;
    this.incarnation = owner === undefined ? 0 : owner.incarnation;
  }

  get isCancelled(): boolean {
    return this.task === undefined;
  }

  cancel(): void {
    this.task = undefined;
  }

  run(): void {
    const { task } = this;
    this.task = undefined;
    task?.();
  }
}

const isBefore = (left: Entry, right: Entry): boolean =>
  left.atUs < right.atUs || (left.atUs === right.atUs && left.order < right.order);

export class EventLoop {
  /** Virtual time in microseconds since the trial began. */
  nowUs = 0;
  /** How many tasks have run. */
  ran = 0;
  private scheduled = 0;
  /** A binary heap: the entry at `i` is not after those at `2i + 1` and `2i + 2`. */
  private readonly heap: Entry[] = [];

  /** Runs `task` when `delayUs` have passed; tasks due at one instant run in the order in which they were scheduled. */
  after(delayUs: number, task: () => void, owner?: Owner): Timer {
    const entry = new Entry(this.nowUs + Math.max(0, Math.round(delayUs)), this.scheduled++, task, owner);
    this.push(entry);
    return entry;
  }

  /** Runs the next task. False when there is none, or when it would be due after `untilUs`. */
  step(untilUs: number): boolean {
    const next = this.heap[0];
    if (next === undefined || next.atUs > untilUs) return false;
    this.pop();
    if (next.isCancelled) return true;
    const { owner } = next;
    if (owner !== undefined && owner.incarnation !== next.incarnation) return true;
    this.nowUs = next.atUs;
    this.ran++;
    if (owner?.isPaused === true) owner.defer(next);
    else next.run();
    return true;
  }

  /** What `owner` has scheduled is due earlier by so much, but not before now; in the order in which it would have been due. */
  hasten(owner: Owner, byUs: number): void {
    const entries = this.heap.splice(0);
    const hastened = entries
      .filter((entry) => entry.owner === owner)
      .toSorted((left, right) => (isBefore(left, right) ? -1 : 1));
    for (const entry of hastened) {
      entry.atUs = Math.max(this.nowUs, entry.atUs - byUs);
      entry.order = this.scheduled++;
    }
    for (const entry of entries) this.push(entry);
  }

  /** Lets the time pass to `atUs`; nothing may be due before. */
  advanceTo(atUs: number): void {
    this.nowUs = Math.max(this.nowUs, atUs);
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
