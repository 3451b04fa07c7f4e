import { hasTransactions } from "../../../model/schedule.ts";
import type { Schedule, Step, TrialOptions } from "../../../model/schedule.ts";
import type { BrokerSettings } from "../../../model/settings.ts";
import { defaultBrokerSettings, defaultConsumerSettings, isSticky, withDefaults } from "../../../model/settings.ts";
import { KafkaError } from "../kafka-error.ts";
import { segmentBytesMin, settingsOfTopics } from "./trial-topics.ts";

/** Settings of producers and consumers that kafkajs has no counterpart of. */
const producerSettingsWithoutEffect = ["linger.ms"] as const;

/** In which ways a cluster that is there already, and kafkajs, are not what the schedule asks for; in words. */
export function deviationsOf({ options, steps }: Schedule, brokers: number): readonly string[] {
  return [
    ...deviatingBrokers(options, brokers),
    ...deviatingSettings(options),
    ...deviatingTopics(options),
    ...deviatingProducers(options),
    ...deviatingGroups(options),
    ...deviatingSends(steps),
  ];
}

function* deviatingBrokers({ brokers: wanted }: TrialOptions, brokers: number): Generator<string> {
  if (wanted > brokers) {
    const text = `the schedule is for ${wanted} brokers, and this cluster has ${brokers}: play it on a larger one, or in memory`;
    throw new KafkaError("KAFKA_SCHEDULE_TOO_LARGE", text);
  }
  if (wanted < brokers) yield `the cluster has ${brokers} brokers instead of ${wanted}`;
}

/** These are not changed from trial to trial, and have no value that would mean anything to a reader where they are not set. */
const settingsOfWholeClusters: readonly (keyof BrokerSettings)[] = [
  "eligible.leader.replicas.version",
  "broker.rack",
  "replica.selector.class",
];

function* deviatingSettings({ brokerConfig }: TrialOptions): Generator<string> {
  const fixed = Object.entries(defaultBrokerSettings);
  for (const [key, value] of fixed) {
    const name = key as keyof typeof defaultBrokerSettings;
    const wanted = brokerConfig[name];
    if (wanted === undefined || String(wanted) === String(value) || isSettingOfTopics(name)) continue;
    if (settingsOfWholeClusters.includes(name))
      yield `${key} is not set to ${String(wanted)}: clusters keep what they came with`;
    else yield `${key} is ${String(value)} instead of ${String(wanted)}: brokers keep their settings from trial to trial`;
  }
}

function* deviatingTopics({ topics }: TrialOptions): Generator<string> {
  for (const { config, name } of topics) {
    const wanted = config["segment.bytes"] ?? segmentBytesMin;
    if (wanted < segmentBytesMin) {
      yield `segment.bytes of ${name} is ${segmentBytesMin} instead of ${wanted}: brokers take no smaller segments`;
    }
  }
}

function* deviatingProducers({ producers }: TrialOptions): Generator<string> {
  for (const producer of producers) {
    const { config, id } = producer;
    for (const key of producerSettingsWithoutEffect) {
      if (config[key] !== undefined) yield `${key} of ${id} has no effect: kafkajs does not know it`;
    }
    if (hasTransactions(producer)) {
      yield `${id} has no transactions: they are not played on real brokers yet, and its records count at once`;
    }
    if (config["batch.size"] !== undefined) {
      yield `batch.size of ${id} bounds no batch, it only decides how long records without a key stay with a partition: each record is sent by itself`;
    }
    if (config["partitioner.class"] === "sticky") {
      yield `${id} changes its partition with each record: with kafkajs each is sent by itself`;
    }
    if (config["enable.idempotence"] === true && config.acks !== undefined && config.acks !== "all") {
      yield `${id} is not idempotent: that needs acks=all`;
    }
  }
}

function* deviatingGroups({ groups }: TrialOptions): Generator<string> {
  for (const { config, id, instances, output } of groups) {
    if (output !== undefined)
      yield `${id} writes no output and commits what it has processed: transactions are not played here yet`;
    if (instances !== undefined) yield `${id} has no static members: kafkajs knows no group.instance.id`;
    const strategy = withDefaults(defaultConsumerSettings, config)["partition.assignment.strategy"];
    if (!isSticky(strategy)) continue;
    yield `${id} is assigned by range instead of ${strategy}: kafkajs has no sticky assignor, and in a rebalance its members give up all they hold`;
  }
}

function* deviatingSends(steps: readonly Step[]): Generator<string> {
  const isPadded = ({ do: operation }: Step): boolean => operation.kind === "send" && operation.valueBytes !== undefined;
  if (steps.some(isPadded)) yield "values are as long as the ids of their steps, whatever valueBytes says";
}

const isSettingOfTopics = (name: string): boolean => (settingsOfTopics as readonly string[]).includes(name);
