/**
 * The network between hosts: one ordered stream in each direction of a connection, with a delay for every message.
 *
 * What TCP gives Kafka is kept. Messages on one connection never overtake each other and are never duplicated. While a link
 * is cut they wait, as retransmission would make them, and arrive when it heals, even if the sender has long given up: that
 * is how a request of the past reaches a broker of the present; so does one that was held up by itself. A killed process resets its connections at once; a machine
 * without power is silent.
 */

import { hashText, mix } from "../../model/random.ts";
import type { ClientId } from "../../model/ids.ts";
import type { Noise } from "../../model/schedule.ts";
import { Connection } from "./connection.ts";
import type { Ends, FateOfRequests } from "./connection.ts";
import type { EventLoop } from "./event-loop.ts";
import type { Host } from "./host.ts";
import { LinkFaults } from "./link-faults.ts";
import type { Link, Way } from "./link-faults.ts";
import type { Request, Response } from "./protocol/messages.ts";
import { RequestFaults } from "./request-faults.ts";

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

/** A client and a server between which there have been connections, each with its own delays. */
interface Pair {
  readonly key: number;
  connectionsMade: number;
  /** Connections that the client has not given up. */
  readonly open: Set<Connection>;
}

export class Network {
  readonly loop: EventLoop;
  /** What is to happen to single requests and their responses. */
  readonly requestFaults: RequestFaults = new RequestFaults();
  private readonly linkFaults = new LinkFaults();
  private readonly seed: number;
  private readonly minUs: number;
  private readonly spanUs: number;
  private readonly servers = new Map<Host, Server>();
  private readonly silent = new Set<Host>();
  private readonly pairs = new Map<Host, Map<Host, Pair>>();
  private lateUntilUs = 0;

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

  connect(ends: Ends, owner: ConnectionListener): Connection {
    const pair = this.pairOf(ends.client, ends.server);
    const connection = new Connection(this, ends, owner, mix(pair.key, pair.connectionsMade++));
    pair.open.add(connection);
    return connection;
  }

  /** The client has given the connection up. */
  forget(connection: Connection, { client, server }: Ends): void {
    this.pairOf(client, server).open.delete(connection);
  }

  private pairOf(client: Host, server: Host): Pair {
    let pairs = this.pairs.get(client);
    if (pairs === undefined) {
      pairs = new Map();
      this.pairs.set(client, pairs);
    }
    let pair = pairs.get(server);
    if (pair === undefined) {
      pair = { key: hashText(`${client.name}>${server.name}`), connectionsMade: 0, open: new Set() };
      pairs.set(server, pair);
    }
    return pair;
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
  cut(link: Link): void {
    this.linkFaults.cut(link);
  }

  heal(link: Link): void {
    this.linkFaults.heal(link);
  }

  isCut(way: Way): boolean {
    return this.linkFaults.isCut(way);
  }

  /** Calls `listener` when the link, which must be cut, is whole again, or is cut by somebody else only. */
  callOnHeal(way: Way, listener: () => void): void {
    this.linkFaults.callOnHeal(way, listener);
  }

  /** Every message from one host to another takes so much longer. This adds up as well: each needs its own `quicken`. */
  slow(link: Link, byUs: number): void {
    this.linkFaults.slow(link, byUs);
  }

  quicken(link: Link, byUs: number): void {
    this.linkFaults.quicken(link, byUs);
  }

  /** How much longer than usual a message takes that is sent now. */
  slownessUs(way: Way): number {
    const slownessUs = this.linkFaults.slownessUs(way);
    if (slownessUs > 0) this.expectLate(slownessUs);
    return slownessUs;
  }

  /** All connections between two hosts break, whoever has opened them. */
  reset(one: Host, other: Host, requests: FateOfRequests): void {
    for (const connection of [...this.pairOf(one, other).open, ...this.pairOf(other, one).open]) connection.break(requests);
  }

  /** A message has been sent that takes so much longer than others. */
  expectLate(byUs: number): void {
    this.lateUntilUs = Math.max(this.lateUntilUs, this.loop.nowUs + byUs);
  }

  /** Whether a message that was held up may still be on its way, also after the fault has been healed. */
  get hasLateMessages(): boolean {
    return this.loop.nowUs < this.lateUntilUs;
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
