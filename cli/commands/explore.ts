import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { guardById, loadScope } from "../../harness/explore/load-scope.ts";
import { scheduleOfSteps } from "../../harness/explore/schedule-of-steps.ts";
import { defaultOutput, prepareOutput } from "../../harness/findings/output-folder.ts";
import { scopes } from "../../model/explore/scope.ts";
import type { Scope } from "../../model/explore/scope.ts";
import { Exploration } from "../../model/explore/search.ts";
import type { Violation } from "../../model/explore/search.ts";
import { tellAction } from "../../reports/tell-action.ts";
import { collect, wholeNumber } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { interruption } from "./interruption.ts";
import { progressLine } from "./progress.ts";

const statesMaxAtAll = 1_000_000_000;
/** What a search may remember, unless it is told otherwise. */
const megabytesUnlessTold = 4000;
const megabytesMaxAtAll = 1_000_000;
const bytesOfMegabyte = 1_000_000;
/** So many states are looked at between two looks at the clock. */
const statesAtOnce = 2000;

interface Flags {
  readonly scope: string;
  readonly brokers?: number;
  readonly records?: number;
  readonly epochs?: number;
  readonly crashes?: number;
  readonly powerLosses?: number;
  readonly deletions?: number;
  readonly minIsr?: number;
  readonly elr?: true;
  readonly lateFetches?: true;
  readonly deposedController?: true;
  readonly without?: readonly string[];
  readonly states: number;
  readonly memory: number;
  readonly json?: true;
  readonly output: string;
}

export function addExplore(program: Command): void {
  program
    .command("explore")
    .description("Search everything that the reference model can do within a scope, for a broken invariant.")
    .option("--scope <name>", `${Object.keys(scopes).join(", ")}, or a file with a scope in it`, "small")
    .option("--brokers <n>", "brokers, each with a replica", wholeNumber(1, 5))
    .option("--records <n>", "records that leaders append in all", wholeNumber(0, 6))
    .option("--epochs <n>", "the highest leader epoch", wholeNumber(0, 6))
    .option("--crashes <n>", "how often a process is killed", wholeNumber(0, 7))
    .option("--power-losses <n>", "how often one of them had lost power", wholeNumber(0, 7))
    .option("--deletions <n>", "how often a log loses its first record", wholeNumber(0, 7))
    .option("--min-isr <n>", "min.insync.replicas", wholeNumber(1, 5))
    .option("--elr", "keep eligible leader replicas (KIP-966)")
    .option("--late-fetches", "fetches can arrive when their follower is somebody else by then")
    .option("--deposed-controller", "a controller can be replaced and not know it")
    .option("--without <guard>", "switch a guard off; can be repeated", collect)
    .option("--states <n>", "give up after so many distinct states", wholeNumber(1, statesMaxAtAll), statesMaxAtAll)
    .option(
      "--memory <megabytes>",
      "give up when so much is remembered",
      wholeNumber(1, megabytesMaxAtAll),
      megabytesUnlessTold,
    )
    .option("--json", "print the result as one JSON object")
    .option("--output <folder>", "folder for the schedule of a violation", defaultOutput)
    .action(async (flags: Flags) => {
      process.exitCode = await explore(flags);
    });
}

