/** Small numbers, and names of brokers, packed into 32-bit words. */

import { brokerId, noLeader } from "../ids.ts";
import type { BrokerId } from "../ids.ts";
import type { BrokerSet } from "../reference/broker-set.ts";
import { slotBitsOf } from "./layout.ts";
import type { Order } from "./orders.ts";

const wordBits = 32;
const wordsMaxAtAll = 64;

export class BitWriter {
  readonly words: Uint32Array = new Uint32Array(wordsMaxAtAll);
  private readonly brokers: number;
  private readonly slotBits: number;
  private order: Order;
  private word = 0;
  private filled = 0;
  private at = 0;

  /** Brokers keep their names in `order`. */
  constructor(order: Order) {
    this.brokers = order.brokers.length;
    this.slotBits = slotBitsOf(this.brokers);
    this.order = order;
  }

  /** Begins anew; brokers get the names that they have in `order`. */
  begin(order: Order): void {
    this.order = order;
    this.word = 0;
    this.filled = 0;
    this.at = 0;
  }

  /** Appends `value`, which must fit into so many bits; fewer than 32. */
  put(value: number, bits: number): void {
    if (value >>> bits !== 0)
      throw new Error(`${value} does not fit into ${bits} bits: the scope is too large for this search`);
    this.word |= value << this.filled;
    const left = wordBits - this.filled;
    if (bits < left) {
      this.filled += bits;
      return;
    }
    this.words[this.at++] = this.word;
    this.word = bits === left ? 0 : value >>> left;
    this.filled = bits - left;
  }

  putFlag(isSet: boolean): void {
    this.put(isSet ? 1 : 0, 1);
  }

  putBroker(broker: number): void {
    this.put(broker < 0 ? 0 : this.order.slots[broker]!, this.slotBits);
  }

  putSet(set: BrokerSet): void {
    this.put(this.order.renamed[set]! >> 1, this.brokers);
  }

  /** Ends a part of so many words: what follows in the last ones is nothing. */
  end(width: number): Uint32Array {
    this.words[this.at++] = this.word;
    while (this.at < width) this.words[this.at++] = 0;
    return this.words;
  }
}

/** How many words so many bits take. */
export const wordsFor = (bits: number): number => Math.ceil((bits + 1) / wordBits);

export class BitReader {
  private readonly brokers: number;
  private readonly slotBits: number;
  private words: Uint32Array = new Uint32Array(0);
  private at = 0;
  private used = 0;

  constructor(brokers: number) {
    this.brokers = brokers;
    this.slotBits = slotBitsOf(brokers);
  }

  begin(words: Uint32Array): void {
    this.words = words;
    this.at = 0;
    this.used = 0;
  }

  get(bits: number): number {
    const left = wordBits - this.used;
    let value = this.words[this.at]! >>> this.used;
    if (bits < left) {
      this.used += bits;
      return value & ((1 << bits) - 1);
    }
    this.at++;
    this.used = bits - left;
    if (this.used > 0) value |= this.words[this.at]! << left;
    return (value & ((1 << bits) - 1)) >>> 0;
  }

  getFlag(): boolean {
    return this.get(1) === 1;
  }

  getBroker(): BrokerId {
    const slot = this.get(this.slotBits);
    return slot === 0 ? noLeader : brokerId(slot);
  }

  getSet(): BrokerSet {
    return (this.get(this.brokers) << 1) as BrokerSet;
  }
}
