/** One trial: a schedule played on a system under test, and judged. */

import type { OwnFault } from "../fault-injection/own-fault.ts";
import type { OwnPartitioner } from "../model/partitioners/own-partitioner.ts";
import type { Schedule } from "../model/schedule.ts";
import { judge } from "../properties/judge.ts";
import type { Judged } from "../properties/judge.ts";
import type { Property } from "../properties/property.ts";
import type { Played } from "../sut/played.ts";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";
import type { GeneratorSettings } from "./generate/settings.ts";
import { inMemory } from "./system.ts";

/** What trials of a campaign have in common. */
export interface TrialSetup {
  readonly settings: GeneratorSettings;
  readonly properties: readonly Property[];
  /** The planted bug that is switched on in the in-memory cluster. */
  readonly bug: PlantedBug | undefined;
  /** Leaves out of each history what brokers tell of themselves, as if it had been played on real Kafka. Default false. */
  readonly clientEvidenceOnly?: boolean;
}

export interface Trial {
  readonly schedule: Schedule;
  readonly played: Played;
  readonly judged: readonly Judged[];
  readonly sighted: readonly string[];
  /** How often it has made each thing of the reference model happen. */
  readonly exercised: ReadonlyMap<string, number>;
}

/** Plays a schedule on the in-memory cluster and judges it. */
export function trialInMemory(schedule: Schedule, setup: TrialSetup): Trial {
  const played = inMemory(setup.bug).play(schedule, ownPartsOf(setup.settings));
  return judgeTrial(schedule, setup.clientEvidenceOnly === true ? withoutBrokers(played) : played, setup.properties);
}

/** Judges what has been played, wherever it was. */
export function judgeTrial(schedule: Schedule, played: Played, properties: readonly Property[]): Trial {
  return { schedule, played, ...judge(schedule.options, played.history, properties) };
}

/** What a user has brought along for schedules to name. */
export interface OwnParts {
  readonly ownFaults: readonly OwnFault[];
  readonly ownPartitioners: readonly OwnPartitioner[];
}

export const ownPartsOf = ({ ownFaults = [], ownPartitioners = [] }: GeneratorSettings): OwnParts => ({
  ownFaults,
  ownPartitioners,
});

/** What is left of a trial in memory for those who see no more than clients and kafka-trial itself do. */
const withoutBrokers = (played: Played): Played => ({
  ...played,
  history: played.history.filter(({ evidence }) => evidence !== "broker"),
});
