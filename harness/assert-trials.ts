/**
 * Campaigns in test files: a few lines say cluster, clients, faults and properties, and what is violated fails the test with
 * its story, its seed, and the line that plays it again.
 */

import { randomBytes } from "node:crypto";
import { builtInFaultKinds } from "../fault-injection/catalogue.ts";
import { checkSchedule } from "../fault-injection/check-schedule.ts";
import type { BuiltInFaultKind } from "../fault-injection/catalogue.ts";
import type { OwnFault } from "../fault-injection/own-fault.ts";
import type { OwnPartitioner } from "../model/partitioners/own-partitioner.ts";
import type { GroupOptions, ProducerOptions, Schedule, TopicOptions } from "../model/schedule.ts";
import type { BrokerSettings } from "../model/settings.ts";
import { properties as builtInProperties } from "../properties/catalogue.ts";
import type { Property } from "../properties/property.ts";
import { checkScheduleForm } from "../reports/schedule-schema.ts";
import { guarded } from "./campaign/play-range.ts";
import { brokenIn } from "./campaign/suspect.ts";
import { investigate } from "./findings/finding.ts";
import { defaultOutput, prepareOutput } from "./findings/output-folder.ts";
import { generateSchedule } from "./generate/generate-schedule.ts";
import type { GeneratorSettings } from "./generate/settings.ts";
import type { Workload } from "./generate/workload.ts";
import { KafkaTrialError } from "./kafka-trial-error.ts";
import { bugById, propertiesById, unknownName } from "./named.ts";
import { playRegressions, regressionFiles } from "./regressions.ts";
import type { RegressionsPlayed } from "./regressions.ts";
import { run } from "./run.ts";
import type { RunResult } from "./run.ts";
import { parseSeed, rootOf, seedForm, trialSeed } from "./seed.ts";
import { inMemory } from "./system.ts";
import type { System } from "./system.ts";
import { ownPartsOf, trialInMemory } from "./trial.ts";
import type { TrialSetup } from "./trial.ts";

/** What a campaign is about. Whatever is left out is drawn anew for each trial. */
export interface TrialsOptions {
  readonly cluster?: {
    /** How many brokers, 1 to 5. */
    readonly brokers?: number;
    /** Kafka's broker settings, by their own names. */
    readonly config?: Partial<BrokerSettings>;
    readonly topics?: readonly TopicOptions[];
  };
  readonly clients?: {
    readonly producers?: readonly ProducerOptions[];
    readonly groups?: readonly GroupOptions[];
    /** Own partitioners, which `partitioner.class` of a producer names by their ids. */
    readonly partitioners?: readonly OwnPartitioner[];
  };
  /** Kinds of fault that come with kafka-trial, by name, and own ones. All that come with it, unless told otherwise. */
  readonly faults?: readonly (BuiltInFaultKind | OwnFault)[];
  /** Properties by name, and own ones. All that come with kafka-trial, unless told otherwise. */
  readonly properties?: readonly (string | Property)[];
  /** What clients do. */
  readonly workload?: Workload;
  /** Whether trials may be drawn with settings under which Kafka promises less. Default false. */
  readonly permissive?: boolean;
  /** A planted bug to be switched on, to see that it is found. */
  readonly bug?: string;
  /** How many trials; default 500. */
  readonly runs?: number;
  /** Seed of the campaign: what `KAFKA_TRIAL_SEED` says, or else a new one each time, unless told otherwise. */
  readonly seed?: string;
  /** Where trials are played: in memory, unless it is `onKafka(await startKafka())`. */
  readonly system?: System;
  /**
   * Folder with stored schedules that are played before anything else; default `regressions`, where there is one; `false` for
   * none. A run record is judged by the property that it is about, if it is one of the campaign's, and a schedule by all of them.
   */
  readonly regressions?: string | false;
  /** Folder for what is found; default `.kafka-trial`. */
  readonly output?: string;
}

export interface TrialsResult extends RunResult {
  /** What stored schedules have shown, before everything else. */
  readonly regressions: RegressionsPlayed;
}

const runsUnlessTold = 500;

/**
 * Plays a campaign and resolves where nothing was violated. Otherwise it rejects with a `KafkaTrialError` of code
 * `PROPERTY_VIOLATED` whose message is the story, or `UNDECIDED` where a property had nothing to judge in any trial.
 */
export async function assertTrials(options: TrialsOptions = {}): Promise<TrialsResult> {
  const result = await checkTrials(options);
  const { findings, outcome, regressions, seed, tally } = result;
  if (outcome === "held") return result;
  if (outcome === "undecided") {
    const idle = setupOf(options).properties.filter(({ id }) => (tally.verdicts[id]?.holds ?? 0) === 0);
    const text = `seed ${seed}: ${idle.map(({ id }) => id).join(", ")} had nothing to judge in ${tally.trials} trials; play more of them, or let clients do more`;
    throw new KafkaTrialError("UNDECIDED", text);
  }
  const [again] = regressions.violated;
  const [first] = findings;
  const text =
    again === undefined
      ? `seed ${seed}, stored in ${first!.file}\n${first!.story}`
      : `regression ${again.regression}, stored in ${again.file}\n${again.story}`;
  throw new KafkaTrialError("PROPERTY_VIOLATED", text);
}

