import type { BrokerId, ClientId } from "../../../model/ids.ts";
import type { Host } from "../host.ts";
import type { Network } from "../network.ts";
import type { Recorder } from "../recorder.ts";
import type { Rules } from "../rules/rules.ts";
import { Connections } from "../connections.ts";
import type { Reconnects } from "./reconnects.ts";

/** What every part of one client process works with. */
export interface ClientContext {
  readonly id: ClientId;
  readonly host: Host;
  readonly network: Network;
  readonly rules: Rules;
  /** Which protocol of transactions the cluster speaks: a feature that every client is told of when it connects. */
  readonly transactionVersion: 0 | 2;
  readonly record: Recorder;
  /** The hosts of all brokers: `bootstrap.servers`. */
  readonly hosts: ReadonlyMap<BrokerId, Host>;
  /** Which of them the process may try to connect to. */
  readonly reconnects: Reconnects;
}

/** A client's connections for one purpose, one a broker, opened when needed. */
export class Channels extends Connections {
  /** `onLost` hears of every connection that is gone. */
  constructor(context: ClientContext, onLost: () => void = () => undefined) {
    super(context, "broker", (broker, wasReady) => {
      context.reconnects.onLost(broker, wasReady);
      onLost();
    });
  }
}

/** How long to wait before the next attempt, after `attempts` that failed: doubled each time, up to a limit (KIP-580). */
export function backoffMs(
  settings: { readonly "retry.backoff.ms": number; readonly "retry.backoff.max.ms": number },
  attempts: number,
): number {
  return Math.min(settings["retry.backoff.max.ms"], settings["retry.backoff.ms"] * 2 ** Math.max(0, attempts - 1));
}
