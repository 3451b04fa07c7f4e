/** Producer ids that a broker gives out (`InitProducerId`), from a block that the controller has reserved for it (KIP-730). */

import { errorCode } from "../../../model/error-code.ts";
import { producerId } from "../../../model/ids.ts";
import type { Respond } from "../protocol/messages.ts";
import type { BrokerContext } from "./context.ts";
import type { ControllerChannel } from "./controller-channel.ts";

export class ProducerIds {
  private readonly context: BrokerContext;
  private readonly controller: ControllerChannel;
  private readonly brokerEpoch: () => number;
  private next = 0;
  private end = 0;

  constructor(context: BrokerContext, toController: ControllerChannel, brokerEpoch: () => number) {
    this.context = context;
    this.controller = toController;
    this.brokerEpoch = brokerEpoch;
  }

  /** Answers with a new id and epoch 0; with a retriable error while no block is to be had. */
  initProducerId(respond: Respond<"InitProducerId">): void {
    if (this.next < this.end) {
      respond({ errorCode: errorCode.NONE, producerId: producerId(this.next++), producerEpoch: 0 });
      return;
    }
    const request = { api: "AllocateProducerIds", brokerId: this.context.id, brokerEpoch: this.brokerEpoch() } as const;
    this.controller.send(request, (response) => {
      if (response?.errorCode === errorCode.NONE && this.next >= this.end) {
        this.next = response.producerIdStart;
        this.end = response.producerIdStart + response.producerIdLen;
      }
      if (this.next < this.end) this.initProducerId(respond);
      else respond({ errorCode: errorCode.COORDINATOR_LOAD_IN_PROGRESS, producerId: producerId(-1), producerEpoch: -1 });
    });
  }
}
