/** Test support: a client and a server with a network between them, of which every message takes a millisecond. */

import type { Connection, Ends } from "./connection.ts";
import { EventLoop } from "./event-loop.ts";
import { Host } from "./host.ts";
import type { Way } from "./link-faults.ts";
import { Network } from "./network.ts";
import type { ConnectionListener, Reply } from "./network.ts";
import type { FindCoordinatorRequest } from "./protocol/group.ts";
import type { Request } from "./protocol/messages.ts";

interface Received {
  readonly request: Request;
  readonly atUs: number;
  readonly respond: (reply: Reply) => void;
}

export class NetworkOfTwo {
  readonly loop: EventLoop = new EventLoop();
  readonly network: Network;
  readonly client: Host;
  readonly server: Host;
  /** What the server has received, answered or not. */
  readonly received: Received[] = [];
  /** Whether the server answers by itself, at once. */
  isPrompt = true;

  constructor(latencyMs: { readonly min: number; readonly max: number } = { min: 1, max: 1 }) {
    this.network = new Network(this.loop, { seed: "0badcafe", latencyMs });
    this.client = new Host("c1", this.loop);
    this.server = new Host("broker-1", this.loop);
    this.client.start();
    this.server.start();
    this.network.listen(this.server, {
      receive: (request, _client, respond) => {
        this.received.push({ request, atUs: this.loop.nowUs, respond });
        if (this.isPrompt) respond(replyTo(request));
      },
    });
  }

  get ends(): Ends {
    return { client: this.client, server: this.server, listener: "broker" };
  }

  /** The way of requests. */
  get there(): Way {
    return { from: this.client, to: this.server, listener: "broker" };
  }

  /** The way of responses. */
  get back(): Way {
    return { from: this.server, to: this.client, listener: "broker" };
  }

  /** Lets everything happen that is due within that time. */
  runFor(durationMs: number): void {
    const untilUs = this.loop.nowUs + durationMs * 1000;
    while (this.loop.step(untilUs));
    this.loop.advanceTo(untilUs);
  }

  /** The keys that the server was asked for, in order. */
  get asked(): readonly string[] {
    return this.received.map(({ request }) => (request.api === "FindCoordinator" ? request.key : request.api));
  }
}

export const ask = (key: string): FindCoordinatorRequest => ({ api: "FindCoordinator", key });

/** The server says the number that the key begins with. */
const replyTo = (request: Request): Reply =>
  ({ errorCode: 0, nodeId: request.api === "FindCoordinator" ? Number.parseInt(request.key, 10) : -1 }) as Reply;

/** What a client has heard on a connection. */
export class Heard implements ConnectionListener {
  readonly said: string[] = [];

  onResponse(correlationId: number): void {
    this.said.push(`response ${correlationId}`);
  }

  onReset(): void {
    this.said.push("reset");
  }
}

/** A connection of the client to the server. */
export function connected(pair: NetworkOfTwo): { readonly connection: Connection; readonly heard: Heard } {
  const heard = new Heard();
  return { connection: pair.network.connect(pair.ends, heard), heard };
}
