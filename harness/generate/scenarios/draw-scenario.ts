import { builtInFaultKinds } from "../../../fault-injection/catalogue.ts";
import type { BuiltInFaultKind } from "../../../fault-injection/catalogue.ts";
import type { Draw } from "../../../model/random.ts";
import type { TrialOptions } from "../../../model/schedule.ts";
import { faultKindsOf } from "../settings.ts";
import type { GeneratorSettings } from "../settings.ts";
import { scenarios } from "./catalogue.ts";
import type { Scenario } from "./scenario.ts";

/** One trial in so many is a scenario, where one is possible; in the others faults are drawn one by one. */
const scenarioChance = 0.3;

/** One trial in so many is a rare scenario, where one is possible. */
const rareChance = 0.15;

/** The scenario that a trial is to be; undefined where faults are to be drawn one by one. */
export function drawScenario(draw: Draw, options: TrialOptions, settings: GeneratorSettings): Scenario | undefined {
  const rare = draw.fork("rare");
  if (rare.chance(rareChance)) {
    const possible = possibleOf(options, settings.faults ?? builtInFaultKinds, true);
    if (possible.length > 0) return rare.pick(possible);
  }
  if (!draw.chance(scenarioChance)) return undefined;
  const possible = possibleOf(options, faultKindsOf(settings), false);
  return possible.length === 0 ? undefined : draw.pick(possible);
}

const possibleOf = (options: TrialOptions, allowed: readonly BuiltInFaultKind[], isRare: boolean): readonly Scenario[] =>
  scenarios.filter(
    (scenario) =>
      (scenario.isRare === true) === isRare &&
      scenario.isPossible(options) &&
      scenario.kinds.every((kind) => allowed.includes(kind)),
  );
