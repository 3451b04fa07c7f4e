/** Runs the command line as a user does: another process, its own folder, and what it prints. */

import { execFileSync, spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** What it came to. Where a signal has ended the process, its exit code is null. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** Folder that it is run in. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs it, if not the one that runs the tests. */
  readonly node?: string;
  /** Called as soon as it runs. */
  readonly onStart?: (child: ChildProcessWithoutNullStreams) => void;
  /** Called with each piece of standard output as it comes. */
  readonly onOutput?: (child: ChildProcessWithoutNullStreams, sofar: string) => void;
}

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** Nothing that a test starts is left behind, be the test given up. */
const endsWithinMs = 600_000;

/** Runs `kafka-trial` from this checkout. */
export const kafkaTrial = (args: readonly string[], surroundings: Surroundings): Promise<Ended> =>
  runProcess(surroundings.node ?? process.execPath, [main, ...args], surroundings);

/** Runs a program and waits for its end. */
export async function runProcess(program: string, args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  const { cwd, env, onOutput, onStart } = surroundings;
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, timeout: endsWithinMs, killSignal: "SIGKILL" });
  child.stdin.end();
  onStart?.(child);
  let sofar = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    sofar += piece;
    onOutput?.(child, sofar);
  });
  const [stderr, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { exitCode, stdout: sofar, stderr };
}

/** `PATH` without the folders of npm's scripts, which come first when npm runs the tests. */
export const pathOfMachine = (): string =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes(`node_modules${sep}`) && !folder.includes("node-gyp-bin"))
    .join(delimiter);

/** The machine's own Node, where it has one that is not of the version that runs the tests. */
export function otherNode(): { readonly path: string; readonly version: string } | undefined {
  const path = pathOfMachine()
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((file) => existsSync(file));
  if (path === undefined) return undefined;
  const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1);
  return version === process.versions.node ? undefined : { path, version };
}

/** Lines of a text that ends with a line break. */
export const linesOf = (printed: string): readonly string[] => (printed === "" ? [] : printed.replace(/\n$/, "").split("\n"));

/** What was said on standard error, but for the lines that a slow machine shows of its progress. */
export const complaintsIn = ({ stderr }: Ended): readonly string[] =>
  linesOf(stderr).filter((line) => !/^(trials|replay|shrink): .*\d/.test(line));
