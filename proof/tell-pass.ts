/** A pass in words, the same on the command line and on the page. */

import { medianTrials } from "./track-record.ts";
import type { Detection, Pass } from "./track-record.ts";

export const count = (figure: number): string => figure.toLocaleString("en");

/** `12 (5 of 5)`: the median, and how many seeds have found it. */
export function tellTrials(pass: Pass): string {
  const median = medianTrials(pass);
  const found = pass.detections.filter(({ trials }) => trials !== null).length;
  return `${median === undefined ? `over ${count(pass.runs)}` : count(median)} (${found} of ${pass.detections.length})`;
}

/** Who has seen it, the most frequent first, each with how often where that differs. */
export function tellSeers({ detections }: Pass): string {
  const counts = new Map<string, number>();
  for (const detection of detections) {
    const seer = tellSeer(detection);
    if (seer !== undefined) counts.set(seer, (counts.get(seer) ?? 0) + 1);
  }
  // Equal counts stay in the order of the seeds.
  const inOrder = [...counts].toSorted(([, left], [, right]) => right - left);
  if (inOrder.length === 0) return "nobody";
  return inOrder.map(([seer, times]) => (inOrder.length === 1 ? seer : `${times}× ${seer}`)).join("; ");
}

/** The property, with the invariant or the action that gave the bug away. */
const tellSeer = ({ property, variant }: Detection): string | undefined =>
  variant === undefined ? property : `${property}: ${variant}`;

/** `3 of 44`: what is left of the schedule in which it was first found. */
export const tellSteps = ({ steps }: Pass): string => (steps === undefined ? "" : `${steps.shrunk} of ${steps.asFound}`);
