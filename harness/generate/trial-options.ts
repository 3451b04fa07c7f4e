/**
 * Draws the options of a trial. Each trial is another corner: its own size, its own clients, and every now and then settings
 * under which Kafka promises less.
 */

import type { Draw } from "../../model/random.ts";
import { transactionalIdsOf } from "../../model/schedule.ts";
import type { CommitMode, GroupOptions, ProducerOptions, TopicOptions, TrialOptions } from "../../model/schedule.ts";
import type { BrokerSettings, ProducerSettings, TopicSettings } from "../../model/settings.ts";
import { drawLogSettings } from "./log-settings.ts";
import { withRacks } from "./racks.ts";
import type { GeneratorSettings } from "./settings.ts";
import { withTransactions } from "./transactions.ts";

/** One trial in so many is drawn with settings that promise less. */
const permissiveChance = 0.25;

export function drawTrialOptions(draw: Draw, settings: GeneratorSettings): TrialOptions {
  const isPermissive = settings.permissive !== false && draw.chance(permissiveChance);
  const brokers = settings.brokers ?? drawBrokers(draw.fork("brokers"), settings);
  const topics =
    settings.topics ?? drawTopics(draw.fork("topics"), brokers, { isPermissive, mayForget: settings.permissive !== false });
  const groups = settings.groups ?? drawGroups(draw.fork("groups"), topics, isPermissive);
  const producers = settings.producers ?? drawProducers(draw.fork("producers"), isPermissive);
  const brokerConfig = settings.brokerConfig ?? drawBrokerConfig(draw.fork("broker config"));
  const options: TrialOptions = { brokers, brokerConfig, topics, producers, groups };
  const isFree = settings.brokerConfig === undefined && settings.groups === undefined;
  const placed = isFree ? withRacks(draw.fork("racks"), options) : options;
  const complete = withTransactions(draw.fork("transactions"), placed, settings);
  return settings.brokerConfig === undefined ? withSmallCoordinatorLogs(draw.fork("coordinator logs"), complete) : complete;
}

/** In one trial in so many what coordinators keep is cleaned. */
const coordinatorLogsChance = 0.1;

function withSmallCoordinatorLogs(draw: Draw, options: TrialOptions): TrialOptions {
  if (!draw.chance(coordinatorLogsChance)) return options;
  const bytes = draw.pick([200, 400, 900]);
  // Offsets that are part of transactions are not cleaned: see docs/NOT-MODELLED.md.
  const hasOutput = options.groups.some(({ output }) => output !== undefined);
  const small = {
    ...(!hasOutput && { "offsets.topic.segment.bytes": bytes }),
    ...(transactionalIdsOf(options).length > 0 && { "transaction.state.log.segment.bytes": bytes }),
  };
  return { ...options, brokerConfig: { ...options.brokerConfig, ...small } };
}

function drawBrokers(draw: Draw, { topics }: GeneratorSettings): number {
  const least = Math.max(1, ...(topics ?? []).map(({ replicationFactor }) => replicationFactor));
  // More brokers than a topic has replicas, so that there is somewhere to move them to.
  const spare = draw.fork("spare").chance(0.1) ? 4 : 1;
  return Math.max(
    least,
    spare,
    draw.weighted([
      [70, 3],
      [12, 4],
      [8, 5],
      [6, 2],
      [4, 1],
    ]),
  );
}

/** Clusters that were formatted with eligible leader replicas, as new ones are since Kafka 4.1, and older ones without. */
function drawBrokerConfig(draw: Draw): Partial<BrokerSettings> {
  return draw.chance(0.5) ? { "eligible.leader.replicas.version": 1 } : {};
}

interface Promised {
  /** Settings under which Kafka promises less. */
  readonly isPermissive: boolean;
  /** Settings under which records are forgotten in time. */
  readonly mayForget: boolean;
}

function drawTopics(draw: Draw, brokers: number, { isPermissive, mayForget }: Promised): readonly TopicOptions[] {
  const names = draw.chance(0.2) ? ["orders", "payments"] : ["orders"];
  return names.map((name) => {
    const own = draw.fork(name);
    const replicationFactor = Math.min(
      brokers,
      own.weighted([
        [80, 3],
        [12, 2],
        [8, brokers],
      ] as const),
    );
    const config = isPermissive ? permissiveTopic(own, replicationFactor) : strictTopic(own, replicationFactor);
    return {
      name,
      partitions: own.weighted([
        [35, 1],
        [45, 2],
        [20, 3],
      ] as const),
      replicationFactor,
      config: { ...config, ...drawLogSettings(own.fork("log"), mayForget) },
    };
  });
}

