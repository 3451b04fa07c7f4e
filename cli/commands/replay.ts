import type { Command } from "commander";
import { loadArgument } from "../../harness/load-replayable.ts";
import { bugOf, tellTrial } from "./told-trial.ts";
import { replay } from "../../harness/replay.ts";
import type { Replayed } from "../../harness/replay.ts";
import type { SystemId } from "../../harness/system.ts";
import type { TrialSetup } from "../../harness/trial.ts";
import { properties } from "../../properties/catalogue.ts";
import { plainText } from "../../reports/plain-text.ts";
import { sutOption, wholeNumber } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { interruption } from "./interruption.ts";
import { openSystem } from "./open-system.ts";
import { progressLine } from "./progress.ts";

const timesMax = 1_000_000;

interface Flags {
  readonly sut: SystemId;
  readonly times: number;
  readonly bug?: string;
  readonly json?: true;
}

export function addReplay(program: Command): void {
  program
    .command("replay")
    .description("Play one trial again: the schedule of a file, or the trial of a seed such as 5f3a09c2:131.")
    .argument("<file-or-seed>", "run record, schedule file, or seed of a trial")
    .addOption(sutOption())
    .option("--times <n>", "how often", wholeNumber(1, timesMax), 1)
    .option("--bug <id>", "planted bug to switch on instead of the record's; none for Kafka's own rules")
    .option("--json", "print the result as one JSON object")
    .action(async (argument: string, flags: Flags) => {
      process.exitCode = await play(argument, flags);
    });
}

async function play(argument: string, flags: Flags): Promise<number> {
  const loaded = loadArgument(argument);
  const bug = bugOf(flags.sut === "sim" ? loaded.record?.bug : undefined, flags.bug);
  const setup: TrialSetup = { settings: {}, properties, bug };
  const progress = progressLine("replay");
  using interrupted = interruption();
  let replayed: Replayed;
  let grade: string;
  try {
    await using opened = await openSystem(flags.sut, bug, (text) => progress.update(0, text));
    const { system } = opened;
    grade = system.replayGrade;
    replayed = await replay(loaded, {
      setup,
      system,
      times: flags.times,
      signal: interrupted.signal,
      onProgress: (played) => progress.update(played / flags.times, `${played} of ${flags.times}`),
    });
  } catch (error) {
    // What was called off had no time to give its result.
    if (interrupted.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    progress.stop();
  }
  const verdict = verdictOf(replayed);
  const lines = flags.json ? jsonOf(loaded.seed, replayed, grade) : textOf(argument, replayed, { flags, grade, loaded, setup });
  process.stdout.write(`${lines}\n`);
  return interrupted.signal.aborted && verdict !== "violated" ? exitCodes.interrupted : exitCodes[verdict];
}

function verdictOf({ shown, violations }: Replayed): "violated" | "held" | "undecided" {
  if (violations > 0) return "violated";
  return shown.judged.some(({ verdict }) => verdict.kind !== "unknown") ? "held" : "undecided";
}

interface About {
  readonly flags: Flags;
  readonly grade: string;
  readonly loaded: ReturnType<typeof loadArgument>;
  readonly setup: TrialSetup;
}

function textOf(argument: string, replayed: Replayed, { flags, grade, loaded, setup }: About): string {
  const { fingerprints, isAsStored, shown, violations } = replayed;
  const bug = setup.bug === undefined ? "" : `   planted bug ${setup.bug.id}`;
  const deviations = shown.played.deviations.map((deviation) => `  not as in the schedule: ${deviation}`);
  const stored =
    isAsStored === undefined
      ? []
      : [
          isAsStored
            ? "  the history is the stored one, event by event"
            : "  the history is not the stored one: another version has written it",
        ];
  const lines = [
    `replay ${loaded.seed}   ${grade}${bug}`,
    `  fingerprint ${[...new Set(fingerprints)].join(", ")}`,
    ...(flags.times === 1 ? [] : [`  violated in ${violations} of ${fingerprints.length}`]),
    ...stored,
    ...deviations,
    "",
  ];
  return [...lines.map(plainText), tellTrial({ argument, grade, loaded, setup, sut: flags.sut, trial: shown })].join("\n");
}

function jsonOf(seed: string, { fingerprints, isAsStored, shown, violations }: Replayed, grade: string): string {
  return JSON.stringify({
    format: "kafka-trial.replay/1",
    seed,
    grade,
    times: fingerprints.length,
    violations,
    fingerprints: [...new Set(fingerprints)],
    ...(isAsStored !== undefined && { isAsStored }),
    deviations: shown.played.deviations,
    verdicts: Object.fromEntries(shown.judged.map(({ property, verdict }) => [property.id, verdict])),
  });
}
