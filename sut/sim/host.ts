/**
 * A machine with one process on it: a broker or a client. It can be killed, started again and paused.
 *
 * A task that was scheduled by a process dies with it. While a process is paused its tasks pile up, as do the bytes in its
 * sockets, and they run in order at the instant of its resumption: that is what makes a zombie. A machine that was suspended does
 * what its timers say first.
 */

import type { Deferred, EventLoop, Owner, Timer } from "./event-loop.ts";

export class Host implements Owner {
  readonly name: string;
  readonly loop: EventLoop;
  /** How far the machine's clock is ahead of the time that has passed. */
  private aheadUs = 0;
  isUp = false;
  isPaused = false;
  /** Counts the starts of the process; what was begun under an older number is void. */
  incarnation = 0;
  /** What has come due, and what was read, while the process stood still. */
  private readonly waiting: Deferred[] = [];
  /** What was sent to a machine that stands still, rather than to a process. */
  private readonly messages: Deferred[] = [];
  private isSuspended = false;
  private readonly downListeners = new Set<() => void>();

  constructor(name: string, loop: EventLoop) {
    this.name = name;
    this.loop = loop;
  }

  /** What time it is by the machine's own clock. Disks know nothing of it: they go by the event loop's. */
  get nowUs(): number {
    return this.loop.nowUs + this.aheadUs;
  }

  /** The clock goes on by so much at once: what would have been due by then is due now. */
  jumpClock(byUs: number): void {
    this.aheadUs += byUs;
    this.loop.hasten(this, byUs);
  }

  start(): void {
    this.isUp = true;
    this.incarnation++;
  }

  /** The process is gone, with its memory and its sockets. */
  kill(): void {
    this.isUp = false;
    this.isPaused = false;
    this.incarnation++;
    this.waiting.length = 0;
    this.messages.length = 0;
    const listeners = [...this.downListeners];
    this.downListeners.clear();
    for (const onDown of listeners) onDown();
  }

  pause(): void {
    this.isPaused = this.isUp;
    this.isSuspended = false;
  }

  /** The whole machine stands still: on resumption its clock jumps, and its timers are quicker than its sockets. */
  suspend(): void {
    this.pause();
    this.isSuspended = this.isPaused;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    const { incarnation } = this;
    for (const task of [...this.waiting.splice(0), ...this.messages.splice(0)]) {
      if (this.incarnation === incarnation) task.run();
    }
  }

  /** Runs `task` in this process after a while, if the process lives until then. */
  after(delayMs: number, task: () => void): Timer {
    return this.loop.after(delayMs * 1000, task, this);
  }

  /** Runs `task` now, or on resumption while the process is paused. The process must be up. */
  run(task: () => void): void {
    if (!this.isPaused) task();
    else if (this.isSuspended) this.messages.push({ run: task });
    else this.defer({ run: task });
  }

  defer(task: Deferred): void {
    this.waiting.push(task);
  }

  /** Calls `listener` once, when this process is killed. */
  onceDown(listener: () => void): void {
    this.downListeners.add(listener);
  }

  forgetDownListener(listener: () => void): void {
    this.downListeners.delete(listener);
  }
}
