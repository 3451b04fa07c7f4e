/**
 * What Kafka does not promise, row by row: a condition under which something is lost, repeated or read too early, a schedule in which
 * that happens, and the same schedule under settings with which it does not.
 */

import type { Schedule, Step } from "../../model/schedule.ts";

export interface Row {
  readonly id: string;
  /** The condition, as people write it. */
  readonly condition: string;
  readonly effect: string;
  readonly seenAs: SeenAs;
  readonly schedule: Schedule;
  /** The settings with which it does not happen, as people write them, and the schedule with them. */
  readonly safe: { readonly settings: string; readonly schedule: Schedule };
}

/**
 * How the effect shows: as a property that is not promised, with the setting that is named; or, where no property is about it, as
 * something that became of records.
 */
export type SeenAs =
  | { readonly property: string; readonly setting: string }
  | { readonly records: "lost" | "twiceInLog" | "processedTwice" | "abortedRead" };

/** A record that is sent so many milliseconds after the trial began, or after something. */
export const send = (id: string, after: Step["after"] | number, key?: string): Step => ({
  id,
  after: typeof after === "number" ? { ms: after } : after,
  do: { kind: "send", producer: "shop", topic: "orders", ...(key === undefined ? { partition: 0 } : { key }) },
});

/** Something that is done, and for a fault with a time also when it is healed. */
export const does = (id: string, after: Step["after"], what: Step["do"], healMs?: number): readonly Step[] => [
  { id, after, do: what },
  ...(healMs === undefined
    ? []
    : [{ id: `heal-${id}`, after: { played: id, ms: healMs }, do: { kind: "heal", fault: id } } as const]),
];
