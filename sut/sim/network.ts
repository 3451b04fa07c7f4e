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

interface Envelope {
  readonly correlationId: number;
  readonly request: Request;
}

type Delivery = () => void;

/** One direction of a connection: in order, delayed, held while its link is cut. */
class Stream {
  private readonly network: Network;
  private readonly from: Host;
  private readonly to: Host;
  private readonly key: number;
  private count = 0;
  private lastArrivalUs = 0;
  private readonly held: Delivery[] = [];

  constructor(network: Network, from: Host, to: Host, key: number) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.key = key;
  }

  send(delivery: Delivery): void {
    const { loop } = this.network;
    const delayUs = this.network.delayUs(mix(this.key, this.count++));
    this.lastArrivalUs = Math.max(this.lastArrivalUs, loop.nowUs + delayUs);
    loop.after(this.lastArrivalUs - loop.nowUs, () => this.arrive(delivery));
  }

  private arrive(delivery: Delivery): void {
    if (this.held.length > 0 || this.network.isCut(this.from, this.to)) {
      if (this.held.length === 0) this.network.callOnHeal(this.from, this.to, () => this.release());
      this.held.push(delivery);
    } else {
      delivery();
    }
  }

  private release(): void {
    for (const delivery of this.held.splice(0)) this.send(delivery);
  }
}

interface Ends {
  readonly client: Host;
  readonly server: Host;
}

export class Connection {
  private readonly network: Network;
  private readonly client: Host;
  private readonly server: Host;
  private readonly clientIncarnation: number;
  private readonly listener: ConnectionListener;
  private readonly upstream: Stream;
  private readonly downstream: Stream;
  /** The process that accepted the connection; undefined until the first message has reached one. */
  private serverIncarnation: number | undefined;
  private isClosed = false;
  private isBusy = false;
  private readonly queue: Envelope[] = [];
  private readonly onServerDown = (): void => this.resetByServer();

  constructor(network: Network, { client, server }: Ends, listener: ConnectionListener, key: number) {
    this.network = network;
    this.client = client;
    this.server = server;
    this.clientIncarnation = client.incarnation;
    this.listener = listener;
    this.upstream = new Stream(network, client, server, mix(key, 1));
    this.downstream = new Stream(network, server, client, mix(key, 2));
  }

  send(correlationId: number, request: Request): void {
    this.upstream.send(() => this.arrive({ correlationId, request }));
  }

  /** The client gives up: what it has sent is still on its way, but no answer reaches it any more. */
  close(): void {
    this.isClosed = true;
    this.server.forgetDownListener(this.onServerDown);
  }

  private arrive(envelope: Envelope): void {
    const { server } = this;
    if (this.serverIncarnation === undefined && server.isUp) {
      this.serverIncarnation = server.incarnation;
      if (!this.isClosed) server.onceDown(this.onServerDown);
    }
    if (!server.isUp || this.serverIncarnation !== server.incarnation) {
      if (this.network.answersForDead(server)) this.reset();
      return;
    }
    server.run(() => this.accept(envelope));
  }

  /** Kafka mutes a connection until the response to its last request is out, so requests on it are handled one by one. */
  private accept(envelope: Envelope): void {
    if (this.isBusy) this.queue.push(envelope);
    else this.handle(envelope);
  }

  private handle({ correlationId, request }: Envelope): void {
    this.isBusy = true;
    const { serverIncarnation } = this;
    this.network.serverOf(this.server).receive(request, this.client.name, (reply) => {
      if (this.server.incarnation !== serverIncarnation) return;
      if (reply === "close") this.reset();
      else if (reply !== "nothing") this.respond(correlationId, request.api, reply);
      const next = this.queue.shift();
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
    this.downstream.send(() => this.toClient(() => this.listener.onResponse(correlationId, response)));
  }

  private resetByServer(): void {
    if (this.network.answersForDead(this.server)) this.reset();
  }

  private reset(): void {
    this.downstream.send(() =>
      this.toClient(() => {
        this.close();
        this.listener.onReset();
      }),
    );
  }

  private toClient(delivery: Delivery): void {
    if (this.isClosed || this.client.incarnation !== this.clientIncarnation) return;
    this.client.run(() => {
      if (!this.isClosed) delivery();
    });
  }
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
  private readonly connectionsMade = new Map<string, number>();

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
    const link = `${client.name}>${server.name}`;
    const made = this.connectionsMade.get(link) ?? 0;
    this.connectionsMade.set(link, made + 1);
    return new Connection(this, { client, server }, listener, mix(hashText(link), made));
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
