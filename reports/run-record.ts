/**
 * A run record: a stored trial. Its schedule, what was found in it, and what it takes to see it again. The schedule in it is
 * the test case; everything else is for people.
 */

import type { Schedule } from "../model/schedule.ts";
import type { FindingClass } from "../properties/verdict.ts";
import { checkScheduleForm } from "./schedule-schema.ts";

export const recordFormat = "kafka-trial.record/1";

export interface RunRecord {
  readonly format: typeof recordFormat;
  /** What happened, in one sentence. */
  readonly title: string;
  readonly finding: {
    readonly property: string;
    readonly class: FindingClass;
    /** The setting that permits it, where one does. */
    readonly setting?: string;
    /** Other properties that were broken in the same trial. */
    readonly alsoBroken: readonly string[];
  };
  readonly madeWith: { readonly "kafka-trial": string; readonly node: string };
  readonly seed: string;
  readonly sut: "sim" | "kafka";
  /** The planted bug that was switched on; null for none. */
  readonly bug: string | null;
  readonly replay: { readonly grade: "exact" | "schedule-exact"; readonly fingerprint: string };
  readonly schedule: Schedule;
  /** The schedule as it was found, before it was shrunk. */
  readonly scheduleAsFound: Schedule;
}

/** What a file holds that can be replayed: a run record, or a schedule by itself. */
export type Replayable =
  | { readonly kind: "record"; readonly record: RunRecord }
  | { readonly kind: "schedule"; readonly schedule: Schedule }
  | { readonly kind: "wrong"; readonly problem: string };

/** Reads the value of a record or schedule file. Newer formats are refused by name. */
export function replayableOf(value: unknown): Replayable {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong("it holds no object, and so no schedule");
  }
  const { format } = value as { readonly format?: unknown };
  const known = /^kafka-trial\.(schedule|record)\/([1-9]\d*)$/.exec(String(format));
  if (known === null) {
    return wrong(
      `its "format" is ${JSON.stringify(format) ?? "missing"}; it should be "kafka-trial.schedule/1" or "${recordFormat}"`,
    );
  }
  if (Number(known[2]) > 1) {
    return wrong(`its format is ${String(format)}, which a newer kafka-trial has written; this one reads formats up to /1`);
  }
  return known[1] === "schedule" ? scheduleOf(value) : recordOf(value as RunRecord);
}

function scheduleOf(value: unknown): Replayable {
  const checked = checkScheduleForm(value);
  return checked.kind === "schedule" ? checked : wrong(`${checked.path}: ${checked.problem}`);
}

function recordOf(record: RunRecord): Replayable {
  for (const field of ["schedule", "scheduleAsFound"] as const) {
    const checked = checkScheduleForm(record[field]);
    if (checked.kind === "wrong") return wrong(`${field}, ${checked.path}: ${checked.problem}`);
  }
  const isWhole =
    typeof record.title === "string" &&
    typeof record.finding?.property === "string" &&
    typeof record.seed === "string" &&
    (record.sut === "sim" || record.sut === "kafka") &&
    (record.bug === null || typeof record.bug === "string") &&
    typeof record.replay?.fingerprint === "string";
  if (isWhole) return { kind: "record", record };
  return wrong("a run record has a title, a finding, a seed, a sut (sim or kafka), a bug (or null) and a fingerprint");
}

const wrong = (problem: string): Replayable => ({ kind: "wrong", problem });

/** JSON with one step of a schedule a line, so that a person can read it and a review shows what changed. */
export function encodeReadable(value: RunRecord | Schedule): string {
  const isLine = (node: unknown): boolean =>
    typeof node === "object" && node !== null && !Array.isArray(node) && JSON.stringify(node).length <= 110;
  const write = (node: unknown, indent: string): string => {
    if (typeof node !== "object" || node === null || isLine(node)) return spaced(node);
    const inner = `${indent}  `;
    if (Array.isArray(node)) {
      if (node.length === 0) return "[]";
      if (node.every((item) => typeof item !== "object" || item === null)) return spaced(node);
      return `[\n${node.map((item) => inner + write(item, inner)).join(",\n")}\n${indent}]`;
    }
    const fields = Object.entries(node).map(([key, field]) => `${inner}${JSON.stringify(key)}: ${write(field, inner)}`);
    return `{\n${fields.join(",\n")}\n${indent}}`;
  };
  return `${write(value, "")}\n`;
}

/** JSON on one line, with spaces where a person would put them. */
function spaced(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(spaced).join(", ")}]`;
  if (typeof node !== "object" || node === null) return JSON.stringify(node) ?? "null";
  const fields = Object.entries(node).map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
