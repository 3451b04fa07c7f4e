/** The package as users get it: packed, installed into a project of its own, and used from the command line and in tests. */

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunJson } from "../reports/run-json.ts";
import { linesOf, otherNode, pathOfMachine, runProcess } from "./support/command-line.ts";
import type { Ended } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const folder = temporaryFolder();
const project = folder.at("project");
afterAll(() => folder[Symbol.dispose]());

/** The Node that runs these tests is the first one to be found; nothing of the checkout is. */
const env = { PATH: [dirname(process.execPath), pathOfMachine()].join(delimiter) };

/** Runs a program that has to succeed. */
async function succeed(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  const ended = await runProcess(program, args, { cwd, env });
  if (ended.exitCode === 0) return ended;
  throw new Error(`${program} ${args.join(" ")} has ended with ${ended.exitCode}\n${ended.stdout}\n${ended.stderr}`);
}

let packed: readonly string[];

beforeAll(async () => {
  const { stdout } = await succeed("npm", ["pack", "--json", "--silent", "--pack-destination", folder.path], checkout);
  // Whatever the build prints comes before it.
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as readonly [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  packed = files.map(({ path }) => path);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "orders", private: true, type: "module" }));
  const others = [`vitest@${manifest.devDependencies["vitest"]}`, `fast-check@${manifest.dependencies["fast-check"]}`];
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
  await succeed("npm", ["install", ...quietly, folder.at(filename), ...others], project);
}, 300_000);

