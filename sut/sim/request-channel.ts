/**
 * A client's way to one broker: requests in order over one connection that is opened when needed.
 *
 * As in Kafka's own network client, a request that gets no answer in time takes the whole connection down with it, and
 * everything in flight on it has failed without an answer.
 */

import type { Connection, Ends } from "./connection.ts";
import type { Timer } from "./event-loop.ts";
import type { Host } from "./host.ts";
import type { ConnectionListener, Network } from "./network.ts";
import type { Api, RequestOf, Response, ResponseTo } from "./protocol/messages.ts";

/** Takes a response, or undefined where none came: refused, reset or timed out. */
export type OnAnswer<A extends Api> = (response: ResponseTo[A] | undefined) => void;

interface InFlight {
  readonly correlationId: number;
  readonly deadlineUs: number;
  readonly onAnswer: (response: Response | undefined) => void;
  /** The request that was sent after it. */
  next: InFlight | undefined;
}

export class RequestChannel implements ConnectionListener {
  private readonly network: Network;
  private readonly ends: Ends;
  private readonly client: Host;
  private connection: Connection | undefined;
  private correlationId = 0;
  /** Something has come back on the connection. */
  private isReady = false;
  /** What is in flight is a list, as a broker answers in the order of the requests. */
  private oldest: InFlight | undefined;
  private newest: InFlight | undefined;
  private timeout: Timer | undefined;
  /** When the timer fires, by the client's clock. */
  private timeoutUs = 0;
  private readonly onLost: (wasReady: boolean) => void;
  private readonly onTimeout = (): void => this.checkDeadlines();

  /** `onLost` hears when the connection is gone, also where nothing was in flight on it, and whether anything ever came back on it. */
  constructor(network: Network, ends: Ends, onLost: (wasReady: boolean) => void = () => undefined) {
    this.network = network;
    this.ends = ends;
    this.client = ends.client;
    this.onLost = onLost;
  }

  send<A extends Api>(request: RequestOf<A> & { readonly api: A }, timeoutMs: number, onAnswer: OnAnswer<A>): void {
    this.connection ??= this.network.connect(this.ends, this);
    const correlationId = this.correlationId++;
    const deadlineUs = this.client.nowUs + timeoutMs * 1000;
    const sent: InFlight = { correlationId, deadlineUs, onAnswer: onAnswer as InFlight["onAnswer"], next: undefined };
    if (this.newest === undefined) this.oldest = sent;
    else this.newest.next = sent;
    this.newest = sent;
    this.connection.send(correlationId, request);
    this.expectTimeout(deadlineUs);
  }

  /** For a request that is not answered (`acks=0`). */
  sendWithoutResponse(request: RequestOf<"Produce">): void {
    this.connection ??= this.network.connect(this.ends, this);
    this.connection.send(this.correlationId++, request);
  }

  /** Drops the connection; whatever was in flight is answered with nothing. */
  close(): void {
    this.connection?.close();
    this.fail();
  }

  onResponse(correlationId: number, response: Response): void {
    const answered = this.oldest!;
    if (answered.correlationId !== correlationId) throw new Error("a broker has answered a later request first");
    this.isReady = true;
    this.oldest = answered.next;
    if (this.oldest === undefined) this.newest = undefined;
    answered.onAnswer(response);
  }

  onReset(): void {
    this.fail();
  }

  private fail(): void {
    this.connection = undefined;
    const { isReady, oldest } = this;
    this.isReady = false;
    this.oldest = undefined;
    this.newest = undefined;
    for (let failed = oldest; failed !== undefined; failed = failed.next) failed.onAnswer(undefined);
    this.onLost(isReady);
  }

  /**
   * One timer for all requests in flight, whatever becomes of their connections: it looks at the earliest deadline when it fires,
   * and seldom has anything to do. It never fires late: a request with a short timeout may be sent after one with a long timeout.
   */
  private expectTimeout(deadlineUs: number): void {
    if (this.timeout !== undefined) {
      if (this.timeoutUs <= deadlineUs) return;
      this.timeout.cancel();
    }
    this.timeoutUs = deadlineUs;
    this.timeout = this.client.after((deadlineUs - this.client.nowUs) / 1000, this.onTimeout);
  }

  private checkDeadlines(): void {
    this.timeout = undefined;
    if (this.oldest === undefined) return;
    const { earliestDeadlineUs } = this;
    if (earliestDeadlineUs <= this.client.nowUs) this.close();
    else this.expectTimeout(earliestDeadlineUs);
  }

  /** Not always the oldest request's: each has its own timeout. */
  private get earliestDeadlineUs(): number {
    let earliestUs = Infinity;
    for (let sent = this.oldest; sent !== undefined; sent = sent.next) earliestUs = Math.min(earliestUs, sent.deadlineUs);
    return earliestUs;
  }
}
