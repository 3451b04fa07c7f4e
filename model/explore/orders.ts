import type { BrokerId } from "../ids.ts";
import { brokerId } from "../ids.ts";

/** One way to rename brokers: which one comes first, which second, and so on. */
export interface Order {
  /** Which of all orders it is; the first one leaves every broker its name. */
  readonly nth: number;
  readonly brokers: readonly BrokerId[];
  /** By broker: its place, from 1. */
  readonly slots: readonly number[];
  /** By set of brokers: the set of their places. */
  readonly renamed: readonly number[];
}

/** All orders of so many brokers. */
export function ordersOf(count: number): readonly Order[] {
  const ids = Array.from({ length: count }, (_, at) => brokerId(at + 1));
  return permutations(ids).map((brokers, nth) => {
    const slots: number[] = [0];
    for (const [at, broker] of brokers.entries()) slots[broker] = at + 1;
    const renamed = Array.from({ length: 1 << (count + 1) }, (_, set) => {
      let places = 0;
      for (const id of ids) if ((set & (1 << id)) !== 0) places |= 1 << slots[id]!;
      return places;
    });
    return { nth, brokers, slots, renamed };
  });
}

function permutations(ids: readonly BrokerId[]): readonly (readonly BrokerId[])[] {
  if (ids.length <= 1) return [ids];
  return ids.flatMap((first) => permutations(ids.filter((id) => id !== first)).map((rest) => [first, ...rest]));
}
