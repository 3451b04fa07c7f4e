/**
 * A client's way to one broker: requests in order over one connection that is opened when needed.
 *
 * As in Kafka's own network client, a request that gets no answer in time takes the whole connection down with it, and
 * everything in flight on it has failed without an answer.
 */

import type { Timer } from "./event-loop.ts";
import type { Host } from "./host.ts";
import type { Connection, ConnectionListener, Network } from "./network.ts";
import type { Api, RequestOf, Response, ResponseTo } from "./protocol/messages.ts";

/** Takes a response, or undefined where none came: refused, reset or timed out. */
export type OnAnswer<A extends Api> = (response: ResponseTo[A] | undefined) => void;

interface InFlight {
  readonly correlationId: number;
  readonly deadlineUs: number;
  readonly onAnswer: (response: Response | undefined) => void;
}

export class RequestChannel implements ConnectionListener {
  private readonly network: Network;
  private readonly client: Host;
  private readonly server: Host;
  private connection: Connection | undefined;
  private correlationId = 0;
  private inFlight: InFlight[] = [];
  private timeout: Timer | undefined;
  private readonly onLost: () => void;

  /** `onLost` hears when the connection is gone, also where nothing was in flight on it. */
  constructor(network: Network, client: Host, server: Host, onLost: () => void = () => undefined) {
    this.network = network;
    this.client = client;
    this.server = server;
    this.onLost = onLost;
  }

  send<A extends Api>(request: RequestOf<A> & { readonly api: A }, timeoutMs: number, onAnswer: OnAnswer<A>): void {
    this.connection ??= this.network.connect(this.client, this.server, this);
    const correlationId = this.correlationId++;
    const deadlineUs = this.network.loop.nowUs + timeoutMs * 1000;
    this.inFlight.push({ correlationId, deadlineUs, onAnswer: onAnswer as InFlight["onAnswer"] });
    this.connection.send(correlationId, request);
    this.armTimeout();
  }

  /** For a request that is not answered (`acks=0`). */
  sendWithoutResponse(request: RequestOf<"Produce">): void {
    this.connection ??= this.network.connect(this.client, this.server, this);
    this.connection.send(this.correlationId++, request);
  }

  /** Drops the connection; whatever was in flight is answered with nothing. */
  close(): void {
    this.connection?.close();
    this.fail();
  }

  onResponse(correlationId: number, response: Response): void {
    const at = this.inFlight.findIndex((request) => request.correlationId === correlationId);
    const [request] = this.inFlight.splice(at, 1);
    request!.onAnswer(response);
  }

  onReset(): void {
    this.fail();
  }

  private fail(): void {
    this.connection = undefined;
    this.timeout?.cancel();
    this.timeout = undefined;
    const failed = this.inFlight;
    this.inFlight = [];
    for (const { onAnswer } of failed) onAnswer(undefined);
    this.onLost();
  }

  /** One timer for all requests in flight: it looks at the earliest deadline when it fires, and seldom has anything to do. */
  private armTimeout(): void {
    if (this.timeout !== undefined || this.inFlight.length === 0) return;
    const { nowUs } = this.network.loop;
    const earliestUs = this.inFlight.reduce((min, { deadlineUs }) => Math.min(min, deadlineUs), Infinity);
    this.timeout = this.client.after((earliestUs - nowUs) / 1000, () => {
      this.timeout = undefined;
      const isLate = this.inFlight.some(({ deadlineUs }) => deadlineUs <= this.network.loop.nowUs);
      if (isLate) this.close();
      else this.armTimeout();
    });
  }
}