describe("the packed files", () => {
  test("are what is built and what has to go with it, and nothing else", () => {
    const expected = ["LICENSE", "README.md"].filter((name) => existsSync(join(checkout, name)));
    expect(packed.filter((path) => !path.startsWith("dist/")).toSorted()).toEqual([...expected, "package.json"]);
  });

  test("have no tests and no sources in them, and a declaration beside each module", () => {
    const modules = packed.filter((path) => path.endsWith(".js"));
    expect(modules.length).toBeGreaterThan(50);
    expect(packed.filter((path) => /\.test\.|(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([]);
    expect(modules.filter((path) => !packed.includes(path.replace(/\.js$/, ".d.ts")))).toEqual([]);
  });

  test("lead to no other place than themselves", () => {
    const dist = join(project, "node_modules", "kafka-trial", "dist");
    const missing = packed
      .filter((path) => path.endsWith(".js"))
      .flatMap((path) => {
        const file = join(project, "node_modules", "kafka-trial", path);
        const imports = readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g);
        return [...imports].flatMap(([, target]) => (existsSync(join(dirname(file), target!)) ? [] : [`${path}: ${target}`]));
      });
    expect(existsSync(dist)).toBe(true);
    expect(missing).toEqual([]);
  });
});

describe("the command line of the package", () => {
  const nodes = [{ path: process.execPath, version: process.versions.node }, ...[otherNode() ?? []].flat()];

  test.each(nodes)("plays trials on Node $version", async ({ path }) => {
    const surroundings = { cwd: project, env: { PATH: [dirname(path), pathOfMachine()].join(delimiter) } };
    const ended = await runProcess(
      "npx",
      ["--no-install", "kafka-trial", "run", "--runs", "5", "--seed", "abc", "--json"],
      surroundings,
    );
    expect([ended.exitCode, linesOf(ended.stdout).length]).toEqual([0, 1]);
    expect(JSON.parse(ended.stdout) as RunJson).toMatchObject({ format: "kafka-trial.run/1", seed: "abc", trials: 5 });
  });

  test("says which version it is, and lists what there is", async () => {
    const version = await succeed("npx", ["--no-install", "kafka-trial", "--version"], project);
    expect(version.stdout).toBe(`${manifest.version}\n`);
    const { stdout } = await succeed("npx", ["--no-install", "kafka-trial", "list", "bugs", "--json"], project);
    expect((JSON.parse(stdout) as readonly { readonly id: string }[]).map(({ id }) => id)).toContain("R01");
  });
});

describe("the library of the package", () => {
  test("gives these names, and needs neither vitest nor real Kafka's clients for it", async () => {
    const script = 'console.log(Object.keys(await import("kafka-trial")).join("\\n"))';
    const { stdout } = await succeed(process.execPath, ["--input-type=module", "--eval", script], project);
    expect(linesOf(stdout)).toMatchInlineSnapshot(`
      [
        "KafkaError",
        "KafkaTrialError",
        "assertTrial",
        "assertTrials",
        "builtInFaultKinds",
        "checkSchedule",
        "checkTrials",
        "faultDefinitions",
        "fingerprintOf",
        "firstDifference",
        "generateSchedule",
        "inMemory",
        "judge",
        "onKafka",
        "plantedBugs",
        "playInMemory",
        "properties",
        "rootOf",
        "rulesWith",
        "schedules",
        "shrinkSchedule",
        "startKafka",
        "topicPartition",
        "trialSeed",
      ]
    `);
    expect(readdirSync(join(project, "node_modules"))).not.toContain("kafkajs");
  });

  test("has nobody look at the inside of it", async () => {
    const script = 'await import("kafka-trial/dist/harness/run.js")';
    const { exitCode, stderr } = await runProcess(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: project,
      env,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("runs the examples", async () => {
    const examples = readdirSync(join(checkout, "examples")).filter((name) => name.endsWith(".test.ts"));
    for (const name of examples) copyFileSync(join(checkout, "examples", name), join(project, name));
    const vitest = join(project, "node_modules", "vitest", "vitest.mjs");
    await succeed(process.execPath, [vitest, "run", "--reporter=json", "--outputFile=report.json", ...examples], project);
    const report = JSON.parse(readFileSync(join(project, "report.json"), "utf8")) as {
      readonly numPassedTests: number;
      readonly numTotalTests: number;
      readonly testResults: readonly unknown[];
    };
    expect(report.testResults).toHaveLength(examples.length);
    expect(report.numPassedTests).toBe(report.numTotalTests);
    expect(report.numTotalTests).toBeGreaterThanOrEqual(examples.length);
  }, 180_000);

  test("has types, which a project can use that has none of Node's", async () => {
    writeFileSync(join(project, "use.ts"), use);
    const options = {
      strict: true,
      noEmit: true,
      module: "NodeNext",
      target: "ES2023",
      types: [],
      skipLibCheck: true,
      exactOptionalPropertyTypes: true,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["use.ts"] }));
    const tsc = join(checkout, "node_modules", "typescript", "bin", "tsc");
    const { exitCode, stdout } = await runProcess(process.execPath, [tsc, "-p", "."], { cwd: project, env });
    expect([exitCode, stdout]).toEqual([0, ""]);
    writeFileSync(join(project, "use.ts"), use.replace('"kill-broker"', '"kill-brokers"'));
    const wrong = await runProcess(process.execPath, [tsc, "-p", "."], { cwd: project, env });
    expect(wrong.exitCode).not.toBe(0);
    expect(wrong.stdout).toContain("kill-brokers");
  });
});

const use = `
import { assertTrial, assertTrials, generateSchedule, KafkaTrialError, playInMemory, rootOf, schedules } from "kafka-trial";
import type { OwnFault, Property, Schedule, TrialsResult } from "kafka-trial";

const schedule: Schedule = generateSchedule(rootOf("abc:0"), { brokers: 3 });
assertTrial(schedule, { properties: ["no-lost-acked-record"] });
export const result: Promise<TrialsResult> = assertTrials({ faults: ["kill-broker"], runs: 5 });
export const arbitrary = schedules({ permissive: false });
export const kinds: readonly string[] = playInMemory(schedule).history.map(({ kind }) => kind);
export const isOurs = (error: unknown): boolean => error instanceof KafkaTrialError && error.code === "USAGE";
export const own: OwnFault = {
  id: "nothing",
  sentence: "Nothing happens.",
  generate: (draw) => draw.integer(1, 3),
  inject: () => ({ kind: "skipped", reason: "it does nothing" }),
};
export const property: Property = {
  id: "nothing",
  sentence: "Nothing is promised.",
  source: "nobody",
  expectation: "always",
  evidence: "client",
  blames: "service",
  assumes: "nothing",
  check: ({ sends }) => ({ judged: sends.size, breaches: [] }),
};
`;
