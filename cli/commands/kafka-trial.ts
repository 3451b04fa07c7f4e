#!/usr/bin/env node
/** The command line: what is asked for, and what comes of it as an exit code. */

import { Command, CommanderError } from "commander";
import { kafkaTrialVersion } from "../../harness/version.ts";
import { plainText } from "../../reports/plain-text.ts";
import { addDoctor } from "./doctor.ts";
import { addExplore } from "./explore.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { addList } from "./list.ts";
import { addReplay } from "./replay.ts";
import { addRun } from "./run.ts";
import { addShrink } from "./shrink.ts";

const program = new Command("kafka-trial")
  .description(
    "Property-based testing for distributed logs: what Kafka does when brokers die, leaders move and groups rebalance.",
  )
  .version(kafkaTrialVersion)
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
  .addHelpText(
    "after",
    `
Exit codes:
  0   everything held (or is permitted by the settings)      64  wrong usage
  1   a property was violated                                65  an input file cannot be used
  2   undecided: there was nothing to judge                  69  something is missing: a Docker engine, a folder to write to
  3   a situation was missed, with --require-coverage        70  a mistake of kafka-trial's own
                                                             130 interrupted`,
  );
for (const add of [addRun, addReplay, addShrink, addExplore, addList, addDoctor]) add(program);
// Sub-commands take over what the program has been told when they are made, which is too early for the two settings.
for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError(false);

// Whoever reads the first lines and goes, as `head` does, wants no more of it; what comes of it is still told by the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.held : exitCodes.usage;
  const code = exitCodeOf(error);
  if (code === exitCodes.internal) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    for (const line of text.split("\n")) console.error(plainText(line));
    console.error("kafka-trial: this is a mistake of kafka-trial's own, or of something own that was brought along");
  } else {
    console.error(`kafka-trial: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
  return code;
}

/** What is wrong fits into one line: a suggestion is put behind it. */
function oneLine(text: string): string {
  return plainText(text.trim().replaceAll(/\s*\n\s*/g, " "));
}
