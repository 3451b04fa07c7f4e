import { randomBytes } from "node:crypto";
import { Option } from "commander";
import type { Command } from "commander";
import { builtInFaultKinds } from "../../fault-injection/catalogue.ts";
import type { BuiltInFaultKind } from "../../fault-injection/catalogue.ts";
import { isPermitted } from "../../harness/campaign/suspect.ts";
import { defaultOutput, prepareOutput } from "../../harness/findings/output-folder.ts";
import { replayCommand } from "../../harness/findings/finding.ts";
import type { Finding } from "../../harness/findings/finding.ts";
import type { GeneratorSettings } from "../../harness/generate/settings.ts";
import { KafkaTrialError } from "../../harness/kafka-trial-error.ts";
import type { NamedScenario } from "../../harness/named-scenarios/named-scenario.ts";
import { bugById, propertiesById, scenarioById, unknownName } from "../../harness/named.ts";
import { runJsonOf } from "../../harness/run-json.ts";
import { run } from "../../harness/run.ts";
import type { RunResult } from "../../harness/run.ts";
import type { System, SystemId } from "../../harness/system.ts";
import type { TrialSetup } from "../../harness/trial.ts";
import { kafkaTrialVersion } from "../../harness/version.ts";
import { exercises } from "../../model/reference/exercises.ts";
import { properties } from "../../properties/catalogue.ts";
import { sightings } from "../../properties/coverage/sightings.ts";
import { summarise } from "../../reports/run-summary.ts";
import { campaignSeed, collect, duration, sutOption, wholeNumber, workersMax, workersUnlessTold } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { interruption } from "./interruption.ts";
import { openSystem } from "./open-system.ts";
import { progressLine } from "./progress.ts";
import { playScenario } from "./run-scenario.ts";

const runsMax = 1_000_000_000;
/** Fewer trials may miss a situation by chance. */
const runsForCoverageMin = 1000;
const durationUnlessToldMs = 10_000;
/** Real brokers are started once, and there are three of them. */
const brokersOnKafka = 3;

interface Flags {
  readonly sut: SystemId;
  readonly runs?: number;
  readonly duration?: number;
  readonly seed?: string;
  readonly workers?: number;
  readonly bug?: string;
  readonly property?: readonly string[];
  readonly fault?: readonly string[];
  readonly keepGoing?: true;
  readonly requireCoverage?: true;
  readonly scenario?: string;
  readonly json?: true;
  readonly output: string;
}

export function addRun(program: Command): void {
  program
    .command("run")
    .description("Play generated trials and judge them; or one named scenario, in each way to set clients up.")
    .addOption(sutOption())
    .option("--runs <n>", "how many trials", wholeNumber(1, runsMax))
    .option("--duration <time>", "for how long, such as 10s or 5m (10s unless --runs is given)", duration)
    .option("--seed <seed>", "seed of the campaign; a new one unless told otherwise", campaignSeed)
    .option("--workers <n>", "threads for trials in memory; one a core unless told otherwise", wholeNumber(1, workersMax))
    .option("--bug <id>", "switch on a planted bug, to see it found")
    .option("--property <id>", "judge by this property only; can be repeated", collect)
    .option("--fault <kind>", "inject this kind of fault only; can be repeated", collect)
    .option("--keep-going", "go on after a violation")
    .option("--require-coverage", "exit 3 unless each situation that --runs 1000 or more should show was seen")
    .addOption(
      new Option("--scenario <name>", "play this scenario and tell its story; kafka-trial list scenarios names them").conflicts(
        campaignFlags,
      ),
    )
    .option("--json", "print the result as one JSON object")
    .option("--output <folder>", "folder for findings", defaultOutput)
    .action(async (flags: Flags) => {
      process.exitCode = await (flags.scenario === undefined ? play(flags) : playNamed(flags, scenarioById(flags.scenario)));
    });
}

/** They are about many trials, and a scenario is what it is. */
const campaignFlags = ["runs", "duration", "seed", "workers", "property", "fault", "keepGoing", "requireCoverage"];

