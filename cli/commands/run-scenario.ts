/** `run --scenario NAME`: plays a named scenario in each of its ways, and tells what came of it. */

import type { NamedScenario, Way } from "../../harness/named-scenarios/named-scenario.ts";
import type { System } from "../../harness/system.ts";
import { judgeTrial } from "../../harness/trial.ts";
import { properties } from "../../properties/catalogue.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import type { Judged } from "../../properties/judge.ts";
import { recordsOutcomeOf } from "../../reports/records-outcome.ts";
import type { RecordsOutcome } from "../../reports/records-outcome.ts";
import { tellWay } from "../../reports/tell-way.ts";
import { exitCodes } from "./exit-codes.ts";

/** Of a way that was played, for programs. */
export interface WayJson {
  readonly id: string;
  readonly settings: string;
  readonly outcome: RecordsOutcome;
  readonly verdicts: Readonly<Record<string, Judged["verdict"]["kind"]>>;
  /** What could not be played as the schedule has it. */
  readonly deviations: readonly string[];
}

export interface ScenarioJson {
  readonly format: "kafka-trial.scenario/1";
  readonly scenario: string;
  readonly ways: readonly WayJson[];
}

/** Plays all ways on a system; `say` is given each of them, told, and the share that has been played. */
export async function playScenario(
  { id, ways }: NamedScenario,
  system: System,
  say: (text: string, share: number) => void,
): Promise<{ readonly json: ScenarioJson; readonly exitCode: number }> {
  const played: WayJson[] = [];
  let exitCode = exitCodes.held;
  for (const way of ways) {
    const { json, text } = await playWay(way, system);
    played.push(json);
    say(text, played.length / ways.length);
    if (Object.values(json.verdicts).includes("violated")) exitCode = exitCodes.violated;
  }
  return { json: { format: "kafka-trial.scenario/1", scenario: id, ways: played }, exitCode };
}

async function playWay(way: Way, system: System): Promise<{ readonly json: WayJson; readonly text: string }> {
  const { id, schedule, settings } = way;
  const played = await system.play(schedule);
  const { judged } = judgeTrial(schedule, played, properties);
  const outcome = recordsOutcomeOf(new TrialFacts(schedule.options, played.history));
  const verdicts = Object.fromEntries(judged.map(({ property, verdict }) => [property.id, verdict.kind]));
  return {
    json: { id, settings, outcome, verdicts, deviations: played.deviations },
    text: tellWay({ ...way, history: played.history, deviations: played.deviations, outcome, judged }),
  };
}
