import { expect, test } from "vitest";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import { isCompacted } from "../../model/settings.ts";
import { hasTransactions } from "../../model/schedule.ts";
import type { Schedule } from "../../model/schedule.ts";
import { rootOf } from "../seed.ts";
import { generateSchedule } from "./generate-schedule.ts";
import type { GeneratorSettings } from "./settings.ts";

const generate = (settings: GeneratorSettings = {}): readonly Schedule[] =>
  Array.from({ length: 300 }, (_, nth) => generateSchedule(rootOf(`transactions:${nth}`), settings));
const hasAny = ({ options }: Schedule): boolean => options.producers.some(hasTransactions);

test("some trials have transactions, of both protocols, and producers that fence one another", () => {
  const trials = generate().filter(hasAny);
  expect(trials.length).toBeGreaterThan(30);
  const versions = trials.map(({ options }) => options.brokerConfig["transaction.version"] ?? 2);
  expect(new Set(versions)).toEqual(new Set([0, 2]));
  expect(
    trials.some(({ options }) => options.producers.filter(({ config }) => config["transactional.id"] === "shared").length > 1),
  ).toBe(true);
});

test("only producers with transactions end any, and most of them do", () => {
  const trials = generate();
  const ending = trials.filter(({ steps }) => steps.some((step) => step.do.kind === "end-transaction"));
  expect(ending.filter((trial) => !hasAny(trial))).toEqual([]);
  expect(ending.length).toBeGreaterThan(trials.filter(hasAny).length * 0.8);
});

test("some trials with transactions have compacted topics", () => {
  const compacted = generate().filter(({ options }) => options.topics.some(({ config }) => isCompacted(config)));
  expect(compacted.filter(hasAny).length).toBeGreaterThan(3);
});

test("no transactions where none are wanted, and beside a workload that would have to end them", () => {
  expect(generate({ transactions: false }).filter(hasAny)).toEqual([]);
  expect(generate({ workload: { id: "none", sentence: "Nothing.", generate: () => [] } }).filter(hasAny)).toEqual([]);
});

test("of the trials with transactions some have a group that commits with its output, and none reads what it writes", () => {
  const trials = generate().filter(({ options }) => options.groups.some(({ output }) => output !== undefined));
  expect(trials.length).toBeGreaterThan(8);
  for (const trial of trials) {
    const [first, ...others] = trial.options.groups;
    expect(first).toMatchObject({ commit: "in-transaction", output: { topic: "shipments" } });
    expect(first!.topics).not.toContain("shipments");
    expect(others.every(({ output }) => output === undefined)).toBe(true);
    expect(checkSchedule(trial)).toBeUndefined();
  }
  expect(new Set(trials.map(hasAny))).toEqual(new Set([true, false]));
  const settled = generate({ groups: [] }).concat(generate({ topics: trials[0]!.options.topics }));
  expect(settled.every(({ options }) => options.groups.every(({ output }) => output === undefined))).toBe(true);
});
