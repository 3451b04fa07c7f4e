import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadFile } from "../../../harness/load-replayable.ts";
import { properties } from "../../../properties/catalogue.ts";
import { kafkaRules } from "../rules/rules.ts";
import type { Rules } from "../rules/rules.ts";
import { plantedBugs, rulesWith } from "./catalogue.ts";

/**
 * What each bug has shown, as stored schedules that no change of the generator moves: `regressions/BUG-PROPERTY.json`.
 * That they show it still, and that Kafka's own rules hold in them, is the business of test/regressions.test.ts.
 */
const folder = new URL("../../../regressions/", import.meta.url).pathname;
const records = readdirSync(folder).flatMap((name) => {
  const record = name.endsWith(".json") ? loadFile(`${folder}${name}`).record : undefined;
  return record === undefined ? [] : [{ name, bug: record.bug, property: record.finding.property }];
});

const howToStore = (bug: string, property: string): string =>
  `regressions/${bug}-${property}.json is missing: kafka-trial run --bug ${bug} --property ${property} --runs 20000 finds one; copy the record.json that it names`;

describe("a stored schedule", () => {
  test.each(plantedBugs.map((bug) => [`${bug.id}, ${bug.ticket}`, bug] as const))("shows %s", (_name, { claims, id }) => {
    const shown = records.filter(({ bug }) => bug === id);
    expect(shown.length === 0 ? howToStore(id, claims[0]!) : "stored").toBe("stored");
  });

  test.each(properties.map(({ id }) => id))("shows that %s catches a bug that claims it", (id) => {
    const caught = plantedBugs.filter(({ claims }) => claims.includes(id)).map((bug) => bug.id);
    const proof = records.filter(({ bug, property }) => property === id && caught.includes(bug ?? ""));
    expect(proof.length === 0 ? howToStore(caught[0] ?? "BUG", id) : "stored").toBe("stored");
  });

  test.each(records.filter(({ bug }) => bug !== null))(
    "$name is named after its bug and its property",
    ({ bug, name, property }) => {
      expect(name).toBe(`${bug}-${property}.json`);
    },
  );
});

test("each bug has an id of its own, a ticket and a sentence", () => {
  expect(new Set(plantedBugs.map(({ id }) => id)).size).toBe(plantedBugs.length);
  for (const { id, sentence, ticket } of plantedBugs) {
    expect(id).toMatch(/^[RIEDTGCAPL]\d\d$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(ticket).not.toBe("");
  }
});

test("bugs are in the order of the historical catalogue", () => {
  const families = plantedBugs.map(({ id }) => "RIEDTGCAPL".indexOf(id[0]!));
  expect(families).toEqual(families.toSorted((left, right) => left - right));
});

test("each bug claims properties that there are", () => {
  const known = new Set(properties.map(({ id }) => id));
  for (const { claims } of plantedBugs) {
    expect(claims).not.toEqual([]);
    expect(claims.filter((id) => !known.has(id))).toEqual([]);
  }
});

test("each bug replaces rules that there are, by others", () => {
  for (const { rules } of plantedBugs) {
    const replaced = Object.entries(rules) as [keyof Rules, Rules[keyof Rules]][];
    expect(replaced).not.toEqual([]);
    for (const [name, rule] of replaced) {
      expect(kafkaRules).toHaveProperty(name);
      expect(rule).not.toBe(kafkaRules[name]);
    }
  }
});

test("without a bug the rules are Kafka's", () => {
  expect(rulesWith(undefined)).toEqual(kafkaRules);
});
