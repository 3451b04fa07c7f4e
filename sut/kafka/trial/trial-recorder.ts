/**
 * Writes a trial's history. Events come from the harness and from the processes of clients, each stamped where it was seen by
 * a clock that they share, so the history is put in order by the stamps.
 */

import type { ClientEvent, HarnessEvent, History, HistoryEvent, Unstamped } from "../../../model/history.ts";
import { monotonicUs } from "../clients/messages.ts";

/** The history of one trial while it is being written. */
export class TrialRecorder {
  private readonly events: HistoryEvent[] = [];
  private readonly listener: (event: HistoryEvent) => void;
  private startUs = 0;
  private isClosed = false;

  /** `listener` is shown every event as it arrives. */
  constructor(listener: (event: HistoryEvent) => void) {
    this.listener = listener;
  }

  /** Microseconds since the trial began. */
  get nowUs(): number {
    return monotonicUs() - this.startUs;
  }

  /** The trial begins now; what was recorded before belongs to its beginning. */
  begin(): void {
    this.startUs = monotonicUs();
    for (const [at, event] of this.events.entries()) this.events[at] = { ...event, atUs: 0 };
  }

  harness(event: Unstamped<HarnessEvent>): void {
    this.add({ ...event, evidence: "harness", atUs: this.nowUs });
  }

  /** `stampUs` is by the system's monotonic clock. */
  client(event: Unstamped<ClientEvent>, stampUs: number): void {
    this.add({ ...event, evidence: "client", atUs: Math.max(0, stampUs - this.startUs) });
  }

  /** Everything that was observed, in order. Whatever comes later is not part of the trial. */
  close(): History {
    this.isClosed = true;
    return this.events.toSorted((left, right) => left.atUs - right.atUs);
  }

  private add(event: HistoryEvent): void {
    if (this.isClosed) return;
    this.events.push(event);
    this.listener(event);
  }
}
