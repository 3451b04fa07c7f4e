/**
 * The story of a finding, for a terminal: what was promised, what happened instead, the few events that matter in order, which
 * setting or planted bug explains it, and how to see it again. A pure function of what was stored.
 */

import type { History } from "../model/history.ts";
import type { Schedule } from "../model/schedule.ts";
import { isFault } from "../model/schedule.ts";
import type { Property } from "../properties/property.ts";
import type { Breach, FindingClass } from "../properties/verdict.ts";
import { eventsThatMatter } from "./events-that-matter.ts";
import { plainText } from "./plain-text.ts";
import { tellTimeline } from "./timeline.ts";

export interface StoryInput {
  readonly property: Property;
  readonly class: FindingClass;
  readonly breach: Breach;
  readonly seed: string;
  readonly schedule: Schedule;
  readonly history: History;
  /** Steps of the schedule as it was found. */
  readonly stepsBeforeShrinking: number;
  readonly bug: { readonly id: string; readonly ticket: string; readonly sentence: string } | undefined;
  /** What was broken in the same trial besides. */
  readonly alsoBroken: readonly string[];
  /** The command that plays it again, and how exactly. */
  readonly replay: { readonly command: string; readonly grade: string };
}

export function tellStory(input: StoryInput): string {
  const { alsoBroken, breach, property, replay, schedule, seed } = input;
  const isPermitted = breach.permission !== undefined;
  const faults = schedule.steps.filter((step) => isFault(step.do)).length;
  const size = `${counted(schedule.steps.length, "step")}, ${counted(faults, "fault")}`;
  const shrunk = schedule.steps.length < input.stepsBeforeShrinking ? ` (shrunk from ${input.stepsBeforeShrinking} steps)` : "";
  const lines = [
    `${isPermitted ? "PERMITTED" : "VIOLATED"}  ${property.id}   ${classInWords[input.class]}`,
    `  trial      ${seed}   ${size}${shrunk}`,
    `  replay     ${replay.command}   (${replay.grade})`,
    `  promised   ${property.sentence}`,
    `             ${property.source}; assumes ${property.assumes}`,
    `  instead    ${breach.message}`,
    ...explanationOf(input).map((line, at) => `  ${at === 0 ? "because" : "       "}    ${line}`),
    ...(alsoBroken.length === 0 ? [] : [`  and also   ${alsoBroken.join(", ")}`]),
    "  what happened",
    ...tellEvents(input).map((line) => `    ${line}`),
  ];
  return lines.map(plainText).join("\n");
}

const classInWords: Record<FindingClass, string> = {
  "broker-bug": "broker bug",
  "client-bug": "client bug",
  "service-bug": "service bug",
  "your-settings-permit-this": "your settings permit this",
  "model-gap": "model gap",
};

function explanationOf({ breach, bug }: StoryInput): readonly string[] {
  if (breach.permission !== undefined) {
    const { setting, why } = breach.permission;
    return [`your settings permit this: ${setting}`, why];
  }
  if (bug !== undefined) return [`planted bug ${bug.id} (${bug.ticket}): ${bug.sentence}`];
  return ["nothing in the settings permits it"];
}

function tellEvents({ breach, history, schedule }: StoryInput): readonly string[] {
  const { at: positions, leftOut } = eventsThatMatter(history, breach);
  const told = tellTimeline(history, positions, schedule, new Set(breach.witness));
  return leftOut === 0 ? told : [...told, `  and ${counted(leftOut, "more event")}, in the history beside the record`];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
