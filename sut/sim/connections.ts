import type { ListenerName } from "../../model/fault.ts";
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
  private readonly listener: ListenerName;
  private readonly onLost: (broker: BrokerId, wasReady: boolean) => void;

  /** `onLost` hears of every connection that is gone, and whether it had ever been made. */
  constructor(parts: Parts, listener: ListenerName, onLost: (broker: BrokerId, wasReady: boolean) => void = () => undefined) {
    this.parts = parts;
    this.listener = listener;
    this.onLost = onLost;
  }

  to(broker: BrokerId): RequestChannel {
    let channel = this.channels.get(broker);
    if (channel === undefined) {
      const { listener, parts } = this;
      const ends = { client: parts.host, server: parts.hosts.get(broker)!, listener };
      channel = new RequestChannel(parts.network, ends, (wasReady) => this.onLost(broker, wasReady));
      this.channels.set(broker, channel);
    }
    return channel;
  }
}
