/** Starts the containers of a cluster. */

import { randomBytes } from "node:crypto";
import { brokerId } from "../../../model/ids.ts";
import { KafkaError } from "../kafka-error.ts";
import type { Session } from "../cleanup/session.ts";
import { loadTestcontainers } from "../testcontainers.ts";
import type { Engine, Testcontainers } from "../testcontainers.ts";
import { brokerEnvironment, clientPort } from "./broker-environment.ts";
import { BrokerProcess } from "./broker-process.ts";
import { freePorts } from "./free-ports.ts";
import { createNetworks } from "./networks.ts";
import type { Networks } from "./networks.ts";

/**
 * How long a node may take from the start of its container until it says that it has started: five seconds, or a minute and
 * more on a machine whose cores are busy. A node that ends instead is noticed at once.
 */
const startLimitMs = 180_000;
/** How much of a node's log is shown where it did not start. */
const logLinesMax = 15;

export interface ContainersOptions {
  readonly image: string;
  readonly brokers: number;
  readonly session: Session;
}

/** Starts `brokers` nodes, each broker and controller in one, and returns once all of them say that they have started. */
export async function startContainers(engine: Engine, options: ContainersOptions): Promise<readonly BrokerProcess[]> {
  const testcontainers = await loadTestcontainers();
  const ports = await freePorts(options.brokers);
  const networks = await createNetworks(engine, options.session);
  const clusterId = newClusterId();
  return Promise.all(
    ports.map(async (port, at) => {
      const node = at + 1;
      const environment = brokerEnvironment({ node, nodes: options.brokers, clusterId, networks, hostPort: port });
      const container = createNode(testcontainers, engine, { ...options, environment, networks, node, port });
      const id = await container.startOrExplain();
      return new BrokerProcess(brokerId(node), port, engine.container.getById(id));
    }),
  );
}

interface NodeContainerOptions extends ContainersOptions {
  readonly environment: Record<string, string>;
  readonly networks: Networks;
  readonly node: number;
  readonly port: number;
}

function createNode({ GenericContainer, Wait }: Testcontainers, engine: Engine, options: NodeContainerOptions) {
  const { environment, image, networks, node, port, session } = options;
  class NodeContainer extends GenericContainer {
    private readonly log: string[] = [];

    /** Ports are published on the loopback address, not on all of the machine's. */
    publish(): this {
      this.hostConfig.PortBindings = { [`${clientPort}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(port) }] };
      return this.withLogConsumer((stream) => {
        stream.on("data", (line: string) => this.log.splice(0, this.log.push(line.trimEnd()) - logLinesMax));
      });
    }

    /** Returns the container's id. */
    async startOrExplain(): Promise<string> {
      try {
        return (await this.start()).getId();
      } catch (cause) {
        const text = `broker ${node} did not start: the end of its log is\n${this.log.join("\n")}`;
        throw new KafkaError("KAFKA_START_FAILED", text, { cause });
      }
    }

    protected override async containerCreated(id: string): Promise<void> {
      const address = { IPAMConfig: { IPv4Address: networks.meshAddress(node) } };
      await engine.network.getById(networks.mesh).connect({ Container: id, EndpointConfig: address });
    }
  }
  return new NodeContainer(image)
    .withName(`kafka-trial-${session.id}-broker-${node}`)
    .withLabels(session.labels)
    .withEnvironment(environment)
    .withNetworkMode(networks.access)
    .withExposedPorts({ container: clientPort, host: port })
    .withAutoCleanup(false)
    .withStartupTimeout(startLimitMs)
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .publish();
}

/** A Kafka uuid: sixteen bytes in URL-safe base 64. A leading dash would be read as an option by Kafka's tools. */
function newClusterId(): string {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? `k${id.slice(1)}` : id;
}
