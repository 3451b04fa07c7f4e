/**
 * A connection between a client and a server: a stream of requests in order, a stream of responses in order, and its end.
 */

import { mix } from "../../model/random.ts";
import type { ListenerName } from "../../model/fault.ts";
import type { Host } from "./host.ts";
import type { Way } from "./link-faults.ts";
import type { ConnectionListener, Network } from "./network.ts";
import type { Api, Request, Response } from "./protocol/messages.ts";
import type { RequestFault } from "./request-faults.ts";

/** What travels on a connection: a request, a response, or the news that the connection is gone. */
interface Message<Content> {
  readonly correlationId: number;
  readonly content: Content;
  /** The one that was sent after it on the same stream. */
  next: Message<Content> | undefined;
}

/** A reset answers no request. */
const noCorrelation = -1;

/** The two ends of a connection. */
export interface Ends {
  readonly client: Host;
  readonly server: Host;
  /** Where the server accepted it: a node of the cluster has one listener as a broker and another as a controller. */
  readonly listener: ListenerName;
}

/** What becomes of requests that are on their way when their connection breaks. None of them is answered. */
export type FateOfRequests = "lost" | "handled";

/** One direction of a connection: in order, delayed, held while its link is cut. */
class Stream<Content> {
  private readonly network: Network;
  private readonly way: Way;
  private readonly key: number;
  private readonly onArrival: (message: Message<Content>) => void;
  private count = 0;
  private lastArrivalUs = 0;
  /** Messages on their way are a list, as nothing overtakes: what arrives next is always the first of them. */
  private first: Message<Content> | undefined;
  private last: Message<Content> | undefined;
  private readonly held: Message<Content>[] = [];
  private readonly arriveNext = (): void => this.arrive();

  constructor(network: Network, way: Way, key: number, onArrival: (message: Message<Content>) => void) {
    this.network = network;
    this.way = way;
    this.key = key;
    this.onArrival = onArrival;
  }

  /** `heldUpUs` is how much longer than others this message takes, and whatever is sent after it. */
  send(correlationId: number, content: Content, heldUpUs: number = 0): void {
    const message: Message<Content> = { correlationId, content, next: undefined };
    if (this.last === undefined) this.first = message;
    else this.last.next = message;
    this.last = message;
    this.expectArrival(heldUpUs);
  }

  /** What has not arrived yet never does. */
  drop(): void {
    this.first = undefined;
    this.last = undefined;
    this.held.length = 0;
  }

  private expectArrival(heldUpUs: number): void {
    const { loop } = this.network;
    const delayUs = this.network.delayUs(mix(this.key, this.count++)) + this.network.slownessUs(this.way) + heldUpUs;
    this.lastArrivalUs = Math.max(this.lastArrivalUs, loop.nowUs + delayUs);
    loop.after(this.lastArrivalUs - loop.nowUs, this.arriveNext);
  }

  private arrive(): void {
    const message = this.first;
    if (message === undefined) return;
    this.first = message.next;
    if (this.first === undefined) this.last = undefined;
    if (this.held.length > 0 || this.network.isCut(this.way)) {
      if (this.held.length === 0) this.network.callOnHeal(this.way, () => this.release());
      this.held.push(message);
    } else {
      this.onArrival(message);
    }
  }

  /** What was held was sent before whatever is on its way, and so arrives before it. */
  private release(): void {
    for (const message of this.held.splice(0).toReversed()) {
      message.next = this.first;
      this.first = message;
      this.last ??= message;
      this.expectArrival(0);
    }
  }
}

export class Connection {
  private readonly network: Network;
  private readonly ends: Ends;
  private readonly clientIncarnation: number;
  private readonly owner: ConnectionListener;
  private readonly upstream: Stream<Request>;
  private readonly downstream: Stream<Response | "reset">;
  /** The life of the server that the first message has reached; undefined until then. */
  private serverIncarnation: number | undefined;
  private isClosed = false;
  /** It has broken on the way, and the client will hear of it. */
  private isBroken = false;
  private isBusy = false;
  private readonly queue: Message<Request>[] = [];
  private readonly onServerDown = (): void => this.resetByServer();

  constructor(network: Network, ends: Ends, owner: ConnectionListener, key: number) {
    const { client, listener, server } = ends;
    this.network = network;
    this.ends = ends;
    this.clientIncarnation = client.incarnation;
    this.owner = owner;
    this.upstream = new Stream(network, { from: client, to: server, listener }, mix(key, 1), (message) =>
      this.toServer(message),
    );
    this.downstream = new Stream(network, { from: server, to: client, listener }, mix(key, 2), (message) =>
      this.toClient(message),
    );
  }