async function playNamed({ bug, json, sut }: Flags, scenario: NamedScenario): Promise<number> {
  const progress = progressLine("ways");
  const planted = bug === undefined ? undefined : bugById(bug);
  const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n\n`);
  try {
    await using opened = await openSystem(sut, planted, (text) => progress.update(0, text));
    const { system } = opened;
    const told = planted === undefined ? "" : `   planted bug ${planted.id}`;
    say(`${scenario.id}   ${system.name}${told}\n${scenario.sentence}`);
    const result = await playScenario(scenario, system, (text, share) => {
      say(text);
      progress.update(share, "played");
    });
    if (json) process.stdout.write(`${JSON.stringify(result.json)}\n`);
    return result.exitCode;
  } finally {
    progress.stop();
  }
}

async function play(flags: Flags): Promise<number> {
  if (flags.runs !== undefined && flags.duration !== undefined) {
    throw new KafkaTrialError("USAGE", "a campaign has so many --runs or takes so much --duration, not both");
  }
  if (flags.sut === "kafka" && flags.workers !== undefined) {
    throw new KafkaTrialError("USAGE", "real Kafka plays one trial at a time: leave out --workers");
  }
  if (flags.requireCoverage === true) checkCanCover(flags);
  const setup = setupOf(flags);
  prepareOutput(flags.output);
  const seed = flags.seed ?? randomBytes(4).toString("hex");
  const say = (text: string): void => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);
  const progress = progressLine("trials");
  using interrupted = interruption();
  let result: RunResult;
  try {
    await using opened = await openSystem(flags.sut, setup.bug, (text) => progress.update(0, text));
    const { system } = opened;
    say(`kafka-trial ${kafkaTrialVersion}   seed ${seed}   ${describe(system, flags)}`);
    result = await run({
      seed,
      setup,
      system,
      end: flags.runs === undefined ? { durationMs: flags.duration ?? durationUnlessToldMs } : { runs: flags.runs },
      workers: flags.workers ?? workersUnlessTold(),
      keepsGoing: flags.keepGoing === true,
      decidesEach: flags.property !== undefined,
      requiresCoverage: flags.requireCoverage,
      output: flags.output,
      signal: interrupted.signal,
      onProgress: ({ elapsedMs, share, trials }) =>
        progress.update(share, `${trials} trials, ${Math.round((1000 * trials) / Math.max(1, elapsedMs))} a second`),
      onPlayed: () => interrupted.stop(),
      onShrink: ({ plays, steps }) => progress.update(1, `shrinking: ${plays} candidates played, ${steps} steps left`),
    });
  } finally {
    progress.stop();
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(runJsonOf(result))}\n`);
  else say(told(result, setup, flags.sut));
  say(`seed ${seed}`);
  return result.wasCalledOff && result.outcome !== "violated" ? exitCodes.interrupted : exitCodes[result.outcome];
}

/** What is expected of a campaign is what the generator's own settings lead to in the in-memory cluster, in enough trials. */
function checkCanCover({ fault, runs, sut }: Flags): void {
  const say = (text: string): KafkaTrialError => new KafkaTrialError("USAGE", `--require-coverage ${text}`);
  if (runs === undefined || runs < runsForCoverageMin) throw say(`takes --runs ${runsForCoverageMin} or more`);
  if (sut !== "sim") throw say("is about the in-memory cluster: what it looks for, real brokers do not tell");
  if (fault !== undefined) throw say("is about all kinds of faults: leave out --fault");
}

function setupOf({ bug, fault, property, sut }: Flags): TrialSetup {
  const settings: GeneratorSettings = {
    ...(sut === "kafka" && { brokers: brokersOnKafka, transactions: false }),
    ...(fault !== undefined && { faults: fault.map(faultKind) }),
  };
  return {
    settings,
    properties: property === undefined ? properties : propertiesById(property),
    bug: bug === undefined ? undefined : bugById(bug),
  };
}

function faultKind(name: string): BuiltInFaultKind {
  const found = builtInFaultKinds.find((kind) => kind === name);
  if (found === undefined) throw unknownName("fault", name, builtInFaultKinds);
  return found;
}

function describe(system: System, { bug, workers }: Flags): string {
  const who = system.id === "sim" ? `   ${workers ?? workersUnlessTold()} workers` : "";
  return `${system.name}${who}${bug === undefined ? "" : `   planted bug ${bug.toUpperCase()}`}`;
}

function told(result: RunResult, { properties: judgedBy }: TrialSetup, sut: SystemId): string {
  const { findings, outcome, seconds, tally } = result;
  const visible = sightings.filter(({ evidence }) => sut === "sim" || evidence === "client");
  const permitted = findings.filter(isPermitted);
  const violated = findings.filter((finding) => !isPermitted(finding));
  return [
    summarise({ ...tally, seconds, sightings: visible, exercises, properties: judgedBy }),
    "",
    ...(permitted.length === 0
      ? []
      : ["permitted by the settings, and so no violation", ...permitted.map((one) => tellPermitted(one, sut)), ""]),
    ...violated.flatMap(({ story }) => [story, ""]),
    outcome === "uncovered" ? uncoveredLine(result) : outcomes[outcome],
  ].join("\n");
}

const tellPermitted = ({ breach, file, property }: Finding, sut: SystemId): string =>
  `  ${property.id}: ${breach.permission?.setting ?? ""}\n    ${replayCommand(file, { id: sut })}`;

const uncoveredLine = ({ uncovered }: RunResult): string =>
  `UNCOVERED: nothing was violated, but it has not gone through ${uncovered.join(", ")}`;

const outcomes = {
  held: "HELD: nothing was violated",
  violated: "VIOLATED: see above",
  undecided: "UNDECIDED: there was nothing to judge; play more trials, or other ones",
} as const;
