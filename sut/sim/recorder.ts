/** Writes a trial's history: every event is stamped with the virtual time. */

import type { BrokerEvent, ClientEvent, HarnessEvent, HistoryEvent, Unstamped } from "../../model/history.ts";
import type { EventLoop } from "./event-loop.ts";

interface Stampable {
  readonly kind: HistoryEvent["kind"];
  evidence?: HistoryEvent["evidence"];
  atUs?: number;
}

export class Recorder {
  readonly events: HistoryEvent[] = [];
  private readonly loop: EventLoop;
  private readonly onClientEvent: (event: HistoryEvent) => void;

  /** `onClientEvent` hears of what clients see, as it happens: no step of a schedule waits for anything else. */
  constructor(loop: EventLoop, onClientEvent: (event: HistoryEvent) => void) {
    this.loop = loop;
    this.onClientEvent = onClientEvent;
  }

  harness(event: Unstamped<HarnessEvent>): void {
    this.add(event, "harness");
  }

  client(event: Unstamped<ClientEvent>): void {
    this.onClientEvent(this.add(event, "client"));
  }

  broker(event: Unstamped<BrokerEvent>): void {
    this.add(event, "broker");
  }

  /** Stamps the event itself instead of a copy: a trial has hundreds, and nobody else has seen them yet. */
  private add(event: Stampable, evidence: HistoryEvent["evidence"]): HistoryEvent {
    event.evidence = evidence;
    event.atUs = this.loop.nowUs;
    const stamped = event as HistoryEvent;
    this.events.push(stamped);
    return stamped;
  }
}