  send(correlationId: number, request: Request): void {
    if (this.isBroken) return;
    const fault = this.network.requestFaults.takeFor(this.ends, request.api);
    if (fault === undefined) this.upstream.send(correlationId, request);
    else this.sendWithFault(correlationId, request, fault);
  }

  /** The connection stood before the request was sent on it, so what arrives late is for the process that accepted it. */
  private sendWithFault(correlationId: number, request: Request, { breaks, delayUs }: RequestFault): void {
    const { server } = this.ends;
    if (server.isUp) this.establish();
    this.network.expectLate(delayUs);
    this.upstream.send(correlationId, request, delayUs);
    if (breaks) this.break("handled");
  }

  /** The client gives up: what it has sent is still on its way, but no answer reaches it any more. */
  close(): void {
    this.isClosed = true;
    this.network.forget(this, this.ends);
    this.ends.server.forgetDownListener(this.onServerDown);
  }

  /** The connection breaks between the two ends. What the server has taken in it goes on with, but no answer gets through. */
  break(requests: FateOfRequests): void {
    if (this.isBroken || this.ends.client.incarnation !== this.clientIncarnation) return;
    this.isBroken = true;
    if (requests === "lost") {
      this.upstream.drop();
      this.queue.length = 0;
    }
    this.reset();
  }

  private establish(): void {
    const { server } = this.ends;
    if (this.serverIncarnation !== undefined) return;
    this.serverIncarnation = server.incarnation;
    if (server.isUp && !this.isClosed) server.onceDown(this.onServerDown);
  }

  private toServer(message: Message<Request>): void {
    const { server } = this.ends;
    // A machine without power takes no connection, and knows of none when it is back: nothing that comes later gets through.
    if (this.serverIncarnation === undefined) this.establish();
    if (!server.isUp || this.serverIncarnation !== server.incarnation) {
      if (this.network.answersForDead(server)) this.reset();
      return;
    }
    // Nearly always it takes the message at once, and no task has to be made of it.
    if (server.isPaused) this.acceptOnResume(message);
    else this.accept(message);
  }

  private acceptOnResume(message: Message<Request>): void {
    this.ends.server.run(() => this.accept(message));
  }

  /** Kafka mutes a connection until the response to its last request is out, so requests on it are handled one by one. */
  private accept(message: Message<Request>): void {
    if (this.isBusy) this.queue.push(message);
    else this.handle(message);
  }

  private handle({ content: request, correlationId }: Message<Request>): void {
    this.isBusy = true;
    const { serverIncarnation } = this;
    const { client, server } = this.ends;
    this.network.serverOf(server).receive(request, client.name, (reply) => {
      if (server.incarnation !== serverIncarnation) return;
      if (reply === "close") this.reset();
      else if (reply !== "nothing") this.respond(correlationId, request.api, reply);
      const next = this.queue.length === 0 ? undefined : this.queue.shift();
      this.isBusy = next !== undefined;
      // Not at once: whoever has just answered is to finish what it was about first.
      if (next !== undefined) server.after(0, () => this.handle(next));
    });
  }

  private respond(correlationId: number, api: Api, response: Response): void {
    if (this.isClosed || this.isBroken) return;
    if (this.network.requestFaults.takeLoss(this.ends, api)) {
      this.reset();
      return;
    }
    this.downstream.send(correlationId, response);
  }

  private resetByServer(): void {
    if (this.network.answersForDead(this.ends.server)) this.reset();
  }

  private reset(): void {
    this.downstream.send(noCorrelation, "reset");
  }

  private toClient(message: Message<Response | "reset">): void {
    const { client } = this.ends;
    if (this.isClosed || client.incarnation !== this.clientIncarnation) return;
    if (client.isPaused) this.deliverOnResume(message);
    else this.deliver(message);
  }

  private deliverOnResume(message: Message<Response | "reset">): void {
    this.ends.client.run(() => this.deliver(message));
  }

  private deliver({ content, correlationId }: Message<Response | "reset">): void {
    if (this.isClosed) return;
    if (content === "reset") {
      this.close();
      this.owner.onReset();
    } else if (!this.isBroken) {
      this.owner.onResponse(correlationId, content);
    }
  }
}
