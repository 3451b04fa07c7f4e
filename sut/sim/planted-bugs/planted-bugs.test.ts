import { describe, expect, test } from "vitest";
import { generateSchedule } from "../../../harness/generate/generate-schedule.ts";
import { rootOf, trialSeed } from "../../../harness/seed.ts";
import { properties } from "../../../properties/catalogue.ts";
import { judge } from "../../../properties/judge.ts";
import { playInMemory } from "../play.ts";
import { kafkaRules } from "../rules/rules.ts";
import type { Rules } from "../rules/rules.ts";
import { plantedBugs, rulesWith } from "./catalogue.ts";

const seed = "planted";

/**
 * Trials of the seed in which each bug is known to show: the first one there is, and where that is not the same the first in
 * which clients see what brokers did. A change of the generator moves them; `npm run trial` with the bug finds others.
 */
const showsIn: Readonly<Record<string, readonly number[]>> = {
  R01: [3],
  R02: [43],
  R05: [2815],
  R07: [9],
  I01: [73],
  I05: [1],
  I10: [91, 135],
  E06: [1],
  E07: [2448, 2885],
  D01: [1, 50],
  D12: [1],
  D20: [358, 1689],
  D21: [275],
  G09: [0],
  G14: [0, 112],
  C01: [2281],
  C20: [56],
};

/** For each property a bug that it catches, and a trial of the seed in which it does. */
const proof: Readonly<Record<string, readonly [bug: string, trial: number]>> = {
  "no-lost-acked-record": ["R01", 54],
  "one-value-per-offset": ["I10", 91],
  "no-phantom-record": ["D21", 275],
  "no-duplicate-from-idempotent-producer": ["D01", 50],
  "producer-order": ["D20", 1689],
  "at-least-once-processing": ["I10", 135],
  "no-gap-within-assignment": ["C20", 56],
  "exclusive-ownership": ["R01", 636],
  "stale-commit-is-refused": ["G14", 112],
  "commit-stays-within-assignment": ["C01", 2281],
  "committed-offset-is-accepted-commit": ["G09", 0],
  "records-are-delivered": ["I10", 135],
  "group-settles": ["R02", 1263],
  "replicas-are-in-sync": ["R02", 43],
  "trial-comes-to-rest": ["R02", 43],
  "brokers-follow-the-model": ["R01", 3],
};

function violatedIn(trial: number, rules: Rules): readonly string[] {
  const schedule = generateSchedule(rootOf(trialSeed(seed, trial)));
  const { history } = playInMemory(schedule, { rules });
  const { judged } = judge(schedule.options, history, properties);
  return judged.filter(({ verdict }) => verdict.kind === "violated").map(({ property }) => property.id);
}

describe.each(plantedBugs.map((bug) => [`${bug.id}, ${bug.ticket}`, bug] as const))("%s", (_name, bug) => {
  test.each([...(showsIn[bug.id] ?? [])])(`is caught in trial ${seed}:%i by a property that it claims`, (trial) => {
    const violated = violatedIn(trial, rulesWith(bug));
    expect(violated).not.toEqual([]);
    expect(bug.claims).toEqual(expect.arrayContaining([...violated]));
  });

  test("is what makes the difference: without it nothing is violated in the same trials", () => {
    const trials = showsIn[bug.id] ?? [];
    expect(trials).not.toEqual([]);
    for (const trial of trials) expect(violatedIn(trial, rulesWith(undefined))).toEqual([]);
  });
});

describe("a property is worth what it has caught", () => {
  test.each(properties.map(({ id }) => id))("%s catches a bug that claims it", (id) => {
    const [bug, trial] = proof[id] ?? ["none", 0];
    const planted = plantedBugs.find((one) => one.id === bug);
    expect(planted?.claims).toContain(id);
    expect(violatedIn(trial, rulesWith(planted))).toContain(id);
    expect(violatedIn(trial, rulesWith(undefined))).toEqual([]);
  });
});

test("each bug has an id of its own, a ticket and a sentence", () => {
  expect(new Set(plantedBugs.map(({ id }) => id)).size).toBe(plantedBugs.length);
  for (const { id, sentence, ticket } of plantedBugs) {
    expect(id).toMatch(/^[RIEDGC]\d\d$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(ticket).not.toBe("");
  }
});

test("bugs are in the order of the historical catalogue", () => {
  const families = plantedBugs.map(({ id }) => "RIEDGC".indexOf(id[0]!));
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
