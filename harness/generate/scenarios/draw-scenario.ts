import type { Draw } from "../../../model/random.ts";
import type { TrialOptions } from "../../../model/schedule.ts";
import { faultKindsOf } from "../settings.ts";
import type { GeneratorSettings } from "../settings.ts";
import { scenarios } from "./catalogue.ts";
import type { Scenario } from "./scenario.ts";

/** One trial in so many is a scenario, where one is possible; in the others faults are drawn one by one. */
const scenarioChance = 0.3;

/** The scenario that a trial is to be; undefined where faults are to be drawn one by one. */
export function drawScenario(draw: Draw, options: TrialOptions, settings: GeneratorSettings): Scenario | undefined {
  if (!draw.chance(scenarioChance)) return undefined;
  const allowed = faultKindsOf(settings);
  const possible = scenarios.filter(
    (scenario) => scenario.isPossible(options) && scenario.kinds.every((kind) => allowed.includes(kind)),
  );
  return possible.length === 0 ? undefined : draw.pick(possible);
}
