/**
 * kafka-trial: property-based testing for distributed logs. This is the whole public interface.
 *
 * Campaigns in tests: {@link assertTrials}. With fast-check: {@link schedules} and {@link assertTrial}. The parts, each of which
 * can be called alone: {@link generateSchedule}, {@link playInMemory}, {@link startKafka}, {@link judge}, {@link shrinkSchedule}.
 */

export { builtInFaultKinds, faultDefinitions } from "./fault-injection/catalogue.ts";
export type { BuiltInFaultKind } from "./fault-injection/catalogue.ts";
export { checkSchedule } from "./fault-injection/check-schedule.ts";
export type { ClusterView, ProcessState } from "./fault-injection/cluster-view.ts";
export type { Command } from "./fault-injection/command.ts";
export type { Injection } from "./fault-injection/fault-definition.ts";
export type { OwnFault } from "./fault-injection/own-fault.ts";
export { assertTrial, assertTrials, checkTrials } from "./harness/assert-trials.ts";
export type { TrialOptionsOfTest, TrialsOptions, TrialsResult } from "./harness/assert-trials.ts";
export type { Finding } from "./harness/findings/finding.ts";
export { generateSchedule } from "./harness/generate/generate-schedule.ts";
export { schedules } from "./harness/generate/schedules.ts";
export type { GeneratorSettings } from "./harness/generate/settings.ts";
export type { Workload, WorkloadStep } from "./harness/generate/workload.ts";
export { KafkaTrialError } from "./harness/kafka-trial-error.ts";
export type { KafkaTrialErrorCode } from "./harness/kafka-trial-error.ts";
export type { Regression, RegressionsPlayed } from "./harness/regressions.ts";
export { rootOf, trialSeed } from "./harness/seed.ts";
export { shrinkSchedule } from "./harness/shrink/shrink-schedule.ts";
export type { ShrinkOptions, Shrunk } from "./harness/shrink/shrink-schedule.ts";
export { inMemory, onKafka } from "./harness/system.ts";
export type { System } from "./harness/system.ts";
export { fingerprintOf, firstDifference } from "./model/fingerprint.ts";
export type { Fault, FaultKind, Json } from "./model/fault.ts";
export type { EventKind, EventOf, History, HistoryEvent } from "./model/history.ts";
export type * from "./model/ids.ts";
export { topicPartition } from "./model/ids.ts";
export type { OwnPartitioner } from "./model/partitioners/own-partitioner.ts";
export type { RecordToPlace } from "./model/partitioners/partitioner.ts";
export type { Draw, RandomRoot } from "./model/random.ts";
export type * from "./model/schedule.ts";
export type * from "./model/settings.ts";
export { properties } from "./properties/catalogue.ts";
export type { TrialFacts } from "./properties/facts/trial-facts.ts";
export { judge } from "./properties/judge.ts";
export type { Judged, Judgements } from "./properties/judge.ts";
export type { Judgement, Property } from "./properties/property.ts";
export type { Blame, Breach, FindingClass, Permission, Verdict } from "./properties/verdict.ts";
export type { RunRecord } from "./reports/run-record.ts";
export { KafkaError } from "./sut/kafka/kafka-error.ts";
export { startKafka } from "./sut/kafka/start.ts";
export type { KafkaOptions, KafkaSystem } from "./sut/kafka/start.ts";
export type { Played, PlayOptions, ReplayGrade } from "./sut/played.ts";
export { plantedBugs, rulesWith } from "./sut/sim/planted-bugs/catalogue.ts";
export type { PlantedBug } from "./sut/sim/planted-bugs/planted-bug.ts";
export { playInMemory } from "./sut/sim/play.ts";
