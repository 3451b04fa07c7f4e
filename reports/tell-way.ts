/** One way of a named scenario as it was played, for a terminal: what came of it, what happened, and what is left to whoever uses it. */

import type { History, HistoryEvent } from "../model/history.ts";
import type { Schedule } from "../model/schedule.ts";
import type { Judged } from "../properties/judge.ts";
import { plainText } from "./plain-text.ts";
import { tellOutcome } from "./records-outcome.ts";
import type { RecordsOutcome } from "./records-outcome.ts";
import { tellTimeline } from "./timeline.ts";

export interface WayInput {
  readonly id: string;
  readonly settings: string;
  readonly leftToYou: string;
  readonly schedule: Schedule;
  readonly history: History;
  readonly outcome: RecordsOutcome;
  readonly judged: readonly Judged[];
  /** What could not be played as the schedule has it. */
  readonly deviations: readonly string[];
}

/** More events than this nobody reads in a terminal. */
const wayEventsMax = 30;
/** Of records to which the same happened the first few stand for all. */
const recordsToldMax = 2;

export function tellWay(input: WayInput): string {
  const { history, id, leftToYou, outcome, schedule, settings } = input;
  const positions = positionsToTell(history, valuesToTell(outcome, schedule));
  const told = tellTimeline(history, positions.slice(0, wayEventsMax), schedule);
  const leftOut = positions.length - told.length;
  const lines = [
    `${id}   ${settings}`,
    `  outcome      ${tellOutcome(outcome)}`,
    ...input.deviations.map((deviation) => `  not as told  ${deviation}`),
    ...tellVerdicts(input.judged),
    "  what happened",
    ...told.map((line) => `  ${line}`),
    ...(leftOut > 0 ? [`    and ${leftOut} more of these`] : []),
    `  left to you  ${leftToYou}`,
  ];
  return lines.map(plainText).join("\n");
}

function tellVerdicts(judged: readonly Judged[]): readonly string[] {
  const holding = judged.filter(({ verdict }) => verdict.kind === "holds").length;
  return judged.reduce<readonly string[]>(
    (lines, { property, verdict }) => {
      if (verdict.kind === "violated")
        return [...lines, `  VIOLATED     ${property.id}: ${verdict.breaches[0]?.message ?? ""}`];
      if (verdict.kind !== "not-promised") return lines;
      return [...lines, `  permitted    ${property.id}: ${verdict.breaches[0]?.permission?.setting ?? ""}`];
    },
    [`  judged       ${holding} properties hold`],
  );
}

/** Records to which something happened; the first one where nothing did. */
function valuesToTell(outcome: RecordsOutcome, { steps }: Schedule): ReadonlySet<string> {
  const { aborted, lost, neverProcessed, processedTwice, twiceInLog, unclear } = outcome;
  const odd = [lost, unclear, aborted, twiceInLog, processedTwice, neverProcessed].flatMap((values) =>
    values.slice(0, recordsToldMax),
  );
  const first = steps.find((step) => step.do.kind === "send")?.id;
  return new Set(odd.length > 0 || first === undefined ? odd : [first]);
}

function positionsToTell(history: History, values: ReadonlySet<string>): readonly number[] {
  const positions: number[] = [];
  const leaders = new Map<string, number>();
  for (const [at, event] of history.entries()) {
    if (event.kind === "phase-started" && event.phase === "read-back") break;
    if (event.kind === "partition-changed") {
      const isNew = leaders.get(event.partition) !== event.leader && !event.partition.startsWith("__");
      leaders.set(event.partition, event.leader);
      if (isNew) positions.push(at);
    } else if (isTold(event, values)) positions.push(at);
  }
  return positions;
}

function isTold(event: HistoryEvent, values: ReadonlySet<string>): boolean {
  switch (event.kind) {
    case "fault-injected":
    case "fault-healed":
    case "broker-down":
    case "broker-up":
    case "client-killed":
    case "duplicate-recognised":
    case "assigned":
    case "lost":
    case "position-set":
    case "transaction-ended":
      return true;
    case "client-started":
    case "client-stopped":
      return event.atUs > 0;
    case "send-started":
    case "delivered":
    case "processed":
      return values.has(event.value);
    case "send-acked":
    case "send-failed":
    case "send-unknown":
      return values.has(event.step);
    case "leader-appended":
      return event.batch.values.some((value) => values.has(value));
    default:
      return false;
  }
}
