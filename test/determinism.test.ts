/** The same seed gives the same history: again in one process, in another one, in a thread, and on another Node. */

import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { runProcess } from "./support/command-line.ts";
import type { Answered, Asked } from "./support/fingerprints.ts";

/** Two thousand trials. */
const asked: Asked = { seed: "determinism", blocks: 20, isTwice: false };
const file = fileURLToPath(new URL("support/fingerprints.ts", import.meta.url));

async function inProcess(node: string, how: Asked): Promise<Answered> {
  const { exitCode, stderr, stdout } = await runProcess(node, [file, JSON.stringify(how)], { cwd: "/" });
  if (exitCode !== 0) throw new Error(`${node} has ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as Answered;
}

async function inThread(): Promise<Answered> {
  const worker = new Worker(file, { workerData: asked });
  const [answer] = (await once(worker, "message")) as [Answered];
  await worker.terminate();
  return answer;
}

/** Installed by npm in a folder of its own, so that it is not the Node of npm's scripts. */
const newestNode = (): string => createRequire(new URL("newest-node/", import.meta.url)).resolve("node/bin/node");

/** Some ten seconds of a machine that has nothing else to do; patience for one that has. */
const timeoutMs = 600_000;

test(
  "two thousand seeds give the same histories twice in a process, in a thread of another one, and on another Node",
  async () => {
    const [twice, thread, otherNode] = await Promise.all([
      inProcess(process.execPath, { ...asked, isTwice: true }),
      inThread(),
      inProcess(newestNode(), asked),
    ]);
    expect([twice.node, thread.node]).toEqual([process.versions.node, process.versions.node]);
    expect(otherNode.node.split(".")[0]).not.toBe(process.versions.node.split(".")[0]);
    const [first, second] = twice.hashes;
    expect(new Set(first).size).toBe(asked.blocks);
    expect(second).toEqual(first);
    expect(thread.hashes).toEqual([first]);
    expect(otherNode.hashes).toEqual([first]);
  },
  timeoutMs,
);
