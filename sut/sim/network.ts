/**
 * The network between hosts: one ordered stream in each direction of a connection, with a delay for every message.
 *
 * What TCP gives Kafka is kept. Messages on one connection never overtake each other and are never duplicated. While a link
 * is cut they wait, as retransmission would make them, and arrive when it heals, even if the sender has long given up: that
 * is how a request of the past reaches a broker of the present. A killed process resets its connections at once; a machine
 * without power is silent.
 */

import { hashText, mix } from "../../model/random.ts";
import type { ClientId } from "../../model/ids.ts";
import type { Noise } from "../../model/schedule.ts";
import type { EventLoop } from "./event-loop.ts";
import type { Host } from "./host.ts";
import type { Api, Request, Response } from "./protocol/messages.ts";

/**
 * What a server does about a request: it sends a response, or nothing (`acks=0`), or closes the connection, which is how a
 * broker tells of an error where no response is due.
 */
export type Reply = Response | "nothing" | "close";

/** A process that answers requests. `respond` is called once a request. */
export interface Server {
  receive(request: Request, clientId: ClientId, respond: (reply: Reply) => void): void;
}

/** The client's end of a connection. */
export interface ConnectionListener {
  onResponse(correlationId: number, response: Response): void;
  /** The connection was refused or reset. Nothing more comes from it. */
  onReset(): void;
}

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
interface Ends {
  readonly client: Host;
  readonly server: Host;
}

interface Direction {
  readonly from: Host;
  readonly to: Host;
}

/** One direction of a connection: in order, delayed, held while its link is cut. */
class Stream<Content> {
  private readonly network: Network;
  private readonly from: Host;
  private readonly to: Host;
  private readonly key: number;
  private readonly onArrival: (message: Message<Content>) => void;
  private count = 0;
  private lastArrivalUs = 0;
  /** Messages on their way are a list, as nothing overtakes: what arrives next is always the first of them. */
  private first: Message<Content> | undefined;
  private last: Message<Content> | undefined;
  private readonly held: Message<Content>[] = [];
  private readonly arriveNext = (): void => this.arrive();

  constructor(network: Network, ends: Direction, key: number, onArrival: (message: Message<Content>) => void) {
    this.network = network;
    this.from = ends.from;
    this.to = ends.to;
    this.key = key;
    this.onArrival = onArrival;
  }

  send(correlationId: number, content: Content): void {
    const message: Message<Content> = { correlationId, content, next: undefined };
    if (this.last === undefined) this.first = message;
    else this.last.next = message;
    this.last = message;
    this.expectArrival();
  }

  private expectArrival(): void {
    const { loop } = this.network;
    const delayUs = this.network.delayUs(mix(this.key, this.count++));
    this.lastArrivalUs = Math.max(this.lastArrivalUs, loop.nowUs + delayUs);
    loop.after(this.lastArrivalUs - loop.nowUs, this.arriveNext);
  }

  private arrive(): void {
    const message = this.first!;
    this.first = message.next;
    if (this.first === undefined) this.last = undefined;
    if (this.held.length > 0 || this.network.isCut(this.from, this.to)) {
      if (this.held.length === 0) this.network.callOnHeal(this.from, this.to, () => this.release());
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
      this.expectArrival();
    }
  }
}

export class Connection {
  private readonly network: Network;
  private readonly client: Host;
  private readonly server: Host;
  private readonly clientIncarnation: number;
  private readonly listener: ConnectionListener;
  private readonly upstream: Stream<Request>;
  private readonly downstream: Stream<Response | "reset">;
  /** The life of the server that the first message has reached; undefined until then. */
  private serverIncarnation: number | undefined;
  private isClosed = false;
  private isBusy = false;
  private readonly queue: Message<Request>[] = [];
  private readonly onServerDown = (): void => this.resetByServer();

  constructor(network: Network, { client, server }: Ends, listener: ConnectionListener, key: number) {
    this.network = network;
    this.client = client;
    this.server = server;
    this.clientIncarnation = client.incarnation;
    this.listener = listener;
    this.upstream = new Stream(network, { from: client, to: server }, mix(key, 1), (message) => this.toServer(message));
    this.downstream = new Stream(network, { from: server, to: client }, mix(key, 2), (message) => this.toClient(message));
  }

  send(correlationId: number, request: Request): void {
    this.upstream.send(correlationId, request);
  }

  /** The client gives up: what it has sent is still on its way, but no answer reaches it any more. */
  close(): void {
    this.isClosed = true;
    this.server.forgetDownListener(this.onServerDown);
  }

  private toServer(message: Message<Request>): void {
    const { server } = this;
    if (this.serverIncarnation === undefined) {
      // A machine without power takes no connection, and knows of none when it is back: nothing that comes later gets through.
      this.serverIncarnation = server.incarnation;
      if (server.isUp && !this.isClosed) server.onceDown(this.onServerDown);
    }
    if (!server.isUp || this.serverIncarnation !== server.incarnation) {
      if (this.network.answersForDead(server)) this.reset();
      return;
    }
    // Nearly always it takes the message at once, and no task has to be made of it.
    if (server.isPaused) this.acceptOnResume(message);
    else this.accept(message);
  }

  private acceptOnResume(message: Message<Request>): void {
    this.server.run(() => this.accept(message));
  }

  /** Kafka mutes a connection until the response to its last request is out, so requests on it are handled one by one. */
  private accept(message: Message<Request>): void {
    if (this.isBusy) this.queue.push(message);
    else this.handle(message);
  }

