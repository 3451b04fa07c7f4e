import type { Command } from "commander";
import { defaultOutput, prepareOutput } from "../../harness/findings/output-folder.ts";
import { generateSchedule } from "../../harness/generate/generate-schedule.ts";
import { rootOf } from "../../harness/seed.ts";
import type { SystemId } from "../../harness/system.ts";
import { trialInMemory } from "../../harness/trial.ts";
import { kafkaTrialVersion } from "../../harness/version.ts";
import { properties } from "../../properties/catalogue.ts";
import { engineProblem, imageName } from "../../sut/kafka/engine.ts";
import { sutOption } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";

interface Check {
  readonly id: "version" | "in-memory" | "output" | "real-kafka";
  readonly ok: boolean;
  readonly text: string;
}

interface Flags {
  readonly sut: SystemId;
  readonly json?: true;
}

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Say what works on this machine, and what to do about the rest.")
    .addOption(sutOption("what has to work for exit code 0"))
    .option("--json", "print a JSON array of objects")
    .action(async (flags: Flags) => {
      const checks = await examine();
      const text = flags.json
        ? JSON.stringify(checks, undefined, 2)
        : checks.map(({ ok, text: said }) => `${ok ? "ok     " : "missing"}  ${said}`).join("\n");
      process.stdout.write(`${text}\n`);
      const isFine = checks.every(({ id, ok }) => ok || (id === "real-kafka" && flags.sut !== "kafka"));
      process.exitCode = isFine ? exitCodes.held : exitCodes.environment;
    });
}

async function examine(): Promise<readonly Check[]> {
  const problem = await engineProblem();
  return [
    { id: "version", ok: true, text: `kafka-trial ${kafkaTrialVersion} on Node ${process.versions.node}` },
    check("in-memory", "in-memory cluster plays a trial", playOne),
    check("output", `findings can be written to ${defaultOutput}`, () => prepareOutput(defaultOutput)),
    { id: "real-kafka", ok: problem === undefined, text: problem ?? `real Kafka can be started from ${imageName()}` },
  ];
}

function check(id: Check["id"], text: string, attempt: () => void): Check {
  try {
    attempt();
    return { id, ok: true, text };
  } catch (error) {
    return { id, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}

function playOne(): void {
  const setup = { settings: {}, properties, bug: undefined };
  trialInMemory(generateSchedule(rootOf("doctor:0")), setup);
}
