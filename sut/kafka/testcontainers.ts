import { createRequire } from "node:module";
import type * as testcontainers from "testcontainers";
import { KafkaError } from "./kafka-error.ts";

/** The library that talks to the Docker engine, as a whole. */
export type Testcontainers = typeof testcontainers;
/** The engine's containers, networks and images. */
export type Engine = Awaited<ReturnType<Testcontainers["getContainerRuntimeClient"]>>;

/** testcontainers, which only those need who play on real Kafka; and kafkajs is there too, for the processes of clients. */
export async function loadTestcontainers(): Promise<Testcontainers> {
  try {
    createRequire(import.meta.url).resolve("kafkajs");
    return await import("testcontainers");
  } catch (cause) {
    const text = "real Kafka needs the packages testcontainers and kafkajs: npm install --save-dev testcontainers kafkajs";
    throw new KafkaError("KAFKA_PACKAGE_MISSING", text, { cause });
  }
}

/** The Docker engine that testcontainers finds. Throws where there is none: ask `engineProblem` first. */
export async function connectToEngine(): Promise<Engine> {
  const { getContainerRuntimeClient } = await loadTestcontainers();
  if (/^(tcp|https?):/.test(process.env["DOCKER_HOST"] ?? "")) return getContainerRuntimeClient();
  // In a container testcontainers asks the engine for the way to its host, and runs a container of its own to find out, whose
  // image cannot be taken for granted. Brokers only listen on loopback, so there is nothing to find out.
  const before = process.env[hostOverride];
  process.env[hostOverride] = before ?? "127.0.0.1";
  try {
    return await getContainerRuntimeClient();
  } finally {
    if (before === undefined) delete process.env[hostOverride];
  }
}

const hostOverride = "TESTCONTAINERS_HOST_OVERRIDE";