async function explore(flags: Flags): Promise<number> {
  const scope = scopeOf(flags);
  const exploration = new Exploration(scope);
  const progress = progressLine("states");
  using interrupted = interruption();
  const startMs = performance.now();
  const seconds = (): number => (performance.now() - startMs) / 1000;
  while (!exploration.isDone && !interrupted.signal.aborted && limitOf(exploration, flags) === undefined) {
    exploration.run(statesAtOnce);
    const { depth, distinctStates } = exploration.progress;
    const share = Math.max(distinctStates / flags.states, exploration.bytes / (flags.memory * bytesOfMegabyte));
    progress.update(share, `${distinctStates} distinct states, depth ${depth}`);
    // Lets a signal be heard of.
    await new Promise((resolve) => void setImmediate(resolve));
  }
  progress.stop();
  const violation = exploration.violation();
  const took = seconds();
  const result = {
    ...exploration.progress,
    seconds: Number(took.toFixed(3)),
    statesPerSecond: Math.round(exploration.progress.distinctStates / Math.max(took, 0.001)),
    complete: exploration.isDone && violation === undefined,
    // JSON knows no undefined: where there is nothing more to see, no limit was reached.
    limit: limitOf(exploration, flags) ?? null,
    megabytes: Math.ceil(exploration.bytes / bytesOfMegabyte),
    bytesPerState: Math.round(exploration.bytesPerState),
    actions: exploration.actions,
    scope,
  };
  const schedule = violation === undefined ? undefined : writeSchedule(scope, violation, flags.output);
  const violations = violation === undefined ? [] : [{ ...told(violation), schedule }];
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...result, violations })}\n`);
  else process.stdout.write(`${tell(result, violation, schedule)}\n`);
  if (violation !== undefined) return exitCodes.violated;
  if (result.complete) return exitCodes.held;
  return interrupted.signal.aborted ? exitCodes.interrupted : exitCodes.undecided;
}

/** The limit that the search has come to, as the option that sets it; undefined where it may go on. */
function limitOf(exploration: Exploration, { memory, states }: Flags): string | undefined {
  if (exploration.isDone) return undefined;
  if (exploration.progress.distinctStates >= states) return "--states";
  return exploration.bytes >= memory * bytesOfMegabyte ? "--memory" : undefined;
}

function scopeOf({
  json: _json,
  memory: _memory,
  minIsr,
  output: _output,
  scope,
  states: _states,
  without,
  ...rest
}: Flags): Scope {
  const given = { ...rest, minInsyncReplicas: minIsr, without: without?.map(guardById) };
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return loadScope(scope, overrides);
}

const told = ({ because, invariant, steps }: Violation) => ({
  invariant,
  because,
  steps: steps.map(({ actions }) => actions.map(tellAction).join("; ")),
});

function writeSchedule(scope: Scope, { invariant, steps }: Violation, output: string): string {
  prepareOutput(output);
  const file = join(output, `explore-${[invariant, ...scope.without].join("-")}.json`);
  writeFileSync(file, `${JSON.stringify(scheduleOfSteps(scope, steps), undefined, 2)}\n`);
  return file;
}

interface Result {
  readonly distinctStates: number;
  readonly generatedStates: number;
  readonly depth: number;
  readonly seconds: number;
  readonly statesPerSecond: number;
  readonly complete: boolean;
  readonly limit: string | null;
  readonly megabytes: number;
}

function tell(result: Result, violation: Violation | undefined, schedule: string | undefined): string {
  const { complete, depth, distinctStates, generatedStates, limit, megabytes, seconds, statesPerSecond } = result;
  const counts = [
    `distinct states    ${distinctStates.toLocaleString("en")}`,
    `generated states   ${generatedStates.toLocaleString("en")}`,
    `depth              ${depth}`,
    `states a second    ${statesPerSecond.toLocaleString("en")} in ${seconds.toFixed(1)} s`,
    `remembered         ${megabytes.toLocaleString("en")} MB`,
  ];
  if (violation === undefined) {
    const outcome = complete
      ? "HELD: every invariant holds in every state of the scope"
      : `UNDECIDED: not everything was seen; ${limit === null ? "it was interrupted" : `give it more ${limit}`}`;
    return [...counts, "", outcome].join("\n");
  }
  const { because, invariant, steps } = told(violation);
  return [
    ...counts,
    "",
    `BROKEN  ${invariant}   ${because}`,
    ...steps.map((step, at) => `  ${String(at + 1).padStart(3)}  ${step}`),
    "",
    `what somebody would have to do for it: ${schedule ?? ""}`,
  ].join("\n");
}
