import type { History } from "../../model/history.ts";
import type { Schedule } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { judge } from "../../properties/judge.ts";
import { actorOf, tellEvent } from "../../reports/tell-event.ts";

/** How many events are told of before the first witness: real brokers do not fail in the same way again. */
const eventsBefore = 40;

/** What properties say against a trial, in words, with what happened around it; empty where nothing was violated. */
export const objections = ({ options }: Schedule, history: History): readonly string[] =>
  judge(options, history, properties).judged.flatMap(({ property, verdict }) =>
    verdict.kind === "violated"
      ? verdict.breaches.map(({ message, witness }) => `${property.id}: ${message}\n${eventsAround(history, witness)}`)
      : [],
  );

function eventsAround(history: History, witness: readonly number[]): string {
  const from = Math.max(0, Math.min(...witness) - eventsBefore);
  return history
    .slice(from, Math.max(...witness) + 1)
    .map((event) => `${(event.atUs / 1000).toFixed(1)} ms  ${actorOf(event)}  ${tellEvent(event)}`)
    .join("\n");
}
