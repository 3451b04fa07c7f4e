/** The table of guards in docs/reference is what the search finds. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { guardList } from "../model/reference/guards.ts";
import { kafkaTrial, linesOf } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/reference/guards.md", import.meta.url)), "utf8");
const [table = "", rest = ""] = page.split("## Guards that no search");
const cellsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
const rows = cellsOf(table);
const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

test("every guard has its row, in one table or the other, with the same source", () => {
  const named = [...rows, ...cellsOf(rest)].map(([guard, source]) => `${guard} ${source}`).toSorted();
  expect(named).toEqual(guardList.map(({ id, source }) => `${id} ${source}`).toSorted());
});

describe.each(rows.map((row) => [row[0]!, row] as const))("without %s", (guard, [, , scope = "", invariant, steps]) => {
  test(`${invariant} breaks in ${steps} steps, which are told and written as a schedule that can be played`, async () => {
    const asked = ["explore", ...scope.split(" "), "--without", guard, "--output", folder.path];
    const { exitCode, stdout } = await kafkaTrial([...asked, "--json"], { cwd });
    const found = JSON.parse(stdout) as {
      readonly distinctStates: number;
      readonly violations: readonly { invariant: string; steps: string[]; schedule: string }[];
    };
    const [violation] = found.violations;
    expect([exitCode, violation?.invariant, violation?.steps.length]).toEqual([1, invariant, Number(steps)]);
    const whole = await kafkaTrial(["explore", ...scope.split(" "), "--states", `${found.distinctStates}`, "--json"], { cwd });
    expect(JSON.parse(whole.stdout)).toMatchObject({ violations: [] });
    const played = await kafkaTrial(["replay", violation!.schedule], { cwd });
    expect([0, 2]).toContain(played.exitCode);
  });
});

describe("kafka-trial explore", () => {
  test("holds with all guards in the small scope", async () => {
    const { exitCode, stdout } = await kafkaTrial(["explore", "--scope", "small", "--json"], { cwd });
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ complete: true, violations: [] })]);
  });

  test("holds with all guards, and says how much it has seen", async () => {
    const { exitCode, stdout } = await kafkaTrial(["explore", "--brokers", "2", "--min-isr", "1", "--records", "2"], { cwd });
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).at(-1)).toContain("HELD");
    expect(stdout).toMatch(/distinct states +[\d,]+\ngenerated states +[\d,]+\ndepth +\d+\nstates a second/);
  });

  test("says how often each action of the model was generated, and each refusal", async () => {
    const { stdout } = await kafkaTrial(["explore", "--brokers", "2", "--min-isr", "1", "--json"], { cwd });
    const { actions } = JSON.parse(stdout) as { readonly actions: Record<string, unknown> };
    expect(actions).toMatchObject({
      "leader-append": { taken: 220, refused: {} },
      "propose-isr": { taken: 534, refused: { INELIGIBLE_REPLICA: 288 } },
    });
    // Nobody is killed in this scope.
    expect(actions).not.toHaveProperty("take-down-broker");
  });

  test("gives up after so many states, and says that it has", async () => {
    const { exitCode, stdout } = await kafkaTrial(["explore", "--states", "5000"], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain("UNDECIDED");
  });

  test("gives up when it remembers as much as it may, and says which option that was", async () => {
    const { exitCode, stdout } = await kafkaTrial(["explore", "--memory", "3"], { cwd });
    expect(exitCode).toBe(2);
    expect(linesOf(stdout).at(-1)).toBe("UNDECIDED: not everything was seen; give it more --memory");
    const { stdout: json } = await kafkaTrial(["explore", "--memory", "3", "--json"], { cwd });
    expect(JSON.parse(json)).toMatchObject({ complete: false, limit: "--memory", violations: [] });
  });

  test("takes a scope from a file, and says what is wrong with one", async () => {
    writeFileSync(folder.at("scope.json"), JSON.stringify({ brokers: 2, records: 1, minInsyncReplicas: 1 }));
    expect((await kafkaTrial(["explore", "--scope", folder.at("scope.json")], { cwd })).exitCode).toBe(0);
    writeFileSync(folder.at("wrong.json"), JSON.stringify({ brokers: 9 }));
    const wrong = await kafkaTrial(["explore", "--scope", folder.at("wrong.json")], { cwd });
    expect([wrong.exitCode, wrong.stderr]).toEqual([65, expect.stringContaining("1 to 5 brokers")]);
    const missing = await kafkaTrial(["explore", "--scope", "nowhere.json"], { cwd });
    expect([missing.exitCode, missing.stderr]).toEqual([65, expect.stringContaining("neither a scope")]);
    const guard = await kafkaTrial(["explore", "--without", "fetch-epok"], { cwd });
    expect([guard.exitCode, guard.stderr]).toEqual([64, expect.stringContaining('did you mean "fetch-epoch"')]);
  });
});
