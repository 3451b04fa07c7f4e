/** What is to happen to single requests and their responses: armed by a fault, and over with the first one that it fits. */

import type { ListenerName } from "../../model/fault.ts";
import type { Ends } from "./connection.ts";
import type { Host } from "./host.ts";
import type { Api } from "./protocol/messages.ts";

/** The requests that are meant: the next one of this kind that a process sends, to one listener of a broker's or to any. */
export interface RequestsOfHost {
  readonly client: Host;
  readonly api: Api;
  readonly listener: ListenerName | undefined;
}

/** What happens to a request on its way. */
export interface RequestFault {
  readonly delayUs: number;
  /** Whether its connection breaks behind it, so that its sender sends it again while it is on its way. */
  readonly breaks: boolean;
}

interface Armed {
  readonly of: RequestsOfHost;
  readonly fault: RequestFault;
}

export class RequestFaults {
  private armed: readonly Armed[] = [];
  private losses: readonly RequestsOfHost[] = [];

  /** The next of these requests is held up. */
  arm(of: RequestsOfHost, fault: RequestFault): void {
    this.armed = [...this.armed, { of, fault }];
  }

  /** The response to the next of these requests that is answered will be lost, and the connection reset. */
  loseResponse(of: RequestsOfHost): void {
    this.losses = [...this.losses, of];
  }

  /** These requests are left alone. */
  disarm({ api, client, listener }: RequestsOfHost): void {
    const isSame = ({ of }: Armed): boolean => of.client === client && of.api === api && of.listener === listener;
    this.armed = this.armed.filter((one) => !isSame(one));
  }

  /** No response to this process is lost any more. */
  keepResponses(client: Host): void {
    this.losses = this.losses.filter((of) => of.client !== client);
  }

  takeFor(ends: Ends, api: Api): RequestFault | undefined {
    if (this.armed.length === 0) return undefined;
    const found = this.armed.find(({ of }) => isMeant(of, ends, api));
    this.armed = this.armed.filter((one) => one !== found);
    return found?.fault;
  }

  takeLoss(ends: Ends, api: Api): boolean {
    if (this.losses.length === 0) return false;
    const found = this.losses.find((of) => isMeant(of, ends, api));
    this.losses = this.losses.filter((one) => one !== found);
    return found !== undefined;
  }
}

const isMeant = (of: RequestsOfHost, { client, listener }: Ends, api: Api): boolean =>
  of.api === api && of.client === client && (of.listener === undefined || of.listener === listener);