/** Two in-sync replicas where there are as many; now and then all of them. */
function strictTopic(draw: Draw, replicationFactor: number): Partial<TopicSettings> {
  const least = Math.min(2, replicationFactor);
  return { "min.insync.replicas": draw.chance(0.1) ? replicationFactor : least };
}

function permissiveTopic(draw: Draw, replicationFactor: number): Partial<TopicSettings> {
  const minIsr = draw.chance(0.6) ? 1 : Math.min(2, replicationFactor);
  return { "min.insync.replicas": minIsr, "unclean.leader.election.enable": draw.chance(0.4) };
}

function drawProducers(draw: Draw, isPermissive: boolean): readonly ProducerOptions[] {
  const count = draw.weighted([
    [35, 1],
    [45, 2],
    [20, 3],
  ] as const);
  return Array.from({ length: count }, (_, at) => {
    const id = `p${at + 1}`;
    return { id, config: drawProducer(draw.fork(id), isPermissive) };
  });
}

function drawProducer(draw: Draw, isPermissive: boolean): Partial<ProducerSettings> {
  const acks = isPermissive
    ? draw.weighted([
        [40, "all"],
        [45, "1"],
        [15, "0"],
      ] as const)
    : "all";
  const isIdempotent = acks === "all" && draw.chance(isPermissive ? 0.5 : 0.85);
  return {
    acks,
    "enable.idempotence": isIdempotent,
    "max.in.flight.requests.per.connection": draw.pick([1, 5, 5]),
    ...(!isIdempotent && draw.chance(0.2) && { retries: draw.pick([0, 3]) }),
    "linger.ms": draw.pick([0, 0, 5]),
    ...drawPartitioner(draw.fork("partitioner")),
  };
}

/** One producer in ten chooses partitions by itself, and has batches small enough for the choice to change. */
function drawPartitioner(draw: Draw): Partial<ProducerSettings> {
  if (!draw.chance(0.1)) return {};
  const name = draw.weighted([
    [45, "round-robin"],
    [35, "default"],
    [20, "sticky"],
  ] as const);
  return {
    "partitioner.class": name,
    ...(name === "default" && draw.chance(0.3) && { "partitioner.ignore.keys": true }),
    ...(draw.chance(0.5) && { "batch.size": draw.pick([80, 120, 250]) }),
  };
}

function drawGroups(draw: Draw, topics: readonly TopicOptions[], isPermissive: boolean): readonly GroupOptions[] {
  const ids = draw.weighted([
    [15, []],
    [70, ["billing"]],
    [15, ["billing", "audit"]],
  ] as const);
  let members = 0;
  return ids.map((id) => {
    const own = draw.fork(id);
    const count = own.weighted([
      [25, 1],
      [50, 2],
      [25, 3],
    ] as const);
    const names = Array.from({ length: count }, () => `c${++members}`);
    return {
      id,
      topics: own.chance(0.8) ? topics.map(({ name }) => name) : [own.pick(topics).name],
      members: names,
      ...drawInstances(own.fork("static"), names),
      commit: own.weighted<CommitMode>([
        [60, "after-processing"],
        [25, "auto"],
        [15, "before-processing"],
      ]),
      handlerMs: own.pick([0, 1, 5, 20]),
      config: {
        "partition.assignment.strategy": own.pick(["range", "roundrobin", "sticky", "cooperative-sticky"] as const),
        "max.poll.records": own.pick([1, 5, 10]),
        ...(isPermissive && own.chance(0.2) && { "auto.offset.reset": "latest" as const }),
      },
    };
  });
}

/** One group in six is of static members, and in some of those two members are twins. */
function drawInstances(draw: Draw, members: readonly string[]): Pick<GroupOptions, "instances"> {
  if (!draw.chance(0.16)) return {};
  const hasTwins = members.length > 1 && draw.chance(0.3);
  const entries = members.map((member, at) => [member, hasTwins && at === 1 ? `i-${members[0]!}` : `i-${member}`] as const);
  return { instances: Object.fromEntries(entries) };
}
