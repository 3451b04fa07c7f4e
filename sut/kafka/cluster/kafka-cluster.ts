/** A cluster of real brokers: started once, used by many trials, and gone when it is disposed of. */

import { offsetsTopic } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import { removeLeftovers, removeSession } from "../cleanup/remove.ts";
import { newSession } from "../cleanup/session.ts";
import { startReaper } from "../cleanup/start-reaper.ts";
import type { Reaper } from "../cleanup/start-reaper.ts";
import { findEngine } from "../engine.ts";
import { KafkaError } from "../kafka-error.ts";
import { until } from "../until.ts";
import { findCoordinator } from "../wire/groups.ts";
import { metadata } from "../wire/metadata.ts";
import type { BrokerProcess } from "./broker-process.ts";
import { startContainers } from "./start-containers.ts";

/** How long the started nodes may take to find each other. */
const registrationLimitMs = 60_000;
/** How long a cluster without faults may take until every replica is in sync. */
const recoveryLimitMs = 60_000;

export interface KafkaClusterOptions {
  readonly image: string;
  readonly brokers: number;
  readonly onProgress: (text: string) => void;
}

/** A cluster in service. */
export interface KafkaCluster extends AsyncDisposable {
  readonly sessionId: string;
  readonly brokers: ReadonlyMap<BrokerId, BrokerProcess>;
  readonly reaper: Reaper;
  /** Version of Kafka, as the brokers say. */
  readonly version: string;
  /** Waits until all brokers are in service and the internal topics are in sync; throws where that takes too long. */
  whenHealthy(): Promise<void>;
}

/** Starts a cluster and returns once it is in service. Whatever was started is gone where that fails. */
export async function startCluster({ brokers: count, image, onProgress }: KafkaClusterOptions): Promise<KafkaCluster> {
  onProgress("looking for the Docker engine");
  const engine = await findEngine(image);
  await removeLeftovers(engine);
  const session = newSession();
  const reaper = startReaper(session);
  const dispose = async (): Promise<void> => {
    const left = await removeSession(engine, session.id);
    // Where something is left the reaper shall have a try, when this process ends.
    if (left.length === 0) reaper.dismiss();
  };
  try {
    onProgress(`starting ${count} brokers from ${image}`);
    const started = await startContainers(engine, { image, brokers: count, session });
    const brokers = new Map(started.map((broker) => [broker.id, broker]));
    onProgress("waiting for the brokers to find each other");
    await mustBecomeTrue(() => unregistered(brokers), registrationLimitMs);
    const whenHealthy = (): Promise<void> => mustBecomeTrue(() => unhealthy(brokers), recoveryLimitMs);
    await whenHealthy();
    const version = await versionOf(started[0]!);
    return { sessionId: session.id, brokers, reaper, version, whenHealthy, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function mustBecomeTrue(missing: () => Promise<readonly string[]>, limitMs: number): Promise<void> {
  const left = await until(missing, { limitMs });
  if (left.length === 0) return;
  throw new KafkaError(
    "KAFKA_CLUSTER_LOST",
    `after ${limitMs / 1000} s the brokers still wait for ${left.join(", ")}: start a new cluster`,
  );
}

async function unregistered(brokers: KafkaCluster["brokers"]): Promise<readonly string[]> {
  const answers = await Promise.all(
    [...brokers.values()].map(async ({ id, peer }) => {
      const known = await metadata(peer, []).catch(() => undefined);
      return known?.brokers.length === brokers.size ? [] : [`broker ${id} to see all brokers`];
    }),
  );
  return answers.flat();
}

/** Asking for a coordinator has the brokers create the topic of the groups, where it is not there yet. */
async function unhealthy(brokers: KafkaCluster["brokers"]): Promise<readonly string[]> {
  const strangers = await unregistered(brokers);
  if (strangers.length > 0) return strangers;
  const { peer } = brokers.values().next().value!;
  const coordinator = await findCoordinator(peer, "anybody").catch(() => undefined);
  if (coordinator === undefined) return ["a group coordinator"];
  const { partitions } = await metadata(peer, [offsetsTopic]);
  const isInSync = partitions.length > 0 && partitions.every(({ isr, replicas }) => isr.length === replicas.length);
  return isInSync ? [] : [`${offsetsTopic} to be in sync`];
}

async function versionOf(broker: BrokerProcess): Promise<string> {
  const log = await broker.logTail(5000);
  return /Kafka version: (\S+)/.exec(log)?.[1] ?? "unknown";
}
