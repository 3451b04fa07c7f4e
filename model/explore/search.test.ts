import { describe, expect, test } from "vitest";
import type { Scope } from "./scope.ts";
import { checkScope, smallScope } from "./scope.ts";
import { Exploration } from "./search.ts";

const tiny: Scope = { ...smallScope, brokers: 2, records: 1, minInsyncReplicas: 1 };

function explored(scope: Scope): Exploration {
  const exploration = new Exploration(scope);
  while (!exploration.isDone) exploration.run(10_000);
  return exploration;
}

test("with all guards everything holds, and every state is counted once", () => {
  const { progress } = explored(tiny);
  expect(explored(tiny).violation()).toBeUndefined();
  expect(progress.generatedStates).toBeGreaterThan(progress.distinctStates);
});

test("the same scope gives the same counts, however it is cut up", () => {
  const whole = explored(tiny).progress;
  const piecewise = new Exploration(tiny);
  while (!piecewise.isDone) piecewise.run(7);
  expect(piecewise.progress).toEqual(whole);
  expect(whole).toMatchInlineSnapshot(`
    {
      "depth": 15,
      "distinctStates": 1276,
      "generatedStates": 4437,
    }
  `);
});

test("more of anything is more to see", () => {
  const { distinctStates } = explored(tiny).progress;
  for (const more of [{ records: 2 }, { crashes: 1 }, { deletions: 1 }, { lateFetches: true }] as const) {
    expect(explored({ ...tiny, ...more }).progress.distinctStates).toBeGreaterThan(distinctStates);
  }
});

describe("without a guard", () => {
  test("an invariant breaks, and the way there is one that the model goes", () => {
    const violation = explored({ ...smallScope, without: ["truncate-by-epoch"] }).violation();
    expect(violation?.invariant).toBe("I2");
    expect(violation?.steps.flatMap(({ actions }) => actions.map(({ kind }) => kind))).toContain("truncate-to-divergence");
  });
});

test.each<readonly [string, Partial<Scope>, string | undefined]>([
  ["the small one is right", {}, undefined],
  ["brokers are few", { brokers: 9 }, "a scope has 1 to 5 brokers, not 9"],
  ["so are records", { records: 99 }, "a scope has at most 6 records, not 99"],
  ["and leader epochs", { epochs: 99 }, "a scope has leader epochs up to 6, not 99"],
  ["and what goes wrong", { crashes: 8 }, "crashes, power losses and deletions are at most 7"],
  ["everything is counted in whole numbers", { records: 0.5 }, "records is a whole number from 0 on, not 0.5"],
])("of scopes: %s", (_sentence, odd, problem) => {
  expect(checkScope({ ...smallScope, ...odd })).toBe(problem);
});
