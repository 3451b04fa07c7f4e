/** What a campaign has exercised and what came of it, as counts. Counts of parts of a campaign add up to those of the whole. */

import { isFault } from "../../model/schedule.ts";
import type { Verdict } from "../../properties/verdict.ts";
import type { Trial } from "../trial.ts";

export type Counts = Readonly<Record<string, number>>;

export interface VerdictCounts {
  readonly holds: number;
  readonly violated: number;
  readonly unknown: number;
  readonly notPromised: number;
}

export interface Tally {
  readonly trials: number;
  readonly events: number;
  readonly sends: number;
  readonly steps: number;
  /** Steps that found nobody to be done to, or that the system cannot do. */
  readonly skippedSteps: number;
  /** Steps that were played although what they waited for had not happened in time. */
  readonly missedAnchors: number;
  /** How often each kind of fault was done. */
  readonly faults: Counts;
  /** In how many trials each situation was seen. */
  readonly sighted: Counts;
  /** How often each action of the reference model was taken, and each refusal given. */
  readonly exercised: Counts;
  readonly verdicts: Readonly<Record<string, VerdictCounts>>;
  /** Why steps were skipped. */
  readonly skipReasons: Counts;
}

export const emptyTally: Tally = {
  trials: 0,
  events: 0,
  sends: 0,
  steps: 0,
  skippedSteps: 0,
  missedAnchors: 0,
  faults: {},
  sighted: {},
  exercised: {},
  verdicts: {},
  skipReasons: {},
};

/** The counts of one trial. */
export function tallyOf({ exercised, judged, played: { history }, schedule, sighted }: Trial): Tally {
  const faults: Record<string, number> = {};
  const skipReasons: Record<string, number> = {};
  let sends = 0;
  let skippedSteps = 0;
  let missedAnchors = 0;
  for (const event of history) {
    if (event.kind === "send-started") sends++;
    else if (event.kind === "step-played" && event.anchorMissed) missedAnchors++;
    else if (event.kind === "step-skipped") {
      skippedSteps++;
      bump(skipReasons, withoutNames(event.reason));
    } else if (event.kind === "fault-injected") bump(faults, faultName(schedule, event.step, event.fault));
  }
  return {
    trials: 1,
    events: history.length,
    sends,
    steps: schedule.steps.length,
    skippedSteps,
    missedAnchors,
    faults,
    sighted: Object.fromEntries(sighted.map((id) => [id, 1])),
    exercised: Object.fromEntries(exercised),
    verdicts: Object.fromEntries(judged.map(({ property, verdict }) => [property.id, countsOf(verdict)])),
    skipReasons,
  };
}

/** The counts of two parts together. */
export function addTallies(left: Tally, right: Tally): Tally {
  const verdicts: Record<string, VerdictCounts> = { ...left.verdicts };
  for (const [id, counts] of Object.entries(right.verdicts)) {
    const before = verdicts[id];
    verdicts[id] = before === undefined ? counts : addCounts(before, counts);
  }
  return {
    trials: left.trials + right.trials,
    events: left.events + right.events,
    sends: left.sends + right.sends,
    steps: left.steps + right.steps,
    skippedSteps: left.skippedSteps + right.skippedSteps,
    missedAnchors: left.missedAnchors + right.missedAnchors,
    faults: addCounts(left.faults, right.faults),
    sighted: addCounts(left.sighted, right.sighted),
    exercised: addCounts(left.exercised, right.exercised),
    verdicts,
    skipReasons: addCounts(left.skipReasons, right.skipReasons),
  };
}

const bump = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

function addCounts<T extends Counts | VerdictCounts>(left: T, right: T): T {
  const sum: Record<string, number> = { ...left };
  for (const [key, count] of Object.entries(right)) sum[key] = (sum[key] ?? 0) + (count as number);
  return sum as unknown as T;
}

function countsOf({ kind }: Verdict): VerdictCounts {
  return {
    holds: kind === "holds" ? 1 : 0,
    violated: kind === "violated" ? 1 : 0,
    unknown: kind === "unknown" ? 1 : 0,
    notPromised: kind === "not-promised" ? 1 : 0,
  };
}

/** An own fault is counted under its own name. */
function faultName({ steps }: Trial["schedule"], id: string, kind: string): string {
  const operation = kind === "own-fault" ? steps.find((step) => step.id === id)?.do : undefined;
  return operation !== undefined && isFault(operation) && operation.kind === "own-fault" ? operation.fault : kind;
}

/** `producer p2 is down` and `producer p1 is down` are one reason. */
const withoutNames = (reason: string): string => reason.replaceAll(/\b([a-z]*)\d+\b/g, "$1…");
