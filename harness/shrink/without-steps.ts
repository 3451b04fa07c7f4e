/** A schedule with some of its steps taken out, and what depended on them made good. */

import { anchorStep, waitsFor } from "../../model/schedule.ts";
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
  for (const [at, step] of steps.entries()) {
    const isFree = (other: StepId): boolean => !waitsFor(steps, other, step.id);
    steps[at] = { ...step, after: rebound(step.after, { schedule, gone, isFree }) };
  }
  return { ...schedule, steps };
}

interface Rebinding {
  readonly schedule: Schedule;
  readonly gone: ReadonlySet<StepId>;
  /** Whether a step can be waited for without the two waiting for each other. */
  readonly isFree: (step: StepId) => boolean;
}

function rebound(after: After, { gone, isFree, schedule }: Rebinding): After {
  const anchor = anchorStep(after);
  if (anchor === undefined || !gone.has(anchor)) return after;
  const at = schedule.steps.findIndex(({ id }) => id === anchor);
  const role = roleOf(schedule.steps[at]!.do);
  const other = schedule.steps
    .slice(0, at)
    .findLast((step) => !gone.has(step.id) && roleOf(step.do) === role && isFree(step.id));
  if (other !== undefined) return withAnchor(after, other.id);
  return { ms: roughlyDueMs(schedule, anchor) + (after.ms ?? 0) };
}

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
