import { afterEach, expect, test, vi } from "vitest";
import { fakeBroker } from "../../test/kafka/fake-broker.ts";
import { engineProblem } from "./engine.ts";

const connect = vi.hoisted(() => vi.fn<() => Promise<never>>());
vi.mock(import("./testcontainers.ts"), async (original) => ({ ...(await original()), connectToEngine: connect }));

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

test("somebody who listens but says nothing is found out", async () => {
  await using stranger = await fakeBroker(() => "silence");
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${stranger.peer.port}`);
  expect(await engineProblem("any/image:1", { answerLimitMs: 300 })).toMatch(/\(no answer in 300 ms\): start it/);
});

test("a Node that is too old is told by its version", async () => {
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  const versions = vi.spyOn(process, "versions", "get").mockReturnValue({ ...process.versions, node: "20.19.0" });
  expect(await engineProblem()).toBe("real Kafka needs Node 22.22 or newer, and this is 20.19.0");
  versions.mockRestore();
});

test("where testcontainers fails, the line says with what", async () => {
  vi.stubEnv("DOCKER_HOST", "");
  connect.mockRejectedValueOnce(new Error("the engine is too old"));
  expect(await engineProblem()).toMatch(
    /^no Docker engine can be used \(the engine is too old\): start one, or have DOCKER_HOST/,
  );
});

test("a busy machine has more time than one that is idle needs", async () => {
  vi.stubEnv("DOCKER_HOST", "");
  vi.useFakeTimers();
  try {
    connect.mockReturnValueOnce(new Promise<never>(() => undefined));
    const settled = vi.fn<(problem: string | undefined) => void>();
    const asked = engineProblem().then(settled);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    await asked;
    expect(settled.mock.calls[0]?.[0]).toMatch(/^no Docker engine can be used \(testcontainers has not found it in 30 s\)/);
  } finally {
    vi.useRealTimers();
  }
});
