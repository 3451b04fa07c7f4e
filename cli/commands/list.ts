import { Argument } from "commander";
import type { Command } from "commander";
import { faultDefinitions } from "../../fault-injection/catalogue.ts";
import { namedScenarios } from "../../harness/named-scenarios/catalogue.ts";
import { guardList } from "../../model/reference/guards.ts";
import { properties } from "../../properties/catalogue.ts";
import { plantedBugs } from "../../sut/sim/planted-bugs/catalogue.ts";

const lists = {
  properties: () =>
    properties.map(({ assumes, evidence, expectation, id, sentence, source }) => ({
      id,
      sentence,
      expectation,
      evidence,
      assumes,
      source,
    })),
  faults: () => Object.entries(faultDefinitions).map(([id, { family, sentence }]) => ({ id, sentence, family })),
  guards: () => guardList.map(({ id, sentence, source }) => ({ id, sentence, source })),
  scenarios: () =>
    namedScenarios.map(({ id, sentence, ways }) => ({
      id,
      sentence,
      ways: ways.map((way) => ({ id: way.id, settings: way.settings })),
    })),
  bugs: () => plantedBugs.map(({ claims, id, sentence, ticket }) => ({ id, sentence, ticket, claims })),
} as const;

type Listed = keyof typeof lists;

export function addList(program: Command): void {
  program
    .command("list")
    .description(
      "Name all properties, faults, guards of the reference model, scenarios that can be played by name, or planted bugs.",
    )
    .addArgument(new Argument("<what>", "what to list").choices(Object.keys(lists)))
    .option("--json", "print a JSON array of objects")
    .action((what: Listed, { json }: { readonly json?: true }) => {
      const entries = lists[what]();
      const width = Math.max(...entries.map(({ id }) => id.length));
      const text = json
        ? JSON.stringify(entries, undefined, 2)
        : entries.map(({ id, sentence }) => `${id.padEnd(width)}  ${sentence}`).join("\n");
      process.stdout.write(`${text}\n`);
    });
}
