import type { Command } from "commander";
import { brokenIn } from "../../harness/campaign/suspect.ts";
import { investigate } from "../../harness/findings/finding.ts";
import { defaultOutput, prepareOutput } from "../../harness/findings/output-folder.ts";
import { loadArgument } from "../../harness/load-replayable.ts";
import { inMemory } from "../../harness/system.ts";
import { trialInMemory } from "../../harness/trial.ts";
import type { TrialSetup } from "../../harness/trial.ts";
import { defaultPlaysMax } from "../../harness/shrink/shrink-schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { wholeNumber } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { progressLine } from "./progress.ts";
import { bugOf } from "./told-trial.ts";

const playsMax = 1_000_000;

interface Flags {
  readonly plays: number;
  readonly bug?: string;
  readonly output: string;
}

export function addShrink(program: Command): void {
  program
    .command("shrink")
    .description("Look for a simpler schedule that fails in the same way, in memory.")
    .argument("<file-or-seed>", "run record, schedule file, or seed of a trial")
    .option("--plays <n>", "how many candidates may be played", wholeNumber(1, playsMax), defaultPlaysMax)
    .option("--bug <id>", "planted bug to switch on instead of the record's; none for Kafka's own rules")
    .option("--output <folder>", "folder for the result", defaultOutput)
    .action((argument: string, flags: Flags) => {
      process.exitCode = shrink(argument, flags);
    });
}

/** Exits like a replay: 1 where the failure is there, and 0 where there is none to shrink. */
function shrink(argument: string, flags: Flags): number {
  const { record, schedule, seed } = loadArgument(argument);
  prepareOutput(flags.output);
  const setup: TrialSetup = { settings: {}, properties, bug: bugOf(record?.bug, flags.bug) };
  const trial = trialInMemory(schedule, setup);
  const broken = brokenIn(trial);
  const about =
    broken.find(({ judged }) => judged.property.id === record?.finding.property) ??
    broken.find(({ judged }) => judged.verdict.kind === "violated") ??
    broken[0];
  if (about === undefined) {
    process.stdout.write("there is nothing to shrink: every property holds\n");
    return exitCodes.held;
  }
  const progress = progressLine("shrink");
  const found = {
    seed,
    trial,
    property: about.judged.property.id,
    ...(record !== undefined && { scheduleAsFound: record.scheduleAsFound }),
  };
  const finding = investigate(found, {
    setup,
    system: inMemory(setup.bug),
    output: flags.output,
    shrinks: true,
    playsMax: flags.plays,
    onProgress: ({ plays, steps }) => progress.update(plays / flags.plays, `${plays} candidates played, ${steps} steps left`),
  });
  progress.stop();
  process.stdout.write(`${finding.story}\n`);
  return about.judged.verdict.kind === "violated" ? exitCodes.violated : exitCodes.held;
}
