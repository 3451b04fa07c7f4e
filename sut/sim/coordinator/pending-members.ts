/** Ids that a group's coordinator has given out and that nobody has joined with yet, each until its session would be over (KIP-394). */

import type { MemberId } from "../../../model/ids.ts";
import type { Timer } from "../event-loop.ts";
import type { Host } from "../host.ts";

export class PendingMembers {
  private readonly host: Host;
  private readonly timers = new Map<MemberId, Timer>();
  /** Hears of an id whose time is over. */
  private readonly onExpired: () => void;

  constructor(host: Host, onExpired: () => void) {
    this.host = host;
    this.onExpired = onExpired;
  }

  get size(): number {
    return this.timers.size;
  }

  has(id: MemberId): boolean {
    return this.timers.has(id);
  }

  /** Waits for somebody to join as `id`. */
  add(id: MemberId, sessionTimeoutMs: number): void {
    const timer = this.host.after(sessionTimeoutMs, () => {
      this.timers.delete(id);
      this.onExpired();
    });
    this.timers.set(id, timer);
  }

  /** Waits for it no more. False where it was not waited for. */
  remove(id: MemberId): boolean {
    this.timers.get(id)?.cancel();
    return this.timers.delete(id);
  }

  clear(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }
}
