/** Where trials are played: what the harness asks of a system under test. */

import type { Schedule } from "../model/schedule.ts";
import type { Played, PlayOptions, ReplayGrade } from "../sut/played.ts";
import { playInMemory } from "../sut/sim/play.ts";
import { rulesWith } from "../sut/sim/planted-bugs/catalogue.ts";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";

export type SystemId = "sim" | "kafka";

export interface System {
  readonly id: SystemId;
  /** What it is, for people: `in-memory cluster`, `Kafka 4.3.1 in containers`. */
  readonly name: string;
  readonly replayGrade: ReplayGrade;
  play(schedule: Schedule, options?: PlayOptions): Played | Promise<Played>;
}

/** Gives its answer at once, and the same one each time. */
export interface SystemInMemory extends System {
  play(schedule: Schedule, options?: PlayOptions): Played;
}

/** The in-memory cluster, with a planted bug if there is to be one. */
export const inMemory = (bug?: PlantedBug): SystemInMemory => ({
  id: "sim",
  name: "in-memory cluster",
  replayGrade: "exact",
  play: (schedule, { ownFaults = [], ownPartitioners = [] } = {}) =>
    playInMemory(schedule, { rules: rulesWith(bug), ownFaults, ownPartitioners }),
});

/** Real brokers that are in service, as `startKafka` gives them. */
export const onKafka = (kafka: {
  readonly version: string;
  readonly replayGrade: ReplayGrade;
  play(schedule: Schedule, options?: PlayOptions): Promise<Played>;
}): System => ({
  id: "kafka",
  name: `Kafka ${kafka.version} in containers`,
  replayGrade: kafka.replayGrade,
  play: (schedule, options) => kafka.play(schedule, options),
});
