/**
 * A set of brokers as the bits of one number: broker `n` is bit `n`. The model compares ISRs all the time, and two sets are
 * the same if and only if their numbers are.
 */

import { brokerId } from "../ids.ts";
import type { BrokerId } from "../ids.ts";

declare const brand: unique symbol;
export type BrokerSet = number & { readonly [brand]: "BrokerSet" };

/** The highest id that fits. What is beyond it is taken for one stranger more, who has no replica of anything. */
const brokerIdMax = 30;
const stranger = 31;

const setOfBits = (bits: number): BrokerSet => bits as BrokerSet;
const bitOf = (broker: BrokerId): number => 1 << (broker >= 0 && broker <= brokerIdMax ? broker : stranger);

export const noBrokers: BrokerSet = setOfBits(0);

export function setOf(brokers: readonly BrokerId[]): BrokerSet {
  let bits = 0;
  for (const broker of brokers) bits |= bitOf(broker);
  return setOfBits(bits);
}

export const only = (broker: BrokerId): BrokerSet => setOfBits(bitOf(broker));
export const has = (set: BrokerSet, broker: BrokerId): boolean => broker >= 0 && (set & bitOf(broker)) !== 0;
export const withBroker = (set: BrokerSet, broker: BrokerId): BrokerSet => setOfBits(set | bitOf(broker));
export const without = (set: BrokerSet, broker: BrokerId): BrokerSet => setOfBits(set & ~bitOf(broker));
export const union = (left: BrokerSet, right: BrokerSet): BrokerSet => setOfBits(left | right);
export const intersection = (left: BrokerSet, right: BrokerSet): BrokerSet => setOfBits(left & right);
export const minus = (left: BrokerSet, right: BrokerSet): BrokerSet => setOfBits(left & ~right);
export const isSubset = (part: BrokerSet, whole: BrokerSet): boolean => (part & ~whole) === 0;

export function sizeOf(set: BrokerSet): number {
  let count = 0;
  for (let bits: number = set; bits !== 0; bits &= bits - 1) count++;
  return count;
}

/** In order of their ids. */
export function membersOf(set: BrokerSet): readonly BrokerId[] {
  const members: BrokerId[] = [];
  for (let id = 0; id <= stranger; id++) if ((set & (1 << id)) !== 0) members.push(brokerId(id));
  return members;
}

/** In words, for messages. */
export const tellSet = (set: BrokerSet): string => membersOf(set).join(", ") || "nobody";
