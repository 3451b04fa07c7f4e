import { describe, expect, test } from "vitest";
import type { Breach } from "../../properties/verdict.ts";
import { ownProperty } from "../../test/support/fixed-trials.ts";
import type { Trial } from "../trial.ts";
import { brokenIn, firstOfEachKind, isPermitted, suspectsIn } from "./suspect.ts";
import type { Suspect } from "./suspect.ts";

const suspect = (trial: number, changes: Partial<Suspect> = {}): Suspect => ({
  trial,
  property: "a",
  class: "broker-bug",
  setting: undefined,
  ...changes,
});

const breach = (message: string, setting?: string): Breach => ({
  message,
  witness: [0],
  ...(setting !== undefined && { permission: { setting, why: "" } }),
});

/** A trial that came to these verdicts. */
const trialOf = (...told: readonly (readonly [string, "violated" | "not-promised" | "holds", ...Breach[]])[]): Trial =>
  ({
    judged: told.map(([id, kind, ...breaches]) => ({
      property: ownProperty(id, () => ({ judged: 0, breaches: [] })),
      verdict: kind === "holds" ? { kind, judged: 1 } : { kind, breaches },
    })),
  }) as unknown as Trial;

describe("first of each kind", () => {
  test("of suspects of one kind the one of the lowest trial is kept, whatever their order", () => {
    expect(firstOfEachKind([suspect(7), suspect(3), suspect(9)])).toEqual([suspect(3)]);
  });

  test("another property, class or setting is another kind", () => {
    const permitted = { class: "your-settings-permit-this" } as const;
    const kinds = [
      suspect(1),
      suspect(2, { property: "b" }),
      suspect(3, permitted),
      suspect(4, { ...permitted, setting: "acks=1" }),
      suspect(5, { ...permitted, setting: "acks=0" }),
    ];
    expect(firstOfEachKind([...kinds.toReversed(), ...kinds])).toEqual(kinds);
  });

  test("taken twice, it is the same as once", () => {
    const all = [suspect(4), suspect(2, { property: "b" }), suspect(3), suspect(1, { property: "b" })];
    expect(firstOfEachKind(firstOfEachKind(all))).toEqual(firstOfEachKind(all));
  });
});

describe("what a trial is suspected of", () => {
  test("nothing, where everything holds", () => {
    expect(suspectsIn(5, trialOf(["a", "holds"]))).toEqual([]);
  });

  test("the first violation and nothing else, where something is violated", () => {
    const trial = trialOf(
      ["a", "not-promised", breach("x", "acks=1")],
      ["b", "violated", breach("y")],
      ["c", "violated", breach("z")],
    );
    expect(suspectsIn(5, trial)).toEqual([{ trial: 5, property: "b", class: "service-bug", setting: undefined }]);
  });

  test("everything that the settings permit, where nothing is violated", () => {
    const trial = trialOf(["a", "not-promised", breach("x", "acks=1")], ["b", "not-promised", breach("y", "acks=0")]);
    const suspects = suspectsIn(5, trial);
    expect(suspects.map(({ property, setting }) => [property, setting])).toEqual([
      ["a", "acks=1"],
      ["b", "acks=0"],
    ]);
    expect(suspects.every(isPermitted)).toBe(true);
  });
});

test("what was broken comes in the order of the properties, each with its first case", () => {
  const trial = trialOf(
    ["b", "violated", breach("first"), breach("second")],
    ["a", "holds"],
    ["c", "violated", breach("other")],
  );
  expect(brokenIn(trial).map(({ breach: { message }, judged }) => [judged.property.id, message])).toEqual([
    ["b", "first"],
    ["c", "other"],
  ]);
});
