import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import { judgeTrial } from "../../harness/trial.ts";
import type { Schedule } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import { recordsOutcomeOf } from "../../reports/records-outcome.ts";
import { playInMemory } from "../../sut/sim/play.ts";
import { pageFile, pageOf } from "./page.ts";
import { rows } from "./rows.ts";
import type { SeenAs } from "./row.ts";

interface Played {
  readonly violated: readonly string[];
  /** Properties that do not hold with permission, each with the settings that it names. */
  readonly permitted: ReadonlyMap<string, readonly (string | undefined)[]>;
  readonly happened: (seenAs: SeenAs) => boolean;
}

function play(schedule: Schedule): Played {
  expect(checkSchedule(schedule)).toBeUndefined();
  const played = playInMemory(schedule);
  expect(played.history.filter(({ kind }) => kind === "step-skipped" || kind === "limit-reached")).toEqual([]);
  const { judged } = judgeTrial(schedule, played, properties);
  const facts = new TrialFacts(schedule.options, played.history);
  const outcome = recordsOutcomeOf(facts);
  const wasDelivered = (value: string): boolean => facts.delivered.some(({ event }) => event.value === value);
  const records = { ...outcome, abortedRead: outcome.aborted.filter(wasDelivered) };
  const permitted = new Map(
    judged.flatMap(({ property, verdict }) =>
      verdict.kind === "not-promised"
        ? [[property.id, verdict.breaches.map(({ permission }) => permission?.setting)] as const]
        : [],
    ),
  );
  return {
    violated: judged.flatMap(({ property, verdict }) => (verdict.kind === "violated" ? [property.id] : [])),
    permitted,
    happened: (seenAs) => ("property" in seenAs ? permitted.has(seenAs.property) : records[seenAs.records].length > 0),
  };
}

describe.each(rows)("$id", ({ safe, schedule, seenAs }) => {
  test("the effect is observed, told as permitted by the setting, and breaks nothing else", () => {
    const { happened, permitted, violated } = play(schedule);
    expect([violated, happened(seenAs)]).toEqual([[], true]);
    if ("property" in seenAs) expect(new Set(permitted.get(seenAs.property))).toEqual(new Set([seenAs.setting]));
  });

  test("the same with safe settings shows nothing of it", () => {
    const { happened, permitted, violated } = play(safe.schedule);
    expect([violated, happened(seenAs), [...permitted.keys()]]).toEqual([[], false, []]);
  });
});

test("the page is made from these rows", () => {
  // Where it is not: `npm run permissions` writes it.
  expect(readFileSync(fileURLToPath(pageFile), "utf8")).toBe(pageOf(rows));
});
