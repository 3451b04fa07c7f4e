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

/** One trial in so many is a scenario about output, where one is possible. */
const outputChance = 0.35;

/** One trial in so many is one of the seldom scenarios, where one is possible. */
const seldomChance = 0.012;

/** The scenario that a trial is to be; undefined where faults are to be drawn one by one. */
export function drawScenario(draw: Draw, drawn: TrialOptions, settings: GeneratorSettings): Scenario | undefined {
  // Beside a workload of the user's own nothing is sent: for scenarios there is then nobody who could.
  const options = settings.workload === undefined ? drawn : { ...drawn, producers: [] };
  const apart = settings.faults ?? builtInFaultKinds;
  return (
    drawOne(draw.fork("seldom"), seldomChance, possibleOf(options, apart, "seldom")) ??
    drawOne(draw.fork("output"), outputChance, possibleOf(options, apart, "output")) ??
    drawOne(draw.fork("rare"), rareChance, possibleOf(options, apart, "rare")) ??
    drawOne(draw, scenarioChance, possibleOf(options, faultKindsOf(settings), "usual"))
  );
}

function drawOne(draw: Draw, chance: number, possible: readonly Scenario[]): Scenario | undefined {
  return draw.chance(chance) && possible.length > 0 ? draw.pick(possible) : undefined;
}

type Rarity = "usual" | "rare" | "output" | "seldom";

function rarityOf({ isOfOutput, isRare, isSeldom }: Scenario): Rarity {
  if (isSeldom === true) return "seldom";
  if (isOfOutput === true) return "output";
  return isRare === true ? "rare" : "usual";
}

const possibleOf = (options: TrialOptions, allowed: readonly BuiltInFaultKind[], rarity: Rarity): readonly Scenario[] =>
  scenarios.filter(
    (scenario) =>
      rarityOf(scenario) === rarity && scenario.isPossible(options) && scenario.kinds.every((kind) => allowed.includes(kind)),
  );
