import { Connections } from "../connections.ts";
import type { Quorum } from "../controller/quorum.ts";
import type { Api, RequestOf } from "../protocol/messages.ts";
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
  private readonly connections: Connections;

  constructor(context: BrokerContext, quorum: Quorum) {
    this.context = context;
    this.quorum = quorum;
    this.connections = new Connections(context, "controller");
  }

  /** Asks the controller; answered with nothing where there is none, or where it does not reply. */
  send<A extends Api>(request: RequestOf<A> & { readonly api: A }, onAnswer: OnAnswer<A>): void {
    const to = this.quorum.leaderId;
    if (to < 0) {
      this.context.host.after(noControllerWaitMs, () => onAnswer(undefined));
      return;
    }
    this.connections.to(to).send<A>(request, controllerTimeoutMs, onAnswer);
  }
}
