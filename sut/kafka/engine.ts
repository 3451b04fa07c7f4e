/** Whether real Kafka can be had on this machine, and if not, what to do about it. */

import { get } from "node:http";
import { KafkaError } from "./kafka-error.ts";
import type { KafkaErrorCode } from "./kafka-error.ts";
import { connectToEngine } from "./testcontainers.ts";
import type { Engine } from "./testcontainers.ts";

/** The image of Apache Kafka that is used unless KAFKA_TRIAL_IMAGE names another one. */
export const defaultImage = "apache/kafka:4.3.1";

/** testcontainers does not run on anything older. */
const nodeVersionMin: readonly [number, number] = [22, 22];
/** How long the engine may take to answer. */
const engineLimitMs = 5000;
const answerLimitMs = 2000;

/** The image that trials run on. */
export const imageName = (): string => process.env["KAFKA_TRIAL_IMAGE"] ?? defaultImage;

/** Why real Kafka cannot be had, in one line that says what to do; undefined where it can. Answers within seconds. */
export async function engineProblem(image: string = imageName()): Promise<string | undefined> {
  try {
    await findEngine(image);
    return undefined;
  } catch (error) {
    if (error instanceof KafkaError) return error.message;
    throw error;
  }
}

/** The Docker engine, where everything that real Kafka needs is there; throws a {@link KafkaError} otherwise. */
export async function findEngine(image: string): Promise<Engine> {
  checkNodeVersion(process.versions.node);
  const dockerHost = process.env["DOCKER_HOST"];
  const isPlain = (process.env["DOCKER_TLS_VERIFY"] ?? "") === "";
  // testcontainers goes on to the default socket where DOCKER_HOST leads nowhere: nobody would expect that.
  if (dockerHost !== undefined && dockerHost !== "" && isPlain) await checkAnswer(dockerHost);
  const engine = await withinLimit(connectToEngine());
  const { host } = engine.info.containerRuntime;
  if (host !== "localhost" && host !== "127.0.0.1") {
    throw problem("KAFKA_ENGINE_MISSING", `the Docker engine is on ${host}, but brokers only listen on loopback: use a local one`);
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
    timer = setTimeout(() => reject(new Error(`it did not answer in ${engineLimitMs} ms`)), engineLimitMs);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (cause) {
    if (cause instanceof KafkaError) throw cause;
    throw problem("KAFKA_ENGINE_MISSING", "no Docker engine answers: start one, or have DOCKER_HOST say where it is", cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an engine answers where DOCKER_HOST leads: any answer will do. */
function checkAnswer(dockerHost: string): Promise<void> {
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
  if (!URL.canParse(dockerHost)) throw problem("KAFKA_ENGINE_MISSING", `DOCKER_HOST=${dockerHost} is not a URL: unset or correct it`);
  const { hostname, pathname, port } = new URL(dockerHost);
  return hostname === "" ? { socketPath: pathname } : { host: hostname, port: Number(port === "" ? 2375 : port) };
}

const problem = (code: KafkaErrorCode, text: string, cause?: unknown): KafkaError => new KafkaError(code, text, { cause });