/** Plays a campaign like {@link assertTrials}, and returns what came of it instead of rejecting. */
export async function checkTrials(options: TrialsOptions = {}): Promise<TrialsResult> {
  const setup = setupOf(options);
  const system = options.system ?? inMemory(setup.bug);
  const output = options.output ?? defaultOutput;
  const seed = seedOf(options);
  prepareOutput(output);
  checkSetup(setup, seed);
  const regressions = await playRegressions(regressionFiles(options.regressions), { setup, system, output, shrinks: false });
  const result = await run({
    seed,
    setup,
    system,
    end: { runs: regressions.violated.length > 0 ? 0 : (options.runs ?? runsUnlessTold) },
    // Functions cannot go to another thread, and the test runner has its own ideas of how many there should be.
    workers: 0,
    keepsGoing: false,
    decidesEach: options.properties !== undefined,
    output,
  });
  return { ...result, outcome: regressions.violated.length > 0 ? "violated" : result.outcome, regressions };
}

/** What {@link assertTrial} needs to know besides the schedule. */
export type TrialOptionsOfTest = Pick<TrialsOptions, "properties" | "faults" | "bug" | "output">;

/**
 * Plays one schedule in memory and throws a `KafkaTrialError` with the story where something is violated: for
 * `fc.assert(fc.property(schedules(), (schedule) => assertTrial(schedule)))`, where fast-check does the shrinking.
 */
export function assertTrial(schedule: Schedule, options: TrialOptionsOfTest = {}): void {
  const setup = setupOf(options);
  const trial = trialInMemory(schedule, setup);
  const violated = brokenIn(trial).find(({ judged }) => judged.verdict.kind === "violated");
  if (violated === undefined) return;
  const { property } = violated.judged;
  const { file, story } = investigate(
    { seed: `schedule-${schedule.noise.seed}`, trial, property: property.id },
    { setup, system: inMemory(setup.bug), output: options.output ?? defaultOutput, shrinks: false },
  );
  throw new KafkaTrialError("PROPERTY_VIOLATED", `${property.id} is violated, stored in ${file}\n${story}`);
}

/** What a user has said, in the harness's words. Throws a `KafkaTrialError` for a name that nobody has. */
function setupOf({
  bug,
  clients = {},
  cluster = {},
  faults,
  permissive = false,
  properties,
  workload,
}: TrialsOptions): TrialSetup {
  const settings: GeneratorSettings = {
    permissive,
    ...(cluster.brokers !== undefined && { brokers: cluster.brokers }),
    ...(cluster.config !== undefined && { brokerConfig: cluster.config }),
    ...(cluster.topics !== undefined && { topics: cluster.topics }),
    ...(clients.producers !== undefined && { producers: clients.producers }),
    ...(clients.groups !== undefined && { groups: clients.groups }),
    ...(clients.partitioners !== undefined && { ownPartitioners: clients.partitioners }),
    ...(faults !== undefined && faultsOf(faults)),
    ...(workload !== undefined && { workload }),
  };
  return {
    settings,
    properties:
      properties === undefined
        ? builtInProperties
        : properties.flatMap((one) => (typeof one === "string" ? propertiesById([one]) : [one])),
    bug: bug === undefined ? undefined : bugById(bug),
  };
}

function faultsOf(faults: readonly (BuiltInFaultKind | OwnFault)[]): Pick<GeneratorSettings, "faults" | "ownFaults"> {
  for (const fault of faults) {
    if (typeof fault === "string" && !builtInFaultKinds.includes(fault)) throw unknownName("fault", fault, builtInFaultKinds);
  }
  return {
    faults: faults.filter((fault) => typeof fault === "string"),
    ownFaults: faults.filter((fault) => typeof fault !== "string"),
  };
}

function seedOf({ seed = process.env["KAFKA_TRIAL_SEED"] ?? randomBytes(4).toString("hex") }: TrialsOptions): string {
  const parsed = parseSeed(seed);
  if (parsed !== undefined && parsed.trial === undefined) return seed;
  throw new KafkaTrialError("USAGE", `"${seed}" is no seed of a campaign: a seed is ${seedForm}`);
}

/** What a user has fixed can be impossible, such as more replicas than brokers; the first trial shows it. */
function checkSetup({ settings }: TrialSetup, seed: string): void {
  const name = trialSeed(seed, 0);
  if (settings.topics?.length === 0) throw new KafkaTrialError("USAGE", "there can be no such trial: it needs a topic");
  const schedule = guarded(name, () => generateSchedule(rootOf(name), settings));
  const problem = checkDrawn(schedule, settings);
  if (problem !== undefined) throw new KafkaTrialError("USAGE", `there can be no such trial: ${problem}`);
}

function checkDrawn(schedule: Schedule, settings: GeneratorSettings): string | undefined {
  const checked = checkScheduleForm(schedule);
  if (checked.kind === "wrong") return `${checked.path}: ${checked.problem}`;
  const { ownFaults, ownPartitioners } = ownPartsOf(settings);
  return checkSchedule(schedule, ownFaults, ownPartitioners);
}
