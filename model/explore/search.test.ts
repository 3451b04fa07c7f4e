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

/** Of every state the model is asked once more what follows; the search throws where it remembers something else. */
test.each<readonly [string, Partial<Scope>]>([
  ["with records and elections", { records: 2 }],
  ["after crashes and power losses, with eligible leaders", { crashes: 1, powerLosses: 1, elr: true }],
  [
    "with late fetches and a controller that was replaced",
    { lateFetches: true, deposedController: true, without: ["controller-epoch"] },
  ],
  ["of answers that come late, and logs that are cut by watermarks", { without: ["late-response", "truncate-by-epoch"] }],
  ["of three brokers", { brokers: 3, records: 0, minInsyncReplicas: 2 }],
])("what is remembered is what the model does in every state %s", (_sentence, odd) => {
  const checked = new Exploration({ ...tiny, ...odd }, 1);
  while (!checked.isDone) checked.run(10_000);
  expect(checked.progress).toEqual(explored({ ...tiny, ...odd }).progress);
});

test("what is remembered takes room, which is counted", () => {
  const exploration = new Exploration(smallScope);
  const before = exploration.bytes;
  exploration.run(20_000);
  const states = exploration.bytesPerState * exploration.progress.distinctStates;
  expect(states).toBeGreaterThan(20_000 * (1 + smallScope.brokers) * 4);
  expect(exploration.bytes).toBeGreaterThan(states);
  expect(exploration.bytes).toBeGreaterThan(before);
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
