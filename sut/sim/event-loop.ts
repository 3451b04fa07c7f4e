/**
 * The clock and the queue of the in-memory cluster: one synchronous loop, ordered by virtual time and then by order of
 * scheduling. There is no wall clock, no promise and no timer of the host in it.
 */

/** Something that will happen, unless it is cancelled before. */
export interface Timer {
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
  /** The one after it among those that are due soon. */
  next: Entry | undefined;
  readonly owner: Owner | undefined;
  readonly incarnation: number;
  private task: (() => void) | undefined;

  constructor(atUs: number, order: number, task: () => void, owner: Owner | undefined) {
    this.atUs = atUs;
    this.order = order;
    this.next = undefined;
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

/** Most messages arrive within that time, and there are never many on their way. Most timers take longer, and are cancelled. */
const soonUs = 10_000;

export class EventLoop {
  /** Virtual time in microseconds since the trial began. */
  nowUs = 0;
  /** How many tasks have run. */
  ran = 0;
  private scheduled = 0;
  /** What was due soon when it was scheduled: a list in order, in which a new entry finds its place after a few steps. */
  private soon: Entry | undefined;
  /** Everything else: a binary heap, the entry at `i` is not after those at `2i + 1` and `2i + 2`. */
  private readonly later: Entry[] = [];

  /** Runs `task` when `delayUs` have passed; tasks due at one instant run in the order in which they were scheduled. */
  after(delayUs: number, task: () => void, owner?: Owner): Timer {
    const wholeUs = Math.max(0, Math.round(delayUs));
    const entry = new Entry(this.nowUs + wholeUs, this.scheduled++, task, owner);
    if (wholeUs <= soonUs) this.insert(entry);
    else this.push(entry);
    return entry;
  }

  /** Runs the next task. False when there is none, or when it would be due after `untilUs`. */
  step(untilUs: number): boolean {
    const { soon } = this;
    const later = this.later[0];
    const isSoon = soon !== undefined && (later === undefined || isBefore(soon, later));
    const next = isSoon ? soon : later;
    if (next === undefined || next.atUs > untilUs) return false;
    if (isSoon) this.soon = next.next;
    else this.pop();
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
    const entries = this.later.splice(0);
    for (let entry = this.soon; entry !== undefined; entry = entry.next) entries.push(entry);
    this.soon = undefined;
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

  /** Puts an entry among those that are due soon. It was scheduled last, so it comes after what is due when it is. */
  private insert(entry: Entry): void {
    let before: Entry | undefined;
    let after = this.soon;
    while (after !== undefined && after.atUs <= entry.atUs) {
      before = after;
      after = after.next;
    }
    entry.next = after;
    if (before === undefined) this.soon = entry;
    else before.next = entry;
  }

  private push(entry: Entry): void {
    const { later } = this;
    let at = later.length;
    later.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, later[parent]!)) break;
      later[at] = later[parent]!;
      at = parent;
    }
    later[at] = entry;
  }

  private pop(): void {
    const { later } = this;
    const last = later.pop()!;
    const { length } = later;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(later[child + 1]!, later[child]!)) child++;
      if (!isBefore(later[child]!, last)) break;
      later[at] = later[child]!;
      at = child;
    }
    later[at] = last;
  }
}
