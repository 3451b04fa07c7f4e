import { afterEach, expect, test, vi } from "vitest";
import { fakeBroker } from "../../test/kafka/fake-broker.ts";
import { engineProblem } from "./engine.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["unix:///nowhere/docker.sock", /^no Docker engine answers at DOCKER_HOST=unix:.*ENOENT.*: start it, or point DOCKER_HOST/],
  ["tcp://127.0.0.1:1", /^no Docker engine answers at DOCKER_HOST=tcp:.*ECONNREFUSED/],
  ["nonsense", /^DOCKER_HOST=nonsense is not a URL/],
])("where DOCKER_HOST is %s, one line says so and what to do", async (dockerHost, line) => {
  vi.stubEnv("DOCKER_HOST", dockerHost);
  const problem = await engineProblem();
  expect(problem).toMatch(line);
  expect(problem).not.toContain("\n");
});

test("somebody who listens but says nothing is found out within seconds", async () => {
  await using stranger = await fakeBroker(() => "silence");
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${stranger.peer.port}`);
  expect(await engineProblem()).toMatch(/\(no answer in 2000 ms\): start it/);
});

test("a Node that is too old is told by its version", async () => {
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  const versions = vi.spyOn(process, "versions", "get").mockReturnValue({ ...process.versions, node: "20.19.0" });
  expect(await engineProblem()).toBe("real Kafka needs Node 22.22 or newer, and this is 20.19.0");
  versions.mockRestore();
});
