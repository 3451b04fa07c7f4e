import type { BrokerId } from "../../../model/ids.ts";
import type { Quorum } from "../controller/quorum.ts";
import type { Api, RequestOf } from "../protocol/messages.ts";
import { RequestChannel } from "../request-channel.ts";
import type { OnAnswer } from "../request-channel.ts";
import type { BrokerContext } from "./context.ts";

/** How long a broker waits for the controller, and before it asks again when there is none. */
const controllerTimeoutMs = 1000;
const noControllerWaitMs = 50;

/**
 * A broker's way to whichever node is the active controller. It has one for each purpose, as Kafka's brokers do (`heartbeat`,
 * `alter-partition` and `forwarding`), so that one that is held up holds up no other.
 */
export class ControllerChannel {
  private readonly context: BrokerContext;
  private readonly quorum: Quorum;
  private readonly channels = new Map<BrokerId, RequestChannel>();

  constructor(context: BrokerContext, quorum: Quorum) {
    this.context = context;
    this.quorum = quorum;
  }

  /** Asks the controller; answered with nothing where there is none, or where it does not reply. */
  send<A extends Api>(request: RequestOf<A> & { readonly api: A }, onAnswer: OnAnswer<A>): void {
    const { host, hosts, network } = this.context;
    const to = this.quorum.leaderId;
    if (to < 0) {
      host.after(noControllerWaitMs, () => onAnswer(undefined));
      return;
    }
    let channel = this.channels.get(to);
    if (channel === undefined) {
      channel = new RequestChannel(network, { client: host, server: hosts.get(to)!, listener: "controller" });
      this.channels.set(to, channel);
    }
    channel.send<A>(request, controllerTimeoutMs, onAnswer);
  }
}
