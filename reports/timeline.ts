/** Events of a history in the order in which they happened, one a line. */

import type { History } from "../model/history.ts";
import type { Schedule } from "../model/schedule.ts";
import { actorOf, tellEvent } from "./tell-event.ts";

/** The events at these positions of a history; those that prove something are marked. */
export function tellTimeline(
  history: History,
  positions: readonly number[],
  schedule: Schedule,
  marked: ReadonlySet<number> = new Set(),
): readonly string[] {
  return positions.flatMap((at) => {
    const event = history[at];
    if (event === undefined) return [];
    const mark = marked.has(at) ? ">" : " ";
    const ms = (event.atUs / 1000).toFixed(1);
    return [
      `${mark} ${ms.padStart(9)} ms  ${actorOf(event).padEnd(10)} ${tellFault(history, at, schedule) ?? tellEvent(event)}`,
    ];
  });
}

/** A fault with its target and what the target stood for: the event just before it says so. */
function tellFault(history: History, at: number, { steps }: Schedule): string | undefined {
  const event = history[at];
  const before = history[at - 1];
  if (event?.kind !== "fault-injected") return undefined;
  const operation = steps.find(({ id }) => id === event.step)?.do;
  if (operation === undefined) return undefined;
  const details = Object.entries(operation).flatMap(([key, value]) =>
    key === "kind" ? [] : [typeof value === "object" ? JSON.stringify(value) : String(value)],
  );
  const resolved = before?.kind === "step-played" && before.step === event.step ? before.resolved : [];
  const isPlain = resolved.every((one) => details.includes(one));
  return `fault ${event.step}: ${[event.fault, ...details].join(" ")}${isPlain ? "" : `, which is ${resolved.join(" and ")}`}`;
}
