import type { BrokerId } from "../../model/ids.ts";
import type { Host } from "./host.ts";
import type { Network } from "./network.ts";
import { RequestChannel } from "./request-channel.ts";

/** Whose connections they are, and where they lead. */
interface Parts {
  readonly host: Host;
  readonly network: Network;
  readonly hosts: ReadonlyMap<BrokerId, Host>;
}

/** A process's connections to brokers for one purpose, one a broker, opened when needed. */
export class Connections {
  private readonly parts: Parts;
  private readonly channels = new Map<BrokerId, RequestChannel>();
  private readonly onLost: (broker: BrokerId, wasReady: boolean) => void;

  /** `onLost` hears of every connection that is gone, and whether it had ever been made. */
  constructor(parts: Parts, onLost: (broker: BrokerId, wasReady: boolean) => void = () => undefined) {
    this.parts = parts;
    this.onLost = onLost;
  }

  to(broker: BrokerId): RequestChannel {
    let channel = this.channels.get(broker);
    if (channel === undefined) {
      const { host, hosts, network } = this.parts;
      const ends = { client: host, server: hosts.get(broker)!, listener: "broker" } as const;
      channel = new RequestChannel(network, ends, (wasReady) => this.onLost(broker, wasReady));
      this.channels.set(broker, channel);
    }
    return channel;
  }
}
