/** Whether real Kafka can be had on this machine, and if not, what to do about it. */

import { get } from "node:http";
import { KafkaError } from "./kafka-error.ts";
import type { KafkaErrorCode } from "./kafka-error.ts";
import { connectToEngine } from "./testcontainers.ts";
import type { Engine } from "./testcontainers.ts";

/** The image of Apache Kafka that is used unless KAFKA_TRIAL_IMAGE names another one. */
const defaultImage = "apache/kafka:4.3.1";

/** testcontainers does not run on anything older. */
const nodeVersionMin: readonly [number, number] = [22, 22];
/** How long it may take to load testcontainers and have it find the engine: a machine that is busy takes seconds for it. */
const connectLimitMs = 30_000;
/** How long the engine may take to answer where DOCKER_HOST leads, unless told otherwise. */
const answerLimitMsUnlessTold = 10_000;

/** The image that trials run on. */
export const imageName = (): string => process.env["KAFKA_TRIAL_IMAGE"] ?? defaultImage;

/** Why real Kafka cannot be had, in one line that says what to do; undefined where it can. */
export async function engineProblem(
  image: string = imageName(),
  { answerLimitMs = answerLimitMsUnlessTold }: { readonly answerLimitMs?: number } = {},
): Promise<string | undefined> {
  try {
    await findEngine(image, { answerLimitMs });
    return undefined;
  } catch (error) {
    if (error instanceof KafkaError) return error.message;
    throw error;
  }
}

/** The Docker engine, where everything that real Kafka needs is there; throws a {@link KafkaError} otherwise. */
export async function findEngine(
  image: string,
  { answerLimitMs = answerLimitMsUnlessTold }: { readonly answerLimitMs?: number } = {},
): Promise<Engine> {
  checkNodeVersion(process.versions.node);
  const dockerHost = process.env["DOCKER_HOST"];
  const isPlain = (process.env["DOCKER_TLS_VERIFY"] ?? "") === "";
  // testcontainers goes on to the default socket where DOCKER_HOST leads nowhere: nobody would expect that.
  if (dockerHost !== undefined && dockerHost !== "" && isPlain) await checkAnswer(dockerHost, answerLimitMs);
  const engine = await withinLimit(connectToEngine());
  const { host } = engine.info.containerRuntime;
  if (host !== "localhost" && host !== "127.0.0.1") {
    throw problem(
      "KAFKA_ENGINE_MISSING",
      `the Docker engine is on ${host}, but brokers only listen on loopback: use a local one`,
    );
  }
  if (!(await hasImage(engine, image))) {
    const how = image === defaultImage ? `docker pull ${image}` : "build it, or have KAFKA_TRIAL_IMAGE name another one";
    throw problem("KAFKA_IMAGE_MISSING", `the image ${image} is not on this Docker engine: ${how}`);
  }
  return engine;
}

function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin, minorMin] = nodeVersionMin;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw problem("KAFKA_NODE_VERSION", `real Kafka needs Node ${majorMin}.${minorMin} or newer, and this is ${version}`);
}

async function hasImage(engine: Engine, image: string): Promise<boolean> {
  const { ImageName } = await import("testcontainers");
  return engine.image.exists(ImageName.fromString(image));
}

async function withinLimit(connecting: Promise<Engine>): Promise<Engine> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`testcontainers has not found it in ${connectLimitMs / 1000} s`)),
      connectLimitMs,
    );
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (cause) {
    if (cause instanceof KafkaError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    // testcontainers keeps what it knows to itself, unless it is asked to be talkative.
    const advice = "start one, or have DOCKER_HOST say where it is; DEBUG=testcontainers* says more";
    throw problem("KAFKA_ENGINE_MISSING", `no Docker engine can be used (${why}): ${advice}`, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an engine answers where DOCKER_HOST leads: any answer will do. */
function checkAnswer(dockerHost: string, answerLimitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      request.destroy();
      const text = `no Docker engine answers at DOCKER_HOST=${dockerHost} (${why}): start it, or point DOCKER_HOST elsewhere`;
      reject(problem("KAFKA_ENGINE_MISSING", text));
    };
    const request = get({ ...endOf(dockerHost), path: "/_ping", timeout: answerLimitMs }, (response) => {
      response.resume();
      resolve();
    });
    request.on("timeout", () => fail(`no answer in ${answerLimitMs} ms`));
    request.on("error", (error) => fail(error.message));
  });
}

function endOf(dockerHost: string): { readonly socketPath: string } | { readonly host: string; readonly port: number } {
  if (!URL.canParse(dockerHost))
    throw problem("KAFKA_ENGINE_MISSING", `DOCKER_HOST=${dockerHost} is not a URL: unset or correct it`);
  const { hostname, pathname, port } = new URL(dockerHost);
  return hostname === "" ? { socketPath: pathname } : { host: hostname, port: Number(port === "" ? 2375 : port) };
}

const problem = (code: KafkaErrorCode, text: string, cause?: unknown): KafkaError => new KafkaError(code, text, { cause });
