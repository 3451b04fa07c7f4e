/** What a campaign has exercised and what held, for a terminal. */

import type { Property } from "../properties/property.ts";
import type { Sighting } from "../properties/coverage/sighting.ts";

type Counts = Readonly<Record<string, number>>;

export interface SummaryInput {
  readonly trials: number;
  readonly seconds: number;
  readonly events: number;
  readonly sends: number;
  readonly steps: number;
  readonly skippedSteps: number;
  readonly missedAnchors: number;
  readonly skipReasons: Counts;
  readonly faults: Counts;
  readonly sighted: Counts;
  readonly sightings: readonly Sighting[];
  /** How often each thing of the reference model was made to happen, by the names that are in `exercises`. */
  readonly exercised: Counts;
  readonly exercises: readonly string[];
  readonly properties: readonly Property[];
  readonly verdicts: Readonly<
    Record<
      string,
      { readonly holds: number; readonly violated: number; readonly unknown: number; readonly notPromised: number }
    >
  >;
}

export function summarise(input: SummaryInput): string {
  const { events, seconds, sends, sightings, trials } = input;
  const perSecond = seconds > 0 ? ` (${number(trials / seconds)} a second)` : "";
  const unseen = sightings.filter(({ id }) => input.sighted[id] === undefined).map(({ id }) => id);
  return [
    `exercised  ${number(trials)} trials in ${seconds.toFixed(1)} s${perSecond}: ${number(sends)} sends, ${number(events)} events`,
    `  faults   ${listed(input.faults)}`,
    `  seen     ${listed(input.sighted)}${Object.keys(input.sighted).length === 0 ? "" : " trials"}`,
    ...(unseen.length === 0 ? [] : [`  not seen ${unseen.join(", ")}`]),
    ...modelLines(input),
    ...skipLines(input),
    "",
    ...verdictTable(input),
  ].join("\n");
}

/** Nothing is said of the model where nothing was held against it. */
function modelLines({ exercised, exercises }: SummaryInput): readonly string[] {
  if (Object.keys(exercised).length === 0) return [];
  const missed = exercises.filter((exercise) => exercised[exercise] === undefined);
  const taken = `  model    ${exercises.length - missed.length} of ${exercises.length} actions and refusals of the reference model`;
  return [missed.length === 0 ? taken : `${taken}; not ${missed.join(", ")}`];
}

function skipLines({ missedAnchors, skipReasons, skippedSteps, steps }: SummaryInput): readonly string[] {
  if (skippedSteps + missedAnchors === 0) return [];
  const share = ((100 * skippedSteps) / Math.max(1, steps)).toFixed(1);
  const [often] = Object.entries(skipReasons).toSorted(([, left], [, right]) => right - left);
  const reason = often === undefined ? "" : `, most often because ${often[0]}`;
  const missed =
    missedAnchors === 0 ? "" : `; ${number(missedAnchors)} were played though what they waited for had not happened`;
  return [`  skipped  ${number(skippedSteps)} of ${number(steps)} steps (${share} %)${reason}${missed}`];
}

function verdictTable({ properties, verdicts }: SummaryInput): readonly string[] {
  const rows = properties.map(({ id }) => {
    const { holds, notPromised, unknown, violated } = verdicts[id] ?? { holds: 0, violated: 0, notPromised: 0, unknown: 0 };
    return [id, ...[holds, violated, notPromised, unknown].map(number)];
  });
  const table = [["in how many trials", "holds", "violated", "not promised", "nothing to judge"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!);
  return table.map((row) => row.map(pad).join("  "));
}

/** The most frequent ones first. */
function listed(counts: Counts): string {
  const entries = Object.entries(counts).toSorted(([, left], [, right]) => right - left);
  return entries.length === 0 ? "none" : entries.map(([name, count]) => `${name} ${number(count)}`).join(" · ");
}

const number = (value: number): string => Math.round(value).toLocaleString("en");
