import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sightings } from "../properties/coverage/sightings.ts";
import { errorOf } from "../test/support/errors.ts";
import { alwaysHolds, neverSent, ownProperty, setupWith, smallSettings } from "../test/support/fixed-trials.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { run } from "./run.ts";
import type { RunOptions, RunResult } from "./run.ts";
import { inMemory } from "./system.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

type Changes = Partial<Omit<RunOptions, "system">>;

const runWith = ({ setup = setupWith(), ...changes }: Changes = {}): Promise<RunResult> =>
  run({
    seed: "run",
    end: { runs: 40 },
    setup,
    system: inMemory(setup.bug),
    workers: 0,
    keepsGoing: false,
    output: folder.at("out"),
    decidesEach: false,
    playsMax: 100,
    ...changes,
  });

/** What a campaign has come to, without how long it took. */
const essence = ({ findings, outcome, suspects, tally }: RunResult): unknown => ({
  outcome,
  tally,
  suspects,
  findings: findings.map(({ breach, property, schedule, seed, stepsBeforeShrinking }) => {
    return { property: property.id, seed, schedule, breach, stepsBeforeShrinking };
  }),
});

describe("who plays the trials, and when, makes no difference", () => {
  const settings = { ...smallSettings, permissive: true };
  test.each([
    ["everything holds", undefined, false],
    ["a bug is planted", "R01", false],
    ["a bug is planted and it goes on", "R01", true],
  ])("where %s", async (_, bug, keepsGoing) => {
    const setup = setupWith(bug, settings);
    const alone = await runWith({ setup, keepsGoing });
    expect(alone.outcome).toBe(bug === undefined ? "held" : "violated");
    expect(alone.findings.length).toBeGreaterThan(keepsGoing ? 1 : bug === undefined ? -1 : 0);
    expect(essence(await runWith({ setup, keepsGoing }))).toEqual(essence(alone));
    expect(essence(await runWith({ setup, keepsGoing, workers: 1 }))).toEqual(essence(alone));
    expect(essence(await runWith({ setup, keepsGoing, workers: 3 }))).toEqual(essence(alone));
  });

  test("another seed is another campaign", async () => {
    const one = await runWith({ end: { runs: 5 } });
    const other = await runWith({ end: { runs: 5 }, seed: "other" });
    expect(other.tally).not.toEqual(one.tally);
  });
});

describe("what a campaign says in one word", () => {
  const idle = ownProperty("idle", () => ({ judged: 0, breaches: [] }));
  const permission = { setting: "acks=1", why: "it says so" };
  const permitted = ownProperty("permitted", () => ({ judged: 1, breaches: [{ message: "lost", witness: [0], permission }] }));
  const outcomeOf = async (properties: readonly (typeof idle)[], decidesEach = false): Promise<string> =>
    (await runWith({ setup: { ...setupWith(), properties }, end: { runs: 2 }, decidesEach, playsMax: 5 })).outcome;

  test("it has held where something was judged and nothing violated", async () => {
    expect(await outcomeOf([alwaysHolds])).toBe("held");
    expect(await outcomeOf([alwaysHolds, idle])).toBe("held");
  });

  test("it is undecided where there was nothing to judge", async () => {
    expect(await outcomeOf([idle])).toBe("undecided");
    expect((await runWith({ end: { runs: 0 } })).outcome).toBe("undecided");
  });

  test("it has missed something where it had to go through each situation and did not, and names what", async () => {
    const held = { ...setupWith(), properties: [alwaysHolds] };
    const { outcome, tally, uncovered } = await runWith({ setup: held, end: { runs: 5 }, requiresCoverage: true });
    expect(outcome).toBe("uncovered");
    const expected = sightings.filter(({ isExpected }) => isExpected).map(({ id }) => id);
    expect([...uncovered, ...Object.keys(tally.sighted).filter((id) => expected.includes(id))].toSorted()).toEqual(
      expected.toSorted(),
    );
    expect(uncovered).not.toContain("fetch-with-unknown-epoch");
    // Nothing is missed where nothing was required; a violation weighs more, and having nothing to judge less.
    expect(await runWith({ setup: held, end: { runs: 5 } })).toMatchObject({ outcome: "held", uncovered: [] });
    const outcomeWith = async (property: typeof idle): Promise<string> =>
      (await runWith({ setup: { ...held, properties: [property] }, end: { runs: 1 }, requiresCoverage: true, playsMax: 5 }))
        .outcome;
    expect(await outcomeWith(neverSent)).toBe("violated");
    expect(await outcomeWith(idle)).toBe("uncovered");
  });

  test("where each property is asked for, each has to have something to judge", async () => {
    expect(await outcomeOf([alwaysHolds, idle], true)).toBe("undecided");
    expect(await outcomeOf([alwaysHolds, permitted], true)).toBe("held");
  });

  test("what the settings permit is told and is no violation", async () => {
    const { findings, outcome } = await runWith({ setup: { ...setupWith(), properties: [permitted] }, end: { runs: 2 } });
    expect(outcome).toBe("held");
    expect(findings.map((finding) => [finding.class, finding.seed])).toEqual([["your-settings-permit-this", "run:0"]]);
  });

  test("one violation is enough, and violations are told before what is permitted", async () => {
    const { findings, outcome } = await runWith({
      setup: { ...setupWith(), properties: [permitted, ownProperty("late", lateCheck)] },
      keepsGoing: true,
      end: { runs: 12 },
      playsMax: 5,
    });
    expect(outcome).toBe("violated");
    expect(findings.map(({ property }) => property.id)).toEqual(["late", "permitted"]);
  });
});

/** Violated in some trials and not in the first. */
const lateCheck: typeof alwaysHolds.check = ({ sends }) =>
  sends.size <= 25 ? { judged: 1, breaches: [] } : { judged: 1, breaches: [{ message: "many", witness: [0] }] };

test("an output folder that cannot be written is refused before anything is played", async () => {
  writeFileSync(folder.at("a-file"), "");
  let played = 0;
  const { code, message } = await errorOf(() =>
    runWith({ output: folder.at("a-file", "out"), onProgress: () => void played++ }),
  );
  expect(code).toBe("OUTPUT");
  expect(message).toContain("name another one with --output");
  expect(played).toBe(0);
});

test("an output folder that becomes unusable meanwhile costs no finding", async () => {
  const output = folder.at("vanishes");
  const setup = { ...setupWith(), properties: [neverSent] };
  const onPlayed = (): void => {
    rmSync(output, { recursive: true });
    writeFileSync(output, "somebody has put a file there");
  };
  const { findings } = await runWith({ setup, output, onPlayed });
  expect(findings).toHaveLength(1);
  expect(findings[0]!.file.startsWith(output)).toBe(false);
  expect(existsSync(findings[0]!.file)).toBe(true);
  const refuge = dirname(findings[0]!.file);
  expect(readdirSync(refuge).toSorted()).toEqual(["history.as-found.jsonl", "history.shrunk.jsonl", "record.json"]);
  rmSync(refuge, { recursive: true });
});

test("something own that is broken only once is no finding but a mistake of its own", async () => {
  let judged = 0;
  const once = ownProperty("seen-once", () => {
    return judged++ > 0 ? { judged: 1, breaches: [] } : { judged: 1, breaches: [{ message: "once", witness: [0] }] };
  });
  const { code, message } = await errorOf(() => runWith({ setup: { ...setupWith(), properties: [once] } }));
  expect(`${code}: ${message}`).toMatchInlineSnapshot(
    `"NOT_DETERMINISTIC: trial run:0 has broken seen-once once, and not again; something own that keeps something between trials can be the cause"`,
  );
});
