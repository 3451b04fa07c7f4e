/**
 * A broker's standing at the controller: registers, sends heartbeats, and on a clean stop asks to be relieved first (KIP-631).
 */

import { errorCode } from "../../../model/error-code.ts";
import type { BrokerHeartbeatResponse } from "../protocol/cluster.ts";
import type { BrokerContext } from "./context.ts";
import type { ControllerChannel } from "./controller-channel.ts";

/** How long a broker waits before it tries again to register. */
const registrationRetryMs = 100;

export class BrokerLifecycle {
  private readonly context: BrokerContext;
  private readonly controller: ControllerChannel;
  private readonly broker: { readonly metadataOffset: () => number; readonly onRegistered: () => void };
  private registeredEpoch = -1;
  private onMayGo: (() => void) | undefined;

  constructor(context: BrokerContext, toController: ControllerChannel, broker: BrokerLifecycle["broker"]) {
    this.context = context;
    this.controller = toController;
    this.broker = broker;
  }

  /** The epoch under which this process is registered; -1 before it is. */
  get brokerEpoch(): number {
    return this.registeredEpoch;
  }

  /**
   * A process starts: it must register before it is anything to the cluster. `previousBrokerEpoch` is that of the process before
   * it, if that one was stopped cleanly; -1 if not.
   */
  register(previousBrokerEpoch: number): void {
    const { host, id } = this.context;
    const incarnationId = `${host.name}/${host.incarnation}`;
    this.controller.send({ api: "BrokerRegistration", brokerId: id, incarnationId, previousBrokerEpoch }, (response) => {
      if (response?.errorCode === errorCode.NONE) this.startInService(response.brokerEpoch);
      else host.after(registrationRetryMs, () => this.register(previousBrokerEpoch));
    });
  }

  /** Registered already, as all brokers are when a trial begins. */
  startInService(brokerEpoch: number): void {
    this.registeredEpoch = brokerEpoch;
    this.broker.onRegistered();
    this.heartbeat();
  }

  /** Asks to be relieved of every leadership; `onMayGo` is called when the controller lets the broker go. */
  shutDown(onMayGo: () => void): void {
    this.onMayGo = onMayGo;
  }

  private heartbeat(): void {
    const { host, id } = this.context;
    const wantShutDown = this.onMayGo !== undefined;
    const currentMetadataOffset = this.broker.metadataOffset();
    const { brokerEpoch } = this;
    this.controller.send(
      { api: "BrokerHeartbeat", brokerId: id, brokerEpoch, currentMetadataOffset, wantShutDown },
      (response) => {
        // A delayed registration of a former life has come after this one's. Kafka's broker would go on in vain.
        if (response?.errorCode === errorCode.STALE_BROKER_EPOCH) this.register(-1);
        else if (response?.shouldShutDown === true) this.onMayGo?.();
        else host.after(this.pauseMs(response), () => this.heartbeat());
      },
    );
  }

  /** A broker in a hurry, because it starts or stops, does not wait for the interval. */
  private pauseMs(response: BrokerHeartbeatResponse | undefined): number {
    const intervalMs = this.context.settings["broker.heartbeat.interval.ms"];
    const isInHurry = this.onMayGo !== undefined || response === undefined || response.isFenced;
    return isInHurry ? Math.min(intervalMs, 50) : intervalMs;
  }
}
