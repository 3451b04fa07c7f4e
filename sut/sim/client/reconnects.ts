/**
 * When a client may try again to reach a broker that it has lost: `reconnect.backoff.ms`, doubled with each attempt that fails
 * up to `reconnect.backoff.max.ms`, give or take a fifth (KIP-144, KIP-580). One answer, and it begins anew.
 *
 * It is one count a broker for all that a client sends there, as it has one connection to it in Kafka. Leaves out that the
 * connection to a coordinator is one of its own there, and the time that a connection may take to be set up.
 */

import type { BrokerId } from "../../../model/ids.ts";
import type { Host } from "../host.ts";
import type { Network } from "../network.ts";

/** Kafka's default, and half of its default: the longest wait is that of `retry.backoff.max.ms`, as it is by default in Kafka. */
const reconnectBackoffMs = 50;
const reconnectBackoffMaxMs = 500;
const jitter = 0.2;

interface Lost {
  attempts: number;
  availableAtUs: number;
}

export class Reconnects {
  private readonly host: Host;
  private readonly network: Network;
  private readonly lost = new Map<BrokerId, Lost>();

  constructor(host: Host, network: Network) {
    this.host = host;
    this.network = network;
  }

  /** From when on this broker may be tried, in microseconds of its own clock; 0 or a time that is over where it may be tried now. */
  availableAtUs(broker: BrokerId): number {
    return this.lost.get(broker)?.availableAtUs ?? 0;
  }

  isAvailable(broker: BrokerId): boolean {
    return this.availableAtUs(broker) <= this.host.nowUs;
  }

  /** The broker whose turn it is, or the next one after it that may be tried, if there is one (`leastLoadedNode`). */
  nextOf(brokers: readonly BrokerId[], turn: number): BrokerId {
    for (let skipped = 0; skipped < brokers.length; skipped++) {
      const broker = brokers[(turn + skipped) % brokers.length]!;
      if (this.isAvailable(broker)) return broker;
    }
    return brokers[turn % brokers.length]!;
  }

  /** A connection to this broker is gone; it `wasReady` if anything had ever come back on it. */
  onLost(broker: BrokerId, wasReady: boolean): void {
    const { nowUs } = this.host;
    const before = this.lost.get(broker);
    // Connections that are lost together are one loss.
    if (before !== undefined && before.availableAtUs > nowUs) return;
    const attempts = wasReady || before === undefined ? 0 : before.attempts + 1;
    const waitMs = Math.min(reconnectBackoffMaxMs, reconnectBackoffMs * 2 ** attempts) * this.spread(broker, attempts);
    this.lost.set(broker, { attempts, availableAtUs: nowUs + Math.round(waitMs * 1000) });
  }

  private spread(broker: BrokerId, attempts: number): number {
    const { incarnation, name } = this.host;
    const chance = this.network.chanceOf(`${name}/${incarnation}/reconnect/${broker}/${attempts}`);
    return 1 - jitter + 2 * jitter * chance;
  }
}
