import type { BrokerId } from "../../model/ids.ts";
import type { Host } from "./host.ts";
import type { Network } from "./network.ts";
import { RequestChannel } from "./request-channel.ts";

/** Whose connections they are, and where they lead. */
interface Ends {
  readonly host: Host;
  readonly network: Network;
  readonly hosts: ReadonlyMap<BrokerId, Host>;
}

/** A process's connections to brokers for one purpose, one a broker, opened when needed. */
export class Channels {
  private readonly ends: Ends;
  private readonly channels = new Map<BrokerId, RequestChannel>();
  private readonly onLost: () => void;

  /** `onLost` hears of every connection that is gone. */
  constructor(ends: Ends, onLost: () => void = () => undefined) {
    this.ends = ends;
    this.onLost = onLost;
  }

  to(broker: BrokerId): RequestChannel {
    let channel = this.channels.get(broker);
    if (channel === undefined) {
      const { host, hosts, network } = this.ends;
      channel = new RequestChannel(network, { client: host, server: hosts.get(broker)!, listener: "broker" }, this.onLost);
      this.channels.set(broker, channel);
    }
    return channel;
  }
}