  private handle({ content: request, correlationId }: Message<Request>): void {
    this.isBusy = true;
    const { serverIncarnation } = this;
    this.network.serverOf(this.server).receive(request, this.client.name, (reply) => {
      if (this.server.incarnation !== serverIncarnation) return;
      if (reply === "close") this.reset();
      else if (reply !== "nothing") this.respond(correlationId, request.api, reply);
      const next = this.queue.length === 0 ? undefined : this.queue.shift();
      this.isBusy = next !== undefined;
      // Not at once: whoever has just answered is to finish what it was about first.
      if (next !== undefined) this.server.after(0, () => this.handle(next));
    });
  }

  private respond(correlationId: number, api: Api, response: Response): void {
    if (this.isClosed) return;
    if (this.network.takeLoss(this.client, api)) {
      this.reset();
      return;
    }
    this.downstream.send(correlationId, response);
  }

  private resetByServer(): void {
    if (this.network.answersForDead(this.server)) this.reset();
  }

  private reset(): void {
    this.downstream.send(noCorrelation, "reset");
  }

  private toClient(message: Message<Response | "reset">): void {
    if (this.isClosed || this.client.incarnation !== this.clientIncarnation) return;
    if (this.client.isPaused) this.deliverOnResume(message);
    else this.deliver(message);
  }

  private deliverOnResume(message: Message<Response | "reset">): void {
    this.client.run(() => this.deliver(message));
  }

  private deliver({ content, correlationId }: Message<Response | "reset">): void {
    if (this.isClosed) return;
    if (content !== "reset") {
      this.listener.onResponse(correlationId, content);
      return;
    }
    this.close();
    this.listener.onReset();
  }
}

/** A client and a server between which there have been connections, each with its own delays. */
interface Link {
  readonly key: number;
  connectionsMade: number;
}

/** A link that nothing passes, in one direction. */
interface Cut {
  readonly from: Host;
  readonly to: Host;
  /** How many faults have cut it and not healed it. */
  times: number;
  readonly healListeners: (() => void)[];
}

export class Network {
  readonly loop: EventLoop;
  private readonly seed: number;
  private readonly minUs: number;
  private readonly spanUs: number;
  private readonly servers = new Map<Host, Server>();
  private readonly silent = new Set<Host>();
  private readonly cuts: Cut[] = [];
  private losses: readonly { readonly client: string; readonly api: Api }[] = [];
  private readonly links = new Map<Host, Map<Host, Link>>();

  constructor(loop: EventLoop, noise: Noise) {
    this.loop = loop;
    this.seed = Number.parseInt(noise.seed, 16);
    this.minUs = noise.latencyMs.min * 1000;
    this.spanUs = (noise.latencyMs.max - noise.latencyMs.min) * 1000;
  }

  /** Lets `server` answer for the process on `host`. */
  listen(host: Host, server: Server): void {
    this.servers.set(host, server);
  }

  serverOf(host: Host): Server {
    return this.servers.get(host)!;
  }

  connect(client: Host, server: Host, listener: ConnectionListener): Connection {
    const link = this.linkBetween(client, server);
    return new Connection(this, { client, server }, listener, mix(link.key, link.connectionsMade++));
  }

  private linkBetween(client: Host, server: Host): Link {
    let links = this.links.get(client);
    if (links === undefined) {
      links = new Map();
      this.links.set(client, links);
    }
    let link = links.get(server);
    if (link === undefined) {
      link = { key: hashText(`${client.name}>${server.name}`), connectionsMade: 0 };
      links.set(server, link);
    }
    return link;
  }

  /** The delay of the message with this key: the noise that a schedule leaves to chance, from its seed. */
  delayUs(key: number): number {
    return this.minUs + (mix(this.seed, key) / 4294967296) * this.spanUs;
  }

  /** A fraction in [0, 1) for a choice that a process makes by chance, such as an election timeout. */
  chanceOf(key: string): number {
    return mix(this.seed, hashText(key)) / 4294967296;
  }

  /** Holds back everything from one host to another. Cuts add up: each needs its own `heal`. */
  cut(from: Host, to: Host): void {
    const cut = this.cutBetween(from, to);
    if (cut === undefined) this.cuts.push({ from, to, times: 1, healListeners: [] });
    else cut.times++;
  }

  heal(from: Host, to: Host): void {
    const cut = this.cutBetween(from, to);
    if (cut === undefined) return;
    cut.times--;
    if (cut.times > 0) return;
    this.cuts.splice(this.cuts.indexOf(cut), 1);
    for (const onHeal of cut.healListeners) onHeal();
  }

  isCut(from: Host, to: Host): boolean {
    return this.cutBetween(from, to) !== undefined;
  }

  /** Calls `listener` when the link, which must be cut, is whole again. */
  callOnHeal(from: Host, to: Host, listener: () => void): void {
    this.cutBetween(from, to)!.healListeners.push(listener);
  }

  private cutBetween(from: Host, to: Host): Cut | undefined {
    if (this.cuts.length === 0) return undefined;
    return this.cuts.find((cut) => cut.from === from && cut.to === to);
  }

  /** The next response to `api` that a broker owes this client will be lost, and the connection reset. */
  loseNextResponse(client: Host, api: Api): void {
    this.losses = [...this.losses, { client: client.name, api }];
  }

  keepResponses(client: Host): void {
    this.losses = this.losses.filter((loss) => loss.client !== client.name);
  }

  takeLoss(client: Host, api: Api): boolean {
    if (this.losses.length === 0) return false;
    const found = this.losses.find((loss) => loss.api === api && loss.client === client.name);
    this.losses = this.losses.filter((loss) => loss !== found);
    return found !== undefined;
  }

  /** A machine without power sends no reset: its peers hear nothing until it is back. */
  setSilent(host: Host, silent: boolean): void {
    if (silent) this.silent.add(host);
    else this.silent.delete(host);
  }

  answersForDead(host: Host): boolean {
    return !this.silent.has(host);
  }
}
