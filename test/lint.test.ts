/** The lint rules that keep the columns apart and the pure folders pure do what the docs say of them. */

import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { runProcess } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
copyFileSync(join(root, ".oxlintrc.json"), folder.at(".oxlintrc.json"));
symlinkSync(join(root, "node_modules"), folder.at("node_modules"));

/** Each file breaks one rule, or is one that may do what others must not. */
const files: readonly (readonly [file: string, text: string, rule: string | undefined])[] = [
  ["model/clock.ts", "export const now = (): number => Date.now();", "no-restricted-globals"],
  ["properties/chance.ts", "export const chance = (): number => Math.random();", "no-restricted-properties"],
  ["sut/sim/timer.ts", "export const timer = (): unknown => setTimeout(() => undefined, 1);", "no-restricted-globals"],
  ["sut/sim/promise.ts", "export const promise = (): unknown => Promise.resolve();", "no-restricted-globals"],
  ["reports/surroundings.ts", "export const surroundings = (): unknown => process.env;", "no-restricted-globals"],
  ["model/package.ts", 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;', "no-restricted-imports"],
  ["model/other.ts", 'export type { Property } from "../properties/property.ts";', "no-restricted-imports"],
  ["properties/up.ts", 'export type { Trial } from "../harness/trial.ts";', "no-restricted-imports"],
  ["fault-injection/up.ts", 'export type { Played } from "../sut/played.ts";', "no-restricted-imports"],
  ["reports/up.ts", 'export type { Played } from "../sut/played.ts";', "no-restricted-imports"],
  ["sut/sim/model.ts", 'export { step } from "../../model/reference/actions.ts";', "no-restricted-imports"],
  ["sut/kafka/sim.ts", 'export { playInMemory } from "../sim/play.ts";', "no-restricted-imports"],
  ["harness/client.ts", 'export { Kafka } from "kafkajs";', "no-restricted-imports"],
  ["harness/chance.ts", 'export { default as random } from "seedrandom";', "no-restricted-imports"],
  ["harness/long.ts", "export {};\n".repeat(401), "max-lines"],
  ["harness/clock.ts", "export const now = (): number => performance.now();", undefined],
  ["harness/seed.ts", 'export { default as random } from "seedrandom";', undefined],
];

test.each(files)("%s", async (file, text, rule) => {
  mkdirSync(dirname(folder.at(file)), { recursive: true });
  writeFileSync(folder.at(file), text);
  const lint = join(root, "node_modules", "oxlint", "bin", "oxlint");
  const { exitCode, stdout } = await runProcess(process.execPath, [lint, "--format", "unix", file], { cwd: folder.path });
  if (rule === undefined) expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
  else expect(stdout).toContain(rule);
});
