/** Writes a trial's history: every event is stamped with the virtual time and shown to whoever listens. */

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
  private readonly listener: (event: HistoryEvent) => void;

  constructor(loop: EventLoop, listener: (event: HistoryEvent) => void) {
    this.loop = loop;
    this.listener = listener;
  }

  harness(event: Unstamped<HarnessEvent>): void {
    this.add(event, "harness");
  }

  client(event: Unstamped<ClientEvent>): void {
    this.add(event, "client");
  }

  broker(event: Unstamped<BrokerEvent>): void {
    this.add(event, "broker");
  }

  /** Stamps the event itself instead of a copy: a trial has hundreds, and nobody else has seen them yet. */
  private add(event: Stampable, evidence: HistoryEvent["evidence"]): void {
    event.evidence = evidence;
    event.atUs = this.loop.nowUs;
    const stamped = event as HistoryEvent;
    this.events.push(stamped);
    this.listener(stamped);
  }
}
