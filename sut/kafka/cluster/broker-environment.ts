/** The settings of a broker, as the environment of its container. */

import { defaultBrokerSettings } from "../../../model/settings.ts";
import type { Networks } from "./networks.ts";

/** Ports within a container: for clients, for other brokers, for controllers. */
export const clientPort = 9092;
const brokerPort = 19092;
const controllerPort = 9093;

/** Not in the model: what makes nodes of a small cluster start and recover quickly, and what keeps them small. */
const furtherSettings: Readonly<Record<string, string | number | boolean>> = {
  "controller.quorum.request.timeout.ms": 1000,
  "controller.quorum.election.backoff.max.ms": 200,
  "socket.connection.setup.timeout.ms": 1000,
  "socket.connection.setup.timeout.max.ms": 2000,
  "unclean.leader.election.interval.ms": 1000,
  "log.initial.task.delay.ms": 100,
  "auto.create.topics.enable": false,
  // An election that nobody asked for would be an event without a cause in the schedule.
  "auto.leader.rebalance.enable": false,
  "default.replication.factor": 3,
  "log.cleaner.dedupe.buffer.size": 4_194_304,
  "num.network.threads": 2,
  "num.io.threads": 4,
  "background.threads": 2,
};

/** Not a setting of brokers in Kafka but a feature, which a cluster has from the day it is formatted. */
const elrVersion = "eligible.leader.replicas.version";
/** Brokers of this cluster are in no racks, and send no consumer to another replica. */
const rack = "broker.rack";
const replicaSelector = "replica.selector.class";

export interface NodeOptions {
  readonly node: number;
  /** How many nodes there are, this one included; their ids are 1, 2, … */
  readonly nodes: number;
  readonly clusterId: string;
  readonly networks: Networks;
  /** On the loopback address of the host. */
  readonly hostPort: number;
}

/** What the image's start script is told: it turns `KAFKA_NODE_ID` into the setting `node.id`. */
export function brokerEnvironment({ clusterId, hostPort, networks, node, nodes }: NodeOptions): Record<string, string> {
  const ids = Array.from({ length: nodes }, (_, at) => at + 1);
  const { [elrVersion]: _feature, [rack]: _rack, [replicaSelector]: _selector, ...brokerSettings } = defaultBrokerSettings;
  const settings = {
    ...furtherSettings,
    ...brokerSettings,
    // Kafka's own topics are to work in small clusters too. Topics of trials have settings of their own.
    "offsets.topic.replication.factor": Math.min(defaultBrokerSettings["offsets.topic.replication.factor"], nodes),
    "min.insync.replicas": Math.min(defaultBrokerSettings["min.insync.replicas"], nodes),
    "node.id": node,
    "process.roles": "broker,controller",
    "controller.quorum.voters": ids.map((id) => `${id}@${networks.meshAddress(id)}:${controllerPort}`).join(","),
    listeners: `BROKER://:${brokerPort},CONTROLLER://:${controllerPort},CLIENT://:${clientPort}`,
    "advertised.listeners": `BROKER://${networks.meshAddress(node)}:${brokerPort},CLIENT://127.0.0.1:${hostPort}`,
    "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT",
    "inter.broker.listener.name": "BROKER",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": "/var/lib/kafka/data",
  };
  return {
    CLUSTER_ID: clusterId,
    KAFKA_HEAP_OPTS: "-Xmx256m",
    KAFKA_JVM_PERFORMANCE_OPTS: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xss512k",
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)])),
  };
}

/** Dots become underscores; underscores and dashes two and three of them. */
const variableOf = (setting: string): string =>
  `KAFKA_${setting.replaceAll("_", "__").replaceAll("-", "___").replaceAll(".", "_").toUpperCase()}`;
