/** A schedule with some of its steps taken out, and what depended on them made good. */

import type { After, Operation, Schedule, Step } from "../../model/schedule.ts";
import type { StepId } from "../../model/ids.ts";

/**
 * Takes out the steps that `isGone` names, and the heals of faults among them. A step that waited for one of them waits for
 * the nearest remaining step of the same role before it, or else for the time at which the other was due.
 */
export function withoutSteps(schedule: Schedule, isGone: (step: Step) => boolean): Schedule {
  const gone = new Set(schedule.steps.filter(isGone).map(({ id }) => id));
  for (const step of schedule.steps) if (step.do.kind === "heal" && gone.has(step.do.fault)) gone.add(step.id);
  if (gone.size === 0) return schedule;
  const steps = schedule.steps.filter(({ id }) => !gone.has(id));
  return { ...schedule, steps: steps.map((step) => ({ ...step, after: rebound(step.after, schedule, gone) })) };
}

function rebound(after: After, schedule: Schedule, gone: ReadonlySet<StepId>): After {
  const anchor = anchorStep(after);
  if (anchor === undefined || !gone.has(anchor)) return after;
  const at = schedule.steps.findIndex(({ id }) => id === anchor);
  const role = roleOf(schedule.steps[at]!.do);
  const other = schedule.steps.slice(0, at).findLast((step) => !gone.has(step.id) && roleOf(step.do) === role);
  if (other !== undefined) return withAnchor(after, other.id);
  return { ms: roughlyDueMs(schedule, anchor) + (after.ms ?? 0) };
}

const anchorStep = (after: After): StepId | undefined =>
  "acked" in after ? after.acked : "processed" in after ? after.processed : "played" in after ? after.played : undefined;

function withAnchor(after: After, step: StepId): After {
  if ("acked" in after) return { ...after, acked: step };
  if ("processed" in after) return { ...after, processed: step };
  return { ...after, played: step };
}

/** Steps of one role can stand in for each other as anchors: sends to one partition, faults of one kind. */
function roleOf(operation: Operation): string {
  if (operation.kind !== "send") return operation.kind;
  return `send ${operation.topic}-${operation.partition ?? operation.key ?? "any"}`;
}

/** When a step is due if everything that it waits for happens at once. */
export function roughlyDueMs(schedule: Schedule, id: StepId): number {
  const seen = new Set<StepId>();
  let ms = 0;
  let at: StepId | undefined = id;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const after: After | undefined = schedule.steps.find((step) => step.id === at)?.after;
    ms += after?.ms ?? 0;
    at = after === undefined ? undefined : anchorStep(after);
  }
  return ms;
}
