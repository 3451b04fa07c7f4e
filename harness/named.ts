/** Properties, planted bugs and scenarios by their names, and what to say of a name that nobody has. */

import { closest } from "fastest-levenshtein";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";
import { plantedBugs } from "../sut/sim/planted-bugs/catalogue.ts";
import { properties } from "../properties/catalogue.ts";
import type { Property } from "../properties/property.ts";
import { KafkaTrialError } from "./kafka-trial-error.ts";
import { namedScenarios } from "./named-scenarios/catalogue.ts";
import type { NamedScenario } from "./named-scenarios/named-scenario.ts";

/** The properties of these names, in the order of the catalogue. Throws where a name is unknown. */
export function propertiesById(ids: readonly string[]): readonly Property[] {
  const known = properties.map(({ id }) => id);
  for (const id of ids) if (!known.includes(id)) throw unknownName("property", id, known);
  return properties.filter(({ id }) => ids.includes(id));
}

/** The planted bug of this name, in whatever case. Throws where there is none. */
export function bugById(id: string): PlantedBug {
  const found = plantedBugs.find((bug) => bug.id.toLowerCase() === id.toLowerCase());
  if (found === undefined)
    throw unknownName(
      "bug",
      id,
      plantedBugs.map((bug) => bug.id),
    );
  return found;
}

/** The named scenario of this name. Throws where there is none. */
export function scenarioById(id: string): NamedScenario {
  const found = namedScenarios.find((scenario) => scenario.id === id);
  if (found === undefined)
    throw unknownName(
      "scenario",
      id,
      namedScenarios.map((scenario) => scenario.id),
    );
  return found;
}

/** Says that there is no such thing, which name is the nearest, and where all of them are listed. */
export function unknownName(
  what: "property" | "bug" | "fault" | "guard" | "scenario",
  name: string,
  known: readonly string[],
): KafkaTrialError {
  const list = { property: "properties", bug: "bugs", fault: "faults", guard: "guards", scenario: "scenarios" }[what];
  const nearest = closest(name, [...known]);
  return new KafkaTrialError(
    "USAGE",
    `there is no ${what} "${name}"; did you mean "${nearest}"? kafka-trial list ${list} names them all`,
  );
}
